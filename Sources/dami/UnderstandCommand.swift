import ArgumentParser
import Foundation
import PurchaseLog
import Recommender
import Shop
import Understanding

/// `dami understand`: utterances in, acts out, a line each.
struct UnderstandCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "understand",
        abstract: "Say what utterances mean.",
        discussion: """
            Reads an utterance a line from stdin and writes {"text":…,"lang":…,"acts":[…]} a line. The names of items are \
            those of a Master file or of a model; without either, of the model in dami's home.
            """)

    @Option(help: ArgumentHelp("The catalog: a Master file.", valueName: "Master.csv")) var catalog: String?
    @Option(help: "The catalog: a model's.") var model: String?
    @Option(help: ArgumentHelp("The day that birth years count from. (default: today)", valueName: "YYYY-MM-DD"))
    var today: CalendarDay?
    @Option(help: ArgumentHelp("A folder of grammar files (.yaml) to add to dami's own.", valueName: "folder"))
    var grammar: String?

    func validate() throws {
        guard catalog == nil || model == nil else { throw ValidationError("give --catalog or --model, not both") }
    }

    func run() throws {
        signal(SIGPIPE, SIG_IGN)
        let grammar = try grammar.map(Grammar.extended(by:)) ?? Grammar.bundled()
        let names: Catalog
        if let catalog {
            names = try Catalog(contentsOfMaster: catalog)
        } else {
            names = try loadRecommender(path: try FirstRun().files(data: nil, model: model).model).catalog
        }
        let parser = UtteranceParser(catalog: names, grammar: grammar)
        let day = today ?? .ofSystemClock
        var output: [UInt8] = []
        try StandardInputLines().forEach { line in
            output.append(contentsOf: parser.utterance(of: line, today: day).json(in: names).utf8)
            output.append(0x0A)
        } beforeWaiting: {
            try StandardOutput.write(output)
            output.removeAll(keepingCapacity: true)
        }
    }
}

extension CalendarDay: ExpressibleByArgument {
    public init?(argument: String) {
        let parts = argument.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].count == 4, parts.allSatisfy({ $0.allSatisfy { $0.isASCII && $0.isNumber } }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]), (1...12).contains(month),
            (1...31).contains(day)
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    static var ofSystemClock: CalendarDay {
        let parts = Calendar(identifier: .gregorian).dateComponents([.year, .month, .day], from: Date())
        return CalendarDay(year: parts.year ?? 1970, month: parts.month ?? 1, day: parts.day ?? 1)
    }
}

/// The lines of stdin, whatever their bytes: what is no UTF-8 becomes U+FFFD, and a line's length is not limited.
private struct StandardInputLines {
    func forEach(_ body: (String) throws -> Void, beforeWaiting: () throws -> Void) throws {
        var pending = Data()
        var searched = 0
        while true {
            let chunk = FileHandle.standardInput.availableData
            if chunk.isEmpty { break }
            pending.append(chunk)
            var start = 0
            while let end = pending[max(start, searched)...].firstIndex(of: 0x0A) {
                try body(Self.text(pending[start..<end]))
                start = end + 1
                searched = start
            }
            pending = Data(pending[start...])
            searched = pending.count
            try beforeWaiting()
        }
        if !pending.isEmpty { try body(Self.text(pending[...])) }
        try beforeWaiting()
    }

    private static func text(_ bytes: Data) -> String {
        String(decoding: bytes.last == 0x0D ? bytes.dropLast() : bytes, as: UTF8.self)
    }
}
