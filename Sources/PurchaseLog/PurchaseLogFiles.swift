import Foundation

/// Where the four logs of a shop lie.
///
/// Files are found by the word in their name, whatever stands around it, in any case, compressed or not:
/// `Product.csv`, `제6회-분석용데이터-05.Session.csv`, `custom_2018.CSV.gz`.
public struct PurchaseLogFiles: Hashable, Sendable {
    /// The four logs.
    public enum Log: String, Hashable, Sendable, CaseIterable {
        case product, custom, master, session

        /// The word in the file's name.
        public var word: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }
        /// The option of `dami prepare` that names the file.
        public var option: String { rawValue }
    }

    public var product: String
    public var custom: String
    public var master: String
    public var session: String

    public init(product: String, custom: String, master: String, session: String) {
        self.product = product
        self.custom = custom
        self.master = master
        self.session = session
    }

    /// Finds the logs in a directory.
    ///
    /// - Parameter named: files that are given by name; they are not looked for.
    /// - Throws: ``PreparationError`` where a log has no file or several equally good ones.
    public init(in directory: String, named: [Log: String] = [:]) throws {
        var names: [String] = []
        if named.count < Log.allCases.count {
            do {
                names = try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
            } catch {
                throw PreparationError.unreadable(path: directory, reason: "no such directory, or no right to list it")
            }
            names = names.filter(Self.isTable)
        }
        func path(_ log: Log) throws -> String {
            if let path = named[log] { return path }
            return directory + "/" + (try Self.choose(log, from: names, directory: directory))
        }
        self.init(
            product: try path(.product), custom: try path(.custom), master: try path(.master),
            session: try path(.session))
    }

    /// The path of a log.
    public subscript(log: Log) -> String {
        switch log {
        case .product: product
        case .custom: custom
        case .master: master
        case .session: session
        }
    }

    /// Refuses a path, of an option, that leads to one of the logs, by whatever name or link.
    ///
    /// - Throws: ``PreparationError/overwritesLog(option:path:log:)``.
    public func refuseWriting(to path: String, option: String) throws {
        guard let target = FileIdentity(path: path) else { return }
        for log in Log.allCases where FileIdentity(path: self[log]) == target {
            throw PreparationError.overwritesLog(option: option, path: path, log: log)
        }
    }

    /// What makes two paths one file.
    private struct FileIdentity: Equatable {
        var device: dev_t
        var number: ino_t

        /// `nil` where there is no such file.
        init?(path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            device = status.st_dev
            number = status.st_ino
        }
    }

    private static func isTable(_ name: String) -> Bool {
        let lower = name.lowercased()
        return !name.hasPrefix(".") && (lower.hasSuffix(".csv") || lower.hasSuffix(".csv.gz"))
    }

    /// The one file for a log: that whose name without the ending is the word, else that which ends in it, else the
    /// only one that contains it.
    private static func choose(_ log: Log, from names: [String], directory: String) throws -> String {
        func stem(_ name: String) -> String {
            var stem = name.lowercased()
            for ending in [".gz", ".csv"] where stem.hasSuffix(ending) { stem.removeLast(ending.count) }
            return stem
        }
        let word = log.rawValue
        for fits in [
            { (stem: String) in stem == word }, { $0.hasSuffix(word) }, { $0.contains(word) },
        ] {
            let candidates = names.filter { fits(stem($0)) }
            if candidates.count == 1 { return candidates[0] }
            if candidates.count > 1 { throw PreparationError.ambiguousFile(log: log, candidates: candidates) }
        }
        throw PreparationError.fileNotFound(log: log, directory: directory, found: names)
    }
}
