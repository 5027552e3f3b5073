/// A line as the matcher sees it: units without spaces, and what stood between them.
///
/// Boundary `i` lies before unit `i`; boundary `count` is the end. Spaces and punctuation are no units but marks at a
/// boundary, so that wrong spacing costs nothing, while English still ends its words at gaps.
struct ScannedLine {
    /// What stood at a boundary.
    struct Marks: OptionSet {
        let rawValue: UInt8
        /// A character begins here: a match may begin and end.
        static let cut = Marks(rawValue: 1)
        /// A space or punctuation.
        static let gap = Marks(rawValue: 2)
        /// A comma or another weak break.
        static let comma = Marks(rawValue: 4)
        /// A full stop, a question or exclamation mark, a line break; both ends of the line.
        static let sentence = Marks(rawValue: 8)
        /// A dash or tilde.
        static let dash = Marks(rawValue: 16)
        /// Laughter or tears (ㅋㅋ, ㅠㅠ): read over, but no noise by themselves.
        static let emotion = Marks(rawValue: 32)
    }

    private(set) var units: [TextUnit] = []
    /// One more than units.
    private(set) var marks: [Marks] = []
    /// The scalar of the text that unit `i` comes from.
    private(set) var origins: [Int32] = []
    /// The text's scalars.
    let scalars: [Unicode.Scalar]

    var count: Int { units.count }

    init(_ text: some StringProtocol) {
        let scalars = Array(text.unicodeScalars)
        self.scalars = scalars
        units.reserveCapacity(scalars.count * 2)
        marks.reserveCapacity(scalars.count * 2 + 1)
        origins.reserveCapacity(scalars.count * 2)
        var pending: Marks = [.cut, .gap, .sentence]
        var index = 0
        while index < scalars.count {
            let scalar = scalars[index]
            if let length = Self.emotionLength(scalars, at: index) {
                pending.formUnion([.gap, .emotion])
                index += length
                continue
            }
            switch scalar.reading {
            case .unit(let unit):
                append(unit, marks: pending.union(.cut), origin: index)
                pending = []
            case .units(let characters):
                append(characters[0], marks: pending.union(.cut), origin: index)
                for unit in characters.dropFirst() { append(unit, marks: [], origin: index) }
                pending = []
            case .continuation(let characters):
                for unit in characters { append(unit, marks: pending, origin: index) }
                pending = []
            case .gap:
                pending.formUnion(Self.marks(of: scalars, at: index))
            case .nothing:
                break
            }
            index += 1
        }
        marks.append(pending.union([.cut, .gap, .sentence]))
    }

    private mutating func append(_ unit: TextUnit, marks mark: Marks, origin: Int) {
        units.append(unit)
        marks.append(mark)
        origins.append(Int32(origin))
    }

    /// The marks of a punctuation scalar; an apostrophe inside a word is none.
    private static func marks(of scalars: [Unicode.Scalar], at index: Int) -> Marks {
        switch scalars[index] {
        case "'", "\u{2019}", "\u{FF07}", "`":
            let isInside =
                index > 0 && index + 1 < scalars.count && scalars[index - 1].properties.isAlphabetic
                && scalars[index + 1].properties.isAlphabetic
            let isPlural = index > 0 && index + 1 < scalars.count && scalars[index - 1].isDigit
            return isInside || isPlural ? [] : .gap
        case ".":
            let isNumber =
                index > 0 && index + 1 < scalars.count && scalars[index - 1].isDigit && scalars[index + 1].isDigit
            return isNumber ? .gap : [.gap, .sentence]
        case "?", "!", "\n", "\r", ";", "\u{3002}", "\u{FF1F}", "\u{FF01}", "\u{2026}", "\u{FF0E}":
            return [.gap, .sentence]
        case ",", "\u{3001}", "\u{FF0C}", "\u{00B7}", "/", "+", "&", "|", ":": return [.gap, .comma]
        case "-", "~", "\u{2013}", "\u{2014}", "\u{301C}", "\u{FF5E}", "\u{223C}": return [.gap, .dash]
        default: return .gap
        }
    }

    /// The number of scalars of laughter, tears or an emoticon that begins here, or `nil`.
    private static func emotionLength(_ scalars: [Unicode.Scalar], at index: Int) -> Int? {
        let laughter: (Unicode.Scalar) -> Bool = {
            switch $0 {
            case "ㅋ", "ㅎ", "ㅠ", "ㅜ", "ㅡ", "\u{FFBB}", "\u{FFBE}", "\u{FFD7}": true
            default: false
            }
        }
        let scalar = scalars[index]
        if laughter(scalar) {
            // Other single jamo beside it: a word typed on the wrong layout, or slang.
            if index > 0, scalars[index - 1].isSingleJamo { return nil }
            var end = index
            while end < scalars.count, laughter(scalars[end]) { end += 1 }
            if end < scalars.count, scalars[end].isSingleJamo { return nil }
            return end - index
        }
        switch scalar {
        case ":", ";", "=", "T", "t", "^", "-", "x", "X":
            for emoticon in emoticons where scalars[index...].starts(with: emoticon) {
                let end = index + emoticon.count
                if end < scalars.count, scalars[end].properties.isAlphabetic { continue }
                if index > 0, scalars[index - 1].properties.isAlphabetic, scalar.properties.isAlphabetic { continue }
                return emoticon.count
            }
            return nil
        default: return nil
        }
    }

    private static let emoticons: [[Unicode.Scalar]] = [
        "T_T", "t_t", "T.T", ":D", ":P", ":p", ":)", ":(", ";)", ";D", ":-)", ":-D", "=)", "^_^", "^0^", "^o^", "^^",
        "-_-", "xD",
        "XD",
    ].map { Array($0.unicodeScalars) }

    /// Whether a Latin word or a number would be torn apart at the boundary (30s and 2nd may be cut in two).
    func isInsideWord(_ boundary: Int) -> Bool {
        guard boundary > 0, boundary < count, !marks[boundary].contains(.gap) else { return false }
        let (before, after) = (units[boundary - 1], units[boundary])
        return (before.isLatin && after.isLatin) || (before.isDigit && after.isDigit)
    }

    /// The first gap behind a boundary.
    func nextGap(after boundary: Int) -> Int {
        var end = boundary + 1
        while end < count, !marks[end].contains(.gap) { end += 1 }
        return min(end, count)
    }

    /// The scalars between two boundaries, without the space around them.
    func scalarRange(_ range: Range<Int>) -> Range<Int> {
        guard !range.isEmpty, range.lowerBound < count else { return 0..<0 }
        let start = Int(origins[range.lowerBound])
        // The last unit's character ends where its origin, or the continuation of it, does.
        let last = Int(origins[range.upperBound - 1])
        return start..<(last + 1)
    }
}

extension Unicode.Scalar {
    var isDigit: Bool { (0x30...0x39).contains(value) || (0xFF10...0xFF19).contains(value) }
    var isSingleJamo: Bool { (0x3131...0x3163).contains(value) || (0xFFA1...0xFFDC).contains(value) }
}
