import Dispatch
import Foundation
import Shop

/// A synthetic shop: four CSVs that look like the study's logs.
///
///     try SampleShop(customers: 3_000, seed: 1).write(to: "sample")
///     // sample/Product.csv, Custom.csv, Master.csv, Session.csv
///
/// Six months, 37 categories, households with gender, age and tastes, things that run out, and all that is wrong with
/// real logs: customers without a profile, products that Master lacks, sessions that Session lacks, rows with
/// `HITS_SEQ` 1, and rows of Master that a comma has shifted. A shop is the same for the same number of customers and
/// seed, on every machine. It is written customer by customer, a few thousand of them at a time in memory, so that any
/// size fits; a customer makes about 35 rows of Product.
public struct SampleShop: Sendable {
    public let customers: Int
    public let seed: UInt64

    /// The first and the last day of the log.
    public static let firstDay = "2018-04-01"
    public static let lastDay = "2018-09-30"

    /// - Precondition: at least one customer.
    public init(customers: Int = 3_000, seed: UInt64 = 1) {
        precondition(customers > 0, "a shop has customers")
        self.customers = customers
        self.seed = seed
    }

    /// The file that tells a sample from a shop's own logs.
    static let markName = "SAMPLE.txt"

    /// Refuses to write over logs that are no sample.
    private func checkNothingIsLost(in directory: String) throws {
        let manager = FileManager.default
        guard !manager.fileExists(atPath: directory + "/" + Self.markName) else { return }
        for name in ["Product.csv", "Custom.csv", "Master.csv", "Session.csv"] {
            guard !manager.fileExists(atPath: directory + "/" + name) else {
                throw PreparationError.unwritable(
                    path: directory + "/" + name, reason: "it exists already and is no sample; choose another directory"
                )
            }
        }
    }

    /// How many customers are made at a time, and how many rows may therefore change places.
    private static let windowSize = 1_000

    /// Writes the four files, over those of an earlier sample; the directory is made where it is missing.
    ///
    /// - Parameter progress: told how many customers of how many are written.
    /// - Throws: ``PreparationError/unwritable(path:reason:)``.
    public func write(
        to directory: String, progress: @Sendable (_ written: Int, _ total: Int) -> Void = { _, _ in }
    ) throws {
        do {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        } catch {
            throw PreparationError.unwritable(path: directory, reason: "the directory cannot be made")
        }
        try checkNothingIsLost(in: directory)
        let writer = SampleWriter(shop: self)
        let mark = try SampleFile(path: directory + "/" + Self.markName)
        try mark.write(Array("A synthetic shop: dami sample --customers \(customers) --seed \(seed)\n".utf8))
        try mark.close()
        let product = try SampleFile(path: directory + "/Product.csv")
        let custom = try SampleFile(path: directory + "/Custom.csv")
        let master = try SampleFile(path: directory + "/Master.csv")
        let session = try SampleFile(path: directory + "/Session.csv")
        try writer.writeMaster { try master.write($0) }
        try product.write(SampleWriter.productHeader)
        try custom.write(SampleWriter.customHeader)
        try session.write(SampleWriter.sessionHeader)

        let windows = (customers + Self.windowSize - 1) / Self.windowSize
        // As many windows at a time as there may be cores, whatever there are: the order of writing is fixed.
        let atOnce = 8
        for first in stride(from: 0, to: windows, by: atOnce) {
            let count = min(atOnce, windows - first)
            var results: [SampleWriter.Window?] = Array(repeating: nil, count: count)
            results.withUnsafeMutableBufferPointer { results in
                // Each iteration writes its own element.
                nonisolated(unsafe) let results = results
                DispatchQueue.concurrentPerform(iterations: count) { index in
                    let start = (first + index) * Self.windowSize
                    results[index] = writer.window(start..<min(customers, start + Self.windowSize))
                }
            }
            for case let window? in results {
                try product.write(window.product)
                try custom.write(window.custom)
                try session.write(window.session)
            }
            progress(min(customers, (first + count) * Self.windowSize), customers)
        }
        for file in [product, custom, master, session] { try file.close() }
    }
}

/// A file that is written from front to back.
final class SampleFile {
    private let path: String
    private let file: UnsafeMutablePointer<FILE>
    private var isClosed = false

    init(path: String) throws {
        guard let file = fopen(path, "w") else {
            throw PreparationError.unwritable(path: path, reason: String(cString: strerror(errno)))
        }
        self.path = path
        self.file = file
    }

    func write(_ bytes: [UInt8]) throws {
        guard fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw failure() }
    }

    func close() throws {
        isClosed = true
        guard fclose(file) == 0 else { throw failure() }
    }

    deinit {
        if !isClosed { fclose(file) }
    }

    private func failure() -> PreparationError {
        .unwritable(path: path, reason: String(cString: strerror(errno)))
    }
}
