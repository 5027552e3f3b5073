import ArgumentParser
import Foundation
import PurchaseLog
import Shop
import ShopStore
import Terminal

/// `dami prepare`: four CSVs into a shop.
struct PrepareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prepare",
        abstract: "Clean the four purchase logs of a shop, and store them as one file.",
        discussion: """
            INPUT_DIR holds Product, Custom, Master and Session as CSV or CSV.gz: each is found by that word in its \
            name. The rules, the formats that are understood and the tables of the result are described in \
            docs/SHOP_FORMAT.md.
            """)

    @Argument(help: "The directory with the four files.")
    var inputDirectory: String?

    @Option(name: .shortAndLong, help: "The shop to write. (default: shop.db in dami's home)")
    var output: String?

    @Option(help: ArgumentHelp("The Product log.", valueName: "file")) var product: String?
    @Option(help: ArgumentHelp("The Custom log.", valueName: "file")) var custom: String?
    @Option(help: ArgumentHelp("The Master log.", valueName: "file")) var master: String?
    @Option(help: ArgumentHelp("The Session log.", valueName: "file")) var session: String?

    @Option(help: "The least number of subcategories in a basket.") var minBasket = 2
    @Option(help: "The least number of baskets of a customer.") var minSessions = 10
    @Option(help: "How many of a customer's latest baskets to use.") var keepSessions = 10
    @Flag(help: "Use customers without a gender or an age, too.") var keepMissingProfile = false
    @Flag(help: "Use rows with HITS_SEQ 1, too.") var keepFirstHit = false

    @Option(help: ArgumentHelp("utf-8 or cp949. (default: found out)", valueName: "name"))
    var encoding: LogEncoding?
    @Option(help: ArgumentHelp("Write the rows that could not be understood here, as CSV.", valueName: "file"))
    var rejects: String?
    @Flag(help: "Replace the output if it is there already.") var replace = false
    @Flag(help: "Print the counts as JSON.") var json = false

    func validate() throws {
        guard inputDirectory != nil || [product, custom, master, session].allSatisfy({ $0 != nil }) else {
            throw ValidationError("Missing expected argument '<input-directory>'")
        }
        for (name, value) in [
            ("--min-basket", minBasket), ("--min-sessions", minSessions), ("--keep-sessions", keepSessions),
        ] where value < 1 {
            throw ValidationError("\(name) must be at least 1, not \(value)")
        }
    }

    func run() throws {
        let output = output ?? DamiHome.shop
        let files = try files()
        try refuseOverwriting(files, output: output)
        if !replace, FileManager.default.fileExists(atPath: output) { throw ShopStoreError.exists(path: output) }
        let interrupt = InterruptExit { ShopStore.abandonUnfinishedFiles() }
        defer { withExtendedLifetime(interrupt) {} }
        let preparation = Preparation(files: files, rules: rules, encoding: encoding)

        let reading = ProgressDisplay(title: "Reading", unit: .bytes)
        let shop: PreparedShop
        do {
            let rejectsFile = try rejects.map { try RejectsFile(path: $0) }
            shop = try preparation.run(
                progress: { progress in
                    reading.update(
                        completed: progress.bytes, total: progress.totalBytes, detail: "\(progress.rows) rows")
                },
                rejected: { try rejectsFile?.append($0) })
            try rejectsFile?.close()
            reading.finish()
        } catch {
            reading.cancel()
            throw error
        }

        let writing = ProgressDisplay(title: "Writing", unit: .counted("parts"))
        do {
            try FileManager.default.createDirectoryOfFile(output)
            try ShopStore.create(at: output, from: shop, replacing: replace) { written, total in
                writing.update(completed: written, total: total)
            }
            writing.finish()
        } catch {
            writing.cancel()
            throw error
        }
        try report(shop.counts, output: output)
    }

    private var rules: CleaningRules {
        var rules = CleaningRules()
        rules.minimumBasket = minBasket
        rules.minimumSessions = minSessions
        rules.keptSessions = keepSessions
        rules.keepsMissingProfiles = keepMissingProfile
        rules.keepsFirstHits = keepFirstHit
        return rules
    }

    private func files() throws -> PurchaseLogFiles {
        var named: [PurchaseLogFiles.Log: String] = [:]
        named[.product] = product
        named[.custom] = custom
        named[.master] = master
        named[.session] = session
        return try PurchaseLogFiles(in: inputDirectory ?? ".", named: named)
    }

    /// What is read or made must not be lost to what is written beside it.
    private func refuseOverwriting(_ files: PurchaseLogFiles, output: String) throws {
        try files.refuseWriting(to: output, option: "--output")
        guard let rejects else { return }
        try files.refuseWriting(to: rejects, option: "--rejects")
        let (first, second) = (URL(fileURLWithPath: rejects), URL(fileURLWithPath: output))
        if first.resolvingSymlinksInPath().path == second.resolvingSymlinksInPath().path {
            throw PreparationError.invalidOption(
                name: "--rejects", reason: "is the shop to write, too; name another file")
        }
    }

    private func report(_ counts: PreparationCounts, output: String) throws {
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            try StandardOutput.print(String(decoding: try encoder.encode(counts), as: UTF8.self))
        } else {
            for line in ShopReport.lines(counts) { try StandardOutput.print(line) }
            try StandardOutput.print("\(output): ready")
        }
    }
}

extension LogEncoding: ExpressibleByArgument {
    public init?(argument: String) {
        switch argument.lowercased() {
        case "utf-8", "utf8": self = .utf8
        case "cp949", "euc-kr", "uhc", "ms949": self = .cp949
        default: return nil
        }
    }
}

extension FileManager {
    /// Makes the directory that a file is to lie in.
    func createDirectoryOfFile(_ path: String) throws {
        let directory = (path as NSString).deletingLastPathComponent
        guard !directory.isEmpty, !fileExists(atPath: directory) else { return }
        do {
            try createDirectory(atPath: directory, withIntermediateDirectories: true)
        } catch {
            throw ShopStoreError.unwritable(path: path, reason: "its directory cannot be made")
        }
    }
}
