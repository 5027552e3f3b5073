import ArgumentParser
import Customers
import Dialogue
import Foundation
import Recommender
import Shop
import ShopStore
import Understanding

/// `dami replay`: runs executable transcripts and shows what differs.
struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Run dialogs and show where the replies differ.",
        discussion: """
            A dialog file holds what is typed (lines that begin with "> ") and the replies that are expected. Reply \
            lines that end in " (glob)" or " (re)" are patterns. Where a dialog names no model, it runs on a small \
            shop made on the spot. The exit status is 1 where a reply differs.
            """)

    @Argument(help: ArgumentHelp("Dialog files, or folders of them.", valueName: "file")) var files: [String]
    @Option(help: ArgumentHelp("Replay over TCP against a running server.", valueName: "host:port"))
    var connect: String?
    @Option(help: "The token for dialogs whose role is frontend or staff, with --connect.") var token: String?
    @Option(
        help: ArgumentHelp(
            "Keep the small shop and its model in a folder, to serve it for --connect.", valueName: "dir"))
    var keep: String?
    @Flag(help: "Write the replies that came into the files.") var update = false

    func validate() throws {
        guard token == nil || connect != nil else { throw ValidationError("--token needs --connect") }
    }

    func run() throws {
        var stages = ReplayStages(connect: connect, token: token, keep: keep)
        defer { stages.cleanUp() }
        var report = ReplayReport()
        for file in try Self.dialogs(in: files) {
            try replay(file, on: &stages, into: &report)
        }
        note(report.summary(isUpdate: update))
        if report.differing > 0, !update { throw ExitCode(1) }
    }

    private func replay(_ file: String, on stages: inout ReplayStages, into report: inout ReplayReport) throws {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw ReplayError("\(file): cannot be read")
        }
        let text = String(decoding: data, as: UTF8.self)
        let transcript = try Transcript(parsing: text, name: file)
        guard var peer = try stages.peer(for: transcript.stage, file: file) else {
            report.skipped += 1
            return
        }
        let replies = try transcript.turns.map { try peer.reply(to: $0.typed) }
        try report.add(transcript, replies: replies, file: file, prints: !update)
        guard update else { return }
        let updated = transcript.updated(with: replies)
        if updated != text {
            try Data(updated.utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
        }
    }

    /// The files named, and those of the folders named, by name.
    static func dialogs(in paths: [String]) throws -> [String] {
        try paths.flatMap { path -> [String] in
            var isDirectory: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
                throw ReplayError("\(path): there is no such file")
            }
            guard isDirectory.boolValue else { return [path] }
            let names = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
            return names.filter { $0.hasSuffix(".dialog") }
                .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
                .map { (path.hasSuffix("/") ? path : path + "/") + $0 }
        }
    }
}

/// What came of the dialogs so far.
struct ReplayReport {
    var dialogs = 0
    var turns = 0
    var differing = 0
    var skipped = 0

    /// Counts a dialog, and prints what differs.
    mutating func add(_ transcript: Transcript, replies: [[String]], file: String, prints: Bool) throws {
        dialogs += 1
        turns += transcript.turns.count
        var isFirst = true
        for (turn, reply) in zip(transcript.turns, replies) {
            let diff = ReplyDiff(expected: turn.expected, actual: reply)
            guard !diff.isEmpty else { continue }
            differing += 1
            guard prints else { continue }
            if isFirst { try StandardOutput.print("--- \(file)\n+++ \(file) (now)") }
            isFirst = false
            try StandardOutput.print("@@ line \(turn.line) @@\n > \(turn.typed)")
            for line in diff.text { try StandardOutput.print(line) }
        }
    }

    func summary(isUpdate: Bool) -> String {
        let skips = skipped > 0 ? ", \(skipped) dialogs skipped" : ""
        let differs = isUpdate ? "updated" : differing == 1 ? "differs" : "differ"
        return "\(dialogs) dialogs, \(turns) turns, \(differing) \(differs)\(skips)"
    }
}

/// Makes what dialogs run on, each once.
struct ReplayStages {
    let connect: String?
    let token: String?
    let keep: String?
    private var assistants: [String: (recommender: any Recommending, parser: UtteranceParser, shop: ShopStore?)] = [:]
    /// The small shop, once it is made.
    var shop: ReplayShop?
    private var temporary: String?

    init(connect: String?, token: String?, keep: String?) {
        self.connect = connect
        self.token = token
        self.keep = keep
    }

    /// The peer for a dialog; `nil`, after a note, where a server can't set the dialog's stage.
    mutating func peer(for stage: Transcript.Stage, file: String) throws -> (any ReplayPeer)? {
        guard let connect else {
            return EnginePeer(assistant: try assistant(for: stage, file: file), stage: stage)
        }
        if stage.today != nil {
            note("\(file): skipped, for a server goes by its own date")
            return nil
        }
        let needsToken = stage.role == .frontend || stage.role == .staff
        if needsToken, token == nil {
            note("\(file): skipped, for its role needs --token")
            return nil
        }
        return try ServerPeer(address: connect, stage: stage, token: needsToken ? token : nil)
    }

    func cleanUp() {
        if let temporary { try? FileManager.default.removeItem(atPath: temporary) }
    }

    mutating func assistant(for stage: Transcript.Stage, file: String) throws -> Assistant {
        let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
        func path(_ name: String) -> String { name.hasPrefix("/") ? name : folder + "/" + name }
        let (model, data) =
            if stage.model == nil, stage.data == nil {
                try smallShop()
            } else {
                (stage.model.map(path) ?? DamiHome.model, stage.data.map(path))
            }
        let key = model + "\n" + (data ?? "")
        if assistants[key] == nil {
            let shop = try data.map { try ShopStore.open($0, access: .readOnly) }
            let recommender = try loadRecommender(path: model, for: shop)
            assistants[key] = (recommender, UtteranceParser(catalog: recommender.catalog), shop)
        }
        let parts = assistants[key]!
        let today = stage.today
        return Assistant(
            recommender: parts.recommender, parser: parts.parser,
            directory: parts.shop.map { shop in ShopDirectory(recommender: parts.recommender, opening: { shop }) }
                ?? EmptyCustomerDirectory(),
            today: { today ?? .now })
    }

    private mutating func smallShop() throws -> (model: String, data: String?) {
        if let shop { return (shop.model, shop.shop) }
        let directory = keep ?? FileManager.default.temporaryDirectory.path + "/dami-replay-\(UUID().uuidString)"
        if keep == nil { temporary = directory }
        let made = try ReplayShop(in: directory)
        shop = made
        return (made.model, made.shop)
    }
}
