/// A line of an expected reply.
package struct ReplyPattern: Hashable, Sendable {
    private enum Form: Hashable, Sendable {
        case exact
        case glob(String)
        case expression(String)
    }

    /// As the file has it.
    package let text: String
    private let form: Form

    /// - Throws: ``TranscriptError`` for a regular expression that is none.
    package init(_ text: String, name: String = "", line: Int = 0) throws {
        self.text = text
        if text.hasSuffix(" (glob)") {
            form = .glob(String(text.dropLast(7)))
        } else if text.hasSuffix(" (re)") {
            let expression = String(text.dropLast(5))
            guard (try? Regex(expression)) != nil else {
                throw TranscriptError(name: name, line: line, what: "“\(expression)” is no regular expression")
            }
            form = .expression(expression)
        } else {
            form = .exact
        }
    }

    /// A line as it is, written so that it is read back as itself.
    package static func literal(_ line: String) -> String {
        let reads =
            ["#", "@ ", "> "].contains(where: line.hasPrefix) || line == ">"
            || [" (glob)", " (re)"].contains(where: line.hasSuffix)
        guard reads else { return line }
        let special = Set("\\^$.|?*+()[]{}")
        let escaped = line.map { special.contains($0) ? "\\\($0)" : String($0) }.joined()
        // A number sign or an angle would still begin the line: a group hides it.
        return "(?:\(escaped)) (re)"
    }

    package func matches(_ line: String) -> Bool {
        switch form {
        case .exact: text == line
        case .glob(let pattern): Self.glob(Array(pattern), matches: Array(line))
        case .expression(let expression): (try? Regex(expression).wholeMatch(in: line)) != nil
        }
    }

    /// `*` is any run of characters, `?` any one, and a backslash takes the next as it is. Linear in the product of the
    /// lengths: it goes back to the last star only.
    private static func glob(_ pattern: [Character], matches line: [Character]) -> Bool {
        var (p, l) = (0, 0)
        var star: (pattern: Int, line: Int)?
        while l < line.count {
            if p < pattern.count, pattern[p] == "*" {
                star = (p, l)
                p += 1
            } else if let step = step(pattern, p, line[l]) {
                p += step
                l += 1
            } else if let last = star {
                star = (last.pattern, last.line + 1)
                p = last.pattern + 1
                l = last.line + 1
            } else {
                return false
            }
        }
        return pattern[p...].allSatisfy { $0 == "*" }
    }

    /// How many characters of the pattern match one of the line; `nil` where they don't.
    private static func step(_ pattern: [Character], _ p: Int, _ character: Character) -> Int? {
        guard p < pattern.count else { return nil }
        if pattern[p] == "\\", p + 1 < pattern.count { return pattern[p + 1] == character ? 2 : nil }
        return pattern[p] == "?" || pattern[p] == character ? 1 : nil
    }
}
