/// A phrasing, as a grammar file writes it.
///
///     (a|b)      one of them              [a|b]     one of them or nothing
///     (a|b)+     one or more times        <name>    what `words`, `verbs` or `phrases` define under the name
///     {slot}     what the slot reads      {slot=x}  the slot gets x, whatever is said
indirect enum Template: Hashable, Sendable {
    /// A word, or a part of one where it stands directly beside something else.
    case literal(String)
    case sequence([Template])
    case alternatives([Template])
    case optional(Template)
    case repeated(Template)
    case rule(String)
    case slot(String)
    case constant(slot: String, value: String)

    /// What is wrong with a template, and where in it.
    struct SyntaxError: Error {
        var column: Int
        var expected: String
    }

    init(parsing text: String) throws(SyntaxError) {
        var parser = TemplateParser(text)
        self = try parser.alternatives()
        guard parser.isAtEnd else { throw parser.error("nothing after the end: a closing bracket has no opening one") }
    }
}

private struct TemplateParser {
    private let characters: [Unicode.Scalar]
    private var position = 0

    init(_ text: String) { characters = Array(text.unicodeScalars) }

    var isAtEnd: Bool { position == characters.count }

    func error(_ expected: String) -> Template.SyntaxError { .init(column: position + 1, expected: expected) }

    mutating func alternatives() throws(Template.SyntaxError) -> Template {
        var options = [try sequence()]
        while take("|") { options.append(try sequence()) }
        return options.count == 1 ? options[0] : .alternatives(options)
    }

    private mutating func sequence() throws(Template.SyntaxError) -> Template {
        var parts: [Template] = []
        while !isAtEnd, !Self.closes(characters[position]) {
            if characters[position].properties.isWhitespace {
                position += 1
                continue
            }
            parts.append(try part())
        }
        return parts.count == 1 ? parts[0] : .sequence(parts)
    }

    private mutating func part() throws(Template.SyntaxError) -> Template {
        switch characters[position] {
        case "(":
            let group = try bracketed(close: ")")
            return take("+") ? .repeated(group) : group
        case "[": return .optional(try bracketed(close: "]"))
        case "<":
            let name = try name(close: ">", what: "a rule's name")
            return .rule(name)
        case "{":
            let name = try name(close: "}", what: "a slot")
            guard let equals = name.firstIndex(of: "=") else { return .slot(name) }
            return .constant(slot: String(name[..<equals]), value: String(name[name.index(after: equals)...]))
        case ">", "}": throw error("no \(characters[position]) without its opening bracket")
        default:
            let start = position
            while !isAtEnd, !Self.isSpecial(characters[position]), !characters[position].properties.isWhitespace {
                position += 1
            }
            return .literal(text(from: start))
        }
    }

    private static func closes(_ scalar: Unicode.Scalar) -> Bool { scalar == "|" || scalar == ")" || scalar == "]" }

    private static func isSpecial(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "(", ")", "[", "]", "<", ">", "{", "}", "|": true
        default: false
        }
    }

    private func text(from start: Int) -> String {
        String(String.UnicodeScalarView(characters[start..<position]))
    }

    private mutating func bracketed(close: Unicode.Scalar) throws(Template.SyntaxError) -> Template {
        position += 1
        let inner = try alternatives()
        guard take(close) else { throw error("\(close)") }
        return inner
    }

    private mutating func name(close: Unicode.Scalar, what: String) throws(Template.SyntaxError) -> String {
        position += 1
        let start = position
        while !isAtEnd, characters[position] != close, !Self.isSpecial(characters[position]) { position += 1 }
        guard position > start else { throw error(what) }
        let name = text(from: start)
        guard take(close) else { throw error("\(close) after \(what)") }
        return name
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard !isAtEnd, characters[position] == character else { return false }
        position += 1
        return true
    }
}
