import Yams

extension Respelling {
    /// Adds what a grammar file says under `respellings`.
    mutating func add(yaml node: Node, file: String) throws {
        for (key, value) in try GrammarSource.mapping(node, file: file, "mixed, english, endings or keywords") {
            for rule in value.array() {
                switch key.string {
                case "mixed":
                    let parts = try Self.strings(rule, 2...3, file, "[English, Korean before 하다, Korean elsewhere]")
                    for pattern in parts[0].split(separator: "|") {
                        add(word: String(pattern), beforeDo: parts[1], elsewhere: parts.last ?? parts[1])
                    }
                case "english":
                    let parts = try Self.strings(rule, 2...2, file, "[as written in haste, plain English]")
                    for pattern in parts[0].split(separator: "|") { add(english: String(pattern), as: parts[1]) }
                case "endings":
                    let parts = try Self.strings(rule, 2...2, file, "[ending, standard ending]")
                    for ending in parts[0].split(separator: "|") { add(ending: String(ending), as: parts[1]) }
                case "keywords":
                    guard let keyword = rule.string, add(keyword: keyword) else {
                        throw GrammarError(
                            file: file, mark: rule.mark,
                            expected: "a word of at least \(Self.shortestKeyword) letters (추천 has five)")
                    }
                default: throw GrammarError(file: file, mark: key.mark, expected: "mixed, english, endings or keywords")
                }
            }
        }
    }

    private static func strings(
        _ node: Node, _ count: ClosedRange<Int>, _ file: String, _ expected: String
    ) throws -> [String] {
        let strings = node.array().compactMap(\.string)
        guard count.contains(strings.count) else { throw GrammarError(file: file, mark: node.mark, expected: expected) }
        return strings
    }
}
