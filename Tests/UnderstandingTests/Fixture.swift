import Foundation
import Shop
import Testing

@testable import Understanding

/// A labelled line: what is typed, its language, and its acts in `Act.notation`.
struct LabelledLine: Sendable {
    var text: String
    var language: String
    var acts: String
    var catalog: String
}

/// Labelled lines and the catalogs that they are about, under Tests/Fixtures/understanding.
enum Fixture {
    static let today = CalendarDay(year: 2026, month: 11, day: 23)
    static let grammar: Grammar = .shared
    private static let directory = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures/understanding")

    /// Parsers by catalog; the lexicons are built once.
    static let parsers: [String: UtteranceParser] = {
        var parsers: [String: UtteranceParser] = [:]
        for name in ["korean", "english", "mixed", "independent-ko", "independent-en", "shop-ko", "shop-en"] {
            guard let catalog = try? catalog(name) else { continue }
            parsers[name] = UtteranceParser(catalog: catalog, grammar: grammar)
        }
        return parsers
    }()

    static func parser(_ catalog: String) throws -> UtteranceParser { try #require(parsers[catalog]) }

    static func catalog(_ name: String) throws -> Catalog {
        var subcategories: [Subcategory] = []
        for line in try lines(of: name + ".catalog") {
            let parts = line.components(separatedBy: ": ")
            let above = parts[0].components(separatedBy: " > ")
            for item in parts.dropFirst().joined(separator: ": ").components(separatedBy: "; ") {
                subcategories.append(Subcategory(name: item, middleCategory: above[1], category: above[0]))
            }
        }
        return Catalog(subcategories: subcategories)
    }

    static func labelled(_ file: String) throws -> [LabelledLine] {
        var catalog = ""
        var found: [LabelledLine] = []
        for line in try lines(of: file) {
            if line.hasPrefix("@catalog ") {
                catalog = String(line.dropFirst(9))
                continue
            }
            let fields = line.components(separatedBy: "\t")
            try #require(fields.count == 3, "\(line)")
            found.append(LabelledLine(text: fields[0], language: fields[1], acts: fields[2], catalog: catalog))
        }
        return found
    }

    private static func lines(of file: String) throws -> [String] {
        try String(contentsOf: directory.appending(path: file), encoding: .utf8).split(separator: "\n")
            .map(String.init).filter { !$0.hasPrefix("#") }
    }
}
