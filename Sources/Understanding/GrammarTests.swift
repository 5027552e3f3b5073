import Shop
import Yams

/// The test sentences of a grammar file: its second YAML document.
///
///     catalog: {식품: [우유, 식빵]}
///     today: 2026-01-01
///     tests:
///       우유랑 식빵 담아줘: add_to_cart items=우유|식빵
package struct GrammarTests {
    package struct Test {
        package var text: String
        package var acts: String
        var mark: Mark?
    }

    package private(set) var tests: [Test] = []
    private var catalog = Catalog(subcategories: [])
    private let file: String
    private let today = CalendarDay(year: 2026, month: 1, day: 1)

    package init(yaml: String, file: String) throws {
        self.file = file
        let documents = try GrammarSource.documents(of: yaml, file: file)
        guard documents.count > 1 else { return }
        for (key, value) in try GrammarSource.mapping(documents[1], file: file, "catalog and tests") {
            switch key.string {
            case "catalog": catalog = try Self.catalog(value, file: file)
            case "tests":
                for (text, acts) in try GrammarSource.mapping(value, file: file, "sentences, each with its acts") {
                    tests.append(Test(text: text.string ?? "", acts: acts.string ?? "", mark: text.mark))
                }
            default: throw GrammarError(file: file, mark: key.mark, expected: "catalog or tests")
            }
        }
    }

    private static func catalog(_ node: Node, file: String) throws -> Catalog {
        var subcategories: [Subcategory] = []
        for (category, names) in try GrammarSource.mapping(node, file: file, "categories, each with its items") {
            for name in names.array() {
                guard let name = name.string, !subcategories.contains(where: { $0.name == name }) else {
                    throw GrammarError(file: file, mark: name.mark, expected: "an item that does not stand there twice")
                }
                subcategories.append(
                    Subcategory(name: name, middleCategory: nil, category: category.string ?? ""))
            }
        }
        return Catalog(subcategories: subcategories)
    }

    /// - Throws: ``GrammarError`` for the first sentence that is read otherwise.
    package func check(_ grammar: Grammar) throws {
        let parser = UtteranceParser(catalog: catalog, grammar: grammar)
        for test in tests {
            let found = parser.utterance(of: test.text, today: today).notation(in: catalog)
            guard found == test.acts else {
                throw GrammarError(
                    file: file, mark: test.mark,
                    expected: "\(test.acts) for \(quoted(test.text)), which is read as \(found)")
            }
        }
    }
}
