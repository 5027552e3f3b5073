import Yams

/// What is wrong with a grammar file: which file and line, and what was expected there.
public struct GrammarError: Error, Hashable, Sendable {
    public var file: String
    public var line: Int
    public var column: Int
    public var expected: String

    init(file: String, mark: Mark?, column: Int = 0, expected: String) {
        self.file = file
        self.line = mark?.line ?? 1
        self.column = (mark?.column ?? 1) + column
        self.expected = expected
    }
}

/// The text of grammar files, taken apart: named templates, not yet resolved.
struct GrammarSource: Sendable {
    struct Line: Sendable {
        var template: Template
        var file: String
        var line: Int
        var column: Int

        func error(_ expected: String) -> GrammarError {
            GrammarError(file: file, line: line, column: column, expected: expected)
        }
    }

    struct Sentence: Sendable {
        /// The acts that it stands for, in order.
        var acts: [String]
        /// Only between punctuation or the line's ends.
        var isAlone: Bool
        var phrasing: Line
    }

    struct Ending: Sendable {
        /// By form of the verb: bare (담), open (담아), linked (담으).
        var forms: [[Line]]
    }

    var words: [String: [Line]] = [:]
    var phrases: [String: [Line]] = [:]
    /// Three forms of each verb of a class.
    var verbs: [String: [[String]]] = [:]
    var endings: [String: Ending] = [:]
    var sentences: [Sentence] = []
    var aliases = AliasTable()
    var respelling = Respelling()

    static let actNames: Set<String> = [
        "recommend", "set_profile", "add_to_cart", "remove_from_cart", "show_cart", "clear_cart", "checkout", "explain",
        "more", "similar", "reject", "filter", "show_profile", "undo", "reset", "login", "logout", "language",
        "coupons",
        "help", "greet", "thanks", "quit", "unknown",
    ]

    /// Adds a file's first document to what is there already: rules of the same name are joined.
    mutating func add(yaml: String, file: String) throws {
        guard let root = try Self.documents(of: yaml, file: file, limit: 1).first else { return }
        guard let sections = root.mapping else {
            throw GrammarError(
                file: file, mark: root.mark, expected: "sections: words, verbs, endings, phrases, sentences")
        }
        for (key, value) in sections {
            switch key.string {
            case "words": words.merge(try Self.rules(value, file: file), uniquingKeysWith: +)
            case "phrases": phrases.merge(try Self.rules(value, file: file), uniquingKeysWith: +)
            case "verbs": try addVerbs(value, file: file)
            case "endings": try addEndings(value, file: file)
            case "sentences": try addSentences(value, file: file)
            case "aliases": try addAliases(value, file: file)
            case "respellings": try respelling.add(yaml: value, file: file)
            default:
                throw GrammarError(
                    file: file, mark: key.mark,
                    expected:
                        "words, verbs, endings, phrases, sentences, respellings or aliases in place of \(quoted(key.string ?? ""))"
                )
            }
        }
    }

    /// The documents of a file, the first ones only where a limit is given.
    static func documents(of yaml: String, file: String, limit: Int = .max) throws -> [Node] {
        do {
            let parser = try Parser(yaml: yaml)
            var found: [Node] = []
            while found.count < limit, let node = try parser.nextRoot() { found.append(node) }
            return found
        } catch let error as YamlError {
            throw GrammarError(file: file, yaml: error)
        }
    }

    private static func rules(_ node: Node, file: String) throws -> [String: [Line]] {
        var rules: [String: [Line]] = [:]
        for (key, value) in try mapping(node, file: file, "names, each with its templates") {
            guard let name = key.string else { continue }
            rules[name, default: []].append(contentsOf: try lines(value, file: file))
        }
        return rules
    }

    private mutating func addVerbs(_ node: Node, file: String) throws {
        for (key, value) in try Self.mapping(node, file: file, "verb classes, each with its verbs") {
            guard let name = key.string else { continue }
            for verb in value.array() {
                let forms = (verb.string ?? "").split(separator: "/").map(String.init)
                guard forms.count == 3 else {
                    throw GrammarError(file: file, mark: verb.mark, expected: "a verb's three forms, like 담/담아/담으")
                }
                verbs[name, default: []].append(forms)
            }
        }
    }

    private mutating func addEndings(_ node: Node, file: String) throws {
        for (key, value) in try Self.mapping(node, file: file, "sets of endings") {
            guard let name = key.string else { continue }
            var ending = endings[name] ?? Ending(forms: [[], [], []])
            for (form, templates) in try Self.mapping(value, file: file, "bare, open or linked, each with its endings")
            {
                guard let index = ["bare", "open", "linked"].firstIndex(of: form.string ?? "") else {
                    throw GrammarError(file: file, mark: form.mark, expected: "bare, open or linked")
                }
                ending.forms[index].append(contentsOf: try Self.lines(templates, file: file))
            }
            endings[name] = ending
        }
    }

    private mutating func addSentences(_ node: Node, file: String) throws {
        for (key, value) in try Self.mapping(node, file: file, "acts, each with its phrasings") {
            var names = (key.string ?? "").split(separator: " ").map(String.init)
            let isAlone = names.last == "alone"
            if isAlone { names.removeLast() }
            names.removeAll { $0 == "+" }
            for name in names where !Self.actNames.contains(name) {
                throw GrammarError(file: file, mark: key.mark, expected: "an act's name in place of \(quoted(name))")
            }
            for phrasing in try Self.lines(value, file: file) {
                sentences.append(Sentence(acts: names, isAlone: isAlone, phrasing: phrasing))
            }
        }
    }

    private mutating func addAliases(_ node: Node, file: String) throws {
        guard let groups = node.sequence else {
            throw GrammarError(file: file, mark: node.mark, expected: "a list of groups like [우유, milk]")
        }
        for group in groups {
            let words = group.array().compactMap(\.string)
            guard words.count >= 2 else {
                throw GrammarError(
                    file: file, mark: group.mark, expected: "a group of two words or more, like [우유, milk]")
            }
            aliases.add(words)
        }
    }

    static func mapping(_ node: Node, file: String, _ expected: String) throws -> Node.Mapping {
        guard let mapping = node.mapping else { throw GrammarError(file: file, mark: node.mark, expected: expected) }
        return mapping
    }

    private static func lines(_ node: Node, file: String) throws -> [Line] {
        let nodes = node.sequence.map(Array.init) ?? [node]
        return try nodes.map { node in
            guard let text = node.string else {
                throw GrammarError(file: file, mark: node.mark, expected: "a template or a list of templates")
            }
            let (line, column) = (node.mark?.line ?? 1, node.mark?.column ?? 1)
            do throws(Template.SyntaxError) {
                return Line(template: try Template(parsing: text), file: file, line: line, column: column)
            } catch {
                throw GrammarError(file: file, line: line, column: column + error.column, expected: error.expected)
            }
        }
    }
}
