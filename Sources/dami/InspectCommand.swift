import ArgumentParser
import Foundation
import Shop
import ShopStore

/// `dami inspect`: what a file holds.
struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Say what a shop or a model holds.")

    @Argument(help: "A .db or a .model file.") var file: String
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
        guard FileManager.default.fileExists(atPath: file) else { throw ShopStoreError.notFound(path: file) }
        // Either says what it is in its first bytes: SQLite's words; the size of a header, and the header's brace.
        let head = try firstBytes(16)
        if head.starts(with: "SQLite format 3\0".utf8) || file.hasSuffix(".db") {
            try inspectShop()
        } else if head.dropFirst(8).first == UInt8(ascii: "{") || file.hasSuffix(".model") {
            try inspectModel()
        } else {
            throw InspectError.neither(path: file)
        }
    }

    private func firstBytes(_ count: Int) throws -> [UInt8] {
        func failure() -> InspectError { .unreadable(path: file, reason: String(cString: strerror(errno))) }
        let descriptor = open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure() }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: count)
        let got = read(descriptor, &bytes, count)
        guard got >= 0 else { throw failure() }
        return Array(bytes[..<got])
    }

    private func inspectShop() throws {
        let summary = try ShopStore.open(file, access: .readOnly).summary()
        if json {
            struct Output: Encodable {
                var kind = "shop"
                var summary: ShopSummary

                func encode(to encoder: any Encoder) throws {
                    try summary.encode(to: encoder)
                    var container = encoder.container(keyedBy: CodingKeys.self)
                    try container.encode(kind, forKey: .kind)
                }

                enum CodingKeys: CodingKey { case kind }
            }
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            try StandardOutput.print(String(decoding: try encoder.encode(Output(summary: summary)), as: UTF8.self))
        } else {
            try StandardOutput.print("\(file): a shop")
            for line in ShopReport.lines(summary) { try StandardOutput.print("  " + line) }
        }
    }

    private func inspectModel() throws {
        let report = try ModelReport(path: file)
        if json {
            try StandardOutput.print(JSONLine.text(of: report))
        } else {
            try StandardOutput.print("\(file): a model")
            for line in report.lines { try StandardOutput.print("  " + line) }
        }
    }
}

/// Why nothing can be said of a file.
enum InspectError: ReportableError {
    case unreadable(path: String, reason: String)
    case neither(path: String)

    var message: String {
        switch self {
        case .unreadable(let path, let reason): "\(path): cannot be read: \(reason)"
        case .neither(let path):
            "\(path): is neither a shop nor a model; dami prepare makes a shop of logs, dami train a model of a shop"
        }
    }
}
