import Shop
import Understanding

/// A conversation written down so that it can be run again: a `.dialog` file.
///
///     # Comments begin with a number sign.
///     @ language ko
///     > 우유 담아줘
///     우유를 담았어요. (장바구니 1개)
///     > 추천해줘
///     추천이에요. (*) (glob)
///     +\d+\. .* (re)
///
/// `> ` is what is typed; the lines up to the next `> ` are the exact reply. A reply line that ends in ` (glob)` (`*`
/// and `?`) or ` (re)` (a regular expression) is matched as such. Blank lines divide, and mean nothing: no reply has
/// one. `@ KEY VALUE` at the top sets the stage.
package struct Transcript: Hashable, Sendable {
    /// What the dialog runs on; `nil` where it doesn't say.
    package struct Stage: Hashable, Sendable {
        package var model: String?
        package var data: String?
        package var today: CalendarDay?
        package var role: Role?
        package var language: ReplyLanguage?
    }

    /// What is typed, and the reply that is expected.
    package struct Turn: Hashable, Sendable {
        /// The line of the file, from 1.
        package var line: Int
        package var typed: String
        package var expected: [ReplyPattern]
        /// Blank lines and comments after it, to be written back.
        var between: [String] = []
    }

    package var stage: Stage
    package var turns: [Turn]
    /// The file up to the first turn, as it stands.
    var head: [String]

    /// - Parameter name: The file, for errors.
    /// - Throws: ``TranscriptError``.
    package init(parsing text: String, name: String) throws {
        stage = Stage()
        turns = []
        head = []
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() }
        for (index, raw) in lines.enumerated() {
            let line = raw.hasSuffix("\r") ? String(raw.dropLast()) : raw
            try read(line, number: index + 1, name: name)
        }
    }

    private mutating func read(_ line: String, number: Int, name: String) throws {
        if line.hasPrefix("> ") || line == ">" {
            turns.append(Turn(line: number, typed: String(line.dropFirst(2)), expected: []))
        } else if line.hasPrefix("#") || line.isBlank {
            keep(line)
        } else if turns.isEmpty {
            guard line.hasPrefix("@ ") else {
                throw TranscriptError(name: name, line: number, what: "a reply before the first “> ” line")
            }
            try set(line.dropFirst(2), number: number, name: name)
            keep(line)
        } else {
            turns[turns.count - 1].expected.append(try ReplyPattern(line, name: name, line: number))
        }
    }

    private mutating func keep(_ line: String) {
        if turns.isEmpty { head.append(line) } else { turns[turns.count - 1].between.append(line) }
    }

    private mutating func set(_ setting: Substring, number: Int, name: String) throws {
        let words = setting.split(maxSplits: 1, whereSeparator: \.isWhitespace).map(String.init)
        func wrong(_ what: String) -> TranscriptError { TranscriptError(name: name, line: number, what: what) }
        guard words.count == 2 else { throw wrong("a setting is written “@ KEY VALUE”") }
        switch words[0] {
        case "model": stage.model = words[1]
        case "data": stage.data = words[1]
        case "today":
            guard let day = CivilDay.day(ofText: words[1]) else { throw wrong("today must be YYYY-MM-DD") }
            let parts = CivilDay.components(ofDay: day)
            stage.today = CalendarDay(year: parts.year, month: parts.month, day: parts.day)
        case "role":
            guard let role = Role(rawValue: words[1]) else {
                throw wrong("role must be customer, guest, frontend or staff")
            }
            stage.role = role
        case "language":
            guard let language = ReplyLanguage(rawValue: words[1]) else { throw wrong("language must be ko or en") }
            stage.language = language
        default: throw wrong("there is no setting “\(words[0])”: model, data, today, role, language")
        }
    }

    /// The file with other replies in the place of the expected ones. A pattern stays where it matches what takes its
    /// place; settings, comments and blank lines stay as they are.
    package func updated(with replies: [[String]]) -> String {
        var lines = head
        for (turn, reply) in zip(turns, replies) {
            lines.append("> " + turn.typed)
            lines += ReplyDiff(expected: turn.expected, actual: reply).merged
            lines += turn.between
        }
        return lines.map { $0 + "\n" }.joined()
    }
}

/// What is wrong with a dialog file.
package struct TranscriptError: ReportableError, Hashable {
    var name: String
    var line: Int
    var what: String

    package var message: String { "\(name):\(line): \(what)" }
}
