/// Other spellings of a line, for when nothing reads it as it stands: English words between Korean ones, endings as people play
/// with them, keywords with a wrong letter.
///
///     respelling.lines(for: "recommend 좀 해줘영")   // 추천 좀 해줘요
///
/// A respelled line counts only if all of it is understood, so a line about something else stays unknown.
struct Respelling: Sendable {
    /// An English word, or some words in a row, as Korean says it.
    struct Word: Hashable, Sendable {
        /// Lower case; `#` stands for digits.
        var pattern: [String]
        /// Before 하다.
        var beforeDo: String
        var elsewhere: String
    }

    struct Ending: Hashable, Sendable {
        var from: [Unicode.Scalar]
        var to: [Unicode.Scalar]
    }

    /// By first word; the longest first.
    private(set) var words: [String: [Word]] = [:]
    /// English as it is written in haste, and in plain English; for lines without Hangul.
    private(set) var english: [String: [Word]] = [:]
    /// By last character; the longest first.
    private(set) var endings: [Unicode.Scalar: [Ending]] = [:]
    private(set) var keywords: [Keyword] = []

    struct Keyword: Hashable, Sendable {
        var text: [Unicode.Scalar]
        /// Jamo for Hangul, letters for English.
        var letters: [TextUnit]
        var isHangul: Bool
    }

    mutating func add(word pattern: String, beforeDo: String, elsewhere: String) {
        Self.add(pattern, beforeDo, elsewhere, to: &words)
    }

    mutating func add(english pattern: String, as plain: String) { Self.add(pattern, plain, plain, to: &english) }

    private static func add(
        _ pattern: String, _ beforeDo: String, _ elsewhere: String, to table: inout [String: [Word]]
    ) {
        // 50s is two tokens: the digits and the letter behind them.
        let parts = pattern.lowercased().split(separator: " ").flatMap { part in
            part.hasPrefix("#") && part.count > 1 ? ["#", String(part.dropFirst())] : [String(part)]
        }
        guard let first = parts.first else { return }
        table[first, default: []].append(Word(pattern: parts, beforeDo: beforeDo, elsewhere: elsewhere))
        table[first]?.sort { $0.pattern.count > $1.pattern.count }
    }

    mutating func add(ending: String, as standard: String) {
        let rule = Ending(from: Array(ending.unicodeScalars), to: Array(standard.unicodeScalars))
        guard let last = rule.from.last else { return }
        endings[last, default: []].append(rule)
        endings[last]?.sort { $0.from.count > $1.from.count }
    }

    /// - Returns: whether it is long enough: a short word is one letter away from many others.
    mutating func add(keyword: String) -> Bool {
        let text = Array(keyword.unicodeScalars)
        let letters = text.flatMap(\.letters)
        guard letters.count >= Self.shortestKeyword else { return false }
        keywords.append(Keyword(text: text, letters: letters, isHangul: text.allSatisfy(\.isSyllable)))
        return true
    }

    static let shortestKeyword = 4
}

/// A respelled line, and where its characters were in the line as it was typed.
struct RespelledLine: Hashable, Sendable {
    var scalars: [Unicode.Scalar] = []
    /// For each scalar, the stretch of the typed line that it comes from.
    var origins: [Range<Int>] = []
    /// Whether a wrong letter was set right, which is no more than likely.
    var isGuess = false

    var text: String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    mutating func append(_ scalar: Unicode.Scalar, from origin: Range<Int>) {
        scalars.append(scalar)
        origins.append(origin)
    }

    mutating func append(_ replacement: some Sequence<Unicode.Scalar>, from origin: Range<Int>) {
        for scalar in replacement { append(scalar, from: origin) }
    }

    /// The stretch of the typed line behind a stretch of this one.
    func origin(of span: Range<Int>) -> Range<Int> {
        let touched = origins[span.clamped(to: 0..<origins.count)]
        guard let first = touched.map(\.lowerBound).min(), let last = touched.map(\.upperBound).max() else {
            return 0..<0
        }
        return first..<last
    }
}

extension Respelling {
    /// How else the line could be spelled, the likeliest first; nothing where no rule applies.
    func lines(for text: String) -> [RespelledLine] {
        var typed = RespelledLine()
        for (index, scalar) in text.unicodeScalars.enumerated() { typed.append(scalar, from: index..<index + 1) }
        var found: [RespelledLine] = []
        let ended = withStandardEndings(typed)
        if ended != typed { found.append(ended) }
        if typed.scalars.contains(where: \.isSyllable) {
            let korean = withStandardEndings(replacing(words, in: typed))
            if korean != ended { found.append(korean) }
        } else {
            let plain = replacing(english, in: typed)
            if plain != typed { found.append(plain) }
        }
        var corrected = withKeywords(found.last ?? typed)
        if corrected != found.last ?? typed {
            corrected.isGuess = true
            found.append(corrected)
        }
        return found
    }

    // MARK: English words

    private func replacing(_ table: [String: [Word]], in line: RespelledLine) -> RespelledLine {
        let tokens = line.latinTokens()
        var result = RespelledLine()
        var position = 0
        var index = 0
        while index < tokens.count {
            guard let (word, count, digits) = word(at: index, of: tokens, in: table) else {
                index += 1
                continue
            }
            let range = tokens[index].range.lowerBound..<tokens[index + count - 1].range.upperBound
            for copied in position..<range.lowerBound {
                result.append(line.scalars[copied], from: line.origins[copied])
            }
            let replacement = line.isBeforeDo(range.upperBound) ? word.beforeDo : word.elsewhere
            let origin = line.origin(of: range)
            for scalar in replacement.unicodeScalars {
                if scalar == "#" {
                    result.append(digits.unicodeScalars, from: origin)
                } else {
                    result.append(scalar, from: origin)
                }
            }
            position = range.upperBound
            index += count
        }
        for copied in position..<line.scalars.count { result.append(line.scalars[copied], from: line.origins[copied]) }
        return result
    }

    /// The longest rule that begins at a token, how many tokens it takes, and the digits that its `#` stands for.
    private func word(
        at index: Int, of tokens: [RespelledLine.Token], in table: [String: [Word]]
    ) -> (Word, Int, String)? {
        for key in tokens[index].isNumber ? ["#"] : [tokens[index].text] {
            for word in table[key] ?? [] where index + word.pattern.count <= tokens.count {
                var digits = ""
                let isMatch = word.pattern.indices.allSatisfy { offset in
                    let token = tokens[index + offset]
                    // Words in a row, with nothing but spaces between them.
                    if offset > 0, !token.followsBySpace { return false }
                    if word.pattern[offset] == "#", token.isNumber {
                        digits = token.text
                        return true
                    }
                    return token.text == word.pattern[offset]
                }
                if isMatch { return (word, word.pattern.count, digits) }
            }
        }
        return nil
    }

    // MARK: Endings

    private func withStandardEndings(_ line: RespelledLine) -> RespelledLine {
        var result = RespelledLine()
        var index = 0
        while index < line.scalars.count {
            let end = index
            result.append(line.scalars[index], from: line.origins[index])
            index += 1
            let isWordEnd = index == line.scalars.count || !line.scalars[index].isHangul
            guard line.scalars[end].isHangul, isWordEnd, let endings = endings[line.scalars[end]] else { continue }
            let wordLength = result.scalars.reversed().prefix { $0.isHangul }.count
            let ending = endings.first { ending in
                ending.from.count <= wordLength && result.scalars.suffix(ending.from.count).elementsEqual(ending.from)
            }
            guard let ending else { continue }
            let start = result.scalars.count - ending.from.count
            let origin = result.origin(of: start..<result.scalars.count)
            result.scalars.removeLast(ending.from.count)
            result.origins.removeLast(ending.from.count)
            result.append(ending.to, from: origin)
        }
        return result
    }

    // MARK: Keywords

    private func withKeywords(_ line: RespelledLine) -> RespelledLine {
        var line = line
        for keyword in keywords where keyword.isHangul {
            var start = 0
            while start + keyword.text.count <= line.scalars.count {
                if Self.isOneOff(line.scalars[start..<start + keyword.text.count], keyword.text) {
                    line.replace(start..<start + keyword.text.count, by: keyword.text)
                    start += keyword.text.count
                } else {
                    start += 1
                }
            }
        }
        for token in line.latinTokens().reversed() where token.text.count >= 4 && !token.isNumber {
            let letters = token.text.unicodeScalars.flatMap(\.letters)
            let isKnown = keywords.contains { !$0.isHangul && $0.letters == letters }
            guard !isKnown else { continue }
            let near = keywords.compactMap { keyword -> (keyword: Keyword, distance: Int)? in
                guard !keyword.isHangul else { return nil }
                if OneEdit.isApart(letters, keyword.letters) { return (keyword, 1) }
                guard keyword.letters.count >= 8 else { return nil }
                let distance = OneEdit.distance(letters, keyword.letters, limit: 2)
                return distance <= 2 ? (keyword, distance) : nil
            }
            guard let best = near.min(by: { $0.distance < $1.distance })?.keyword else { continue }
            line.replace(token.range, by: best.text)
        }
        return line
    }

    /// Whether exactly one letter of one syllable differs.
    private static func isOneOff(_ text: ArraySlice<Unicode.Scalar>, _ keyword: [Unicode.Scalar]) -> Bool {
        var other: (Unicode.Scalar, Unicode.Scalar)?
        for (said, meant) in zip(text, keyword) where said != meant {
            guard other == nil, said.isSyllable else { return false }
            other = (said, meant)
        }
        guard let (said, meant) = other else { return false }
        let (letters, others) = (said.letters, meant.letters)
        return letters.count == others.count && zip(letters, others).count { $0 != $1 } == 1
    }
}

extension RespelledLine {
    /// A word in Latin letters, or digits.
    struct Token {
        var text: String
        var range: Range<Int>
        var isNumber: Bool
        /// Whether only spaces stand between it and the token before.
        var followsBySpace: Bool
    }

    fileprivate func latinTokens() -> [Token] {
        var tokens: [Token] = []
        var index = 0
        var onlySpaces = true
        while index < scalars.count {
            let isNumber = scalars[index].isDigit
            guard isNumber || scalars[index].isLatinLetter else {
                if scalars[index] != " " { onlySpaces = false }
                index += 1
                continue
            }
            let start = index
            var text = ""
            while index < scalars.count, isNumber ? scalars[index].isDigit : scalars[index].isPartOfWord {
                if !scalars[index].isApostrophe { text.unicodeScalars.append(scalars[index]) }
                index += 1
            }
            tokens.append(
                Token(text: text.lowercased(), range: start..<index, isNumber: isNumber, followsBySpace: onlySpaces))
            onlySpaces = true
        }
        return tokens
    }

    /// Whether a form of 하다 follows.
    fileprivate func isBeforeDo(_ index: Int) -> Bool {
        var index = index
        while index < scalars.count, scalars[index] == " " || scalars[index] == "좀" { index += 1 }
        return index < scalars.count && "하해할한했함합".unicodeScalars.contains(scalars[index])
    }

    fileprivate mutating func replace(_ range: Range<Int>, by text: [Unicode.Scalar]) {
        let origin = origin(of: range)
        scalars.replaceSubrange(range, with: text)
        origins.replaceSubrange(range, with: Array(repeating: origin, count: text.count))
    }
}

extension Unicode.Scalar {
    fileprivate var isSyllable: Bool { (0xAC00...0xD7A3).contains(value) }
    fileprivate var isHangul: Bool { isSyllable || (0x3131...0x318E).contains(value) }
    fileprivate var isLatinLetter: Bool { ("a"..."z").contains(self) || ("A"..."Z").contains(self) }
    fileprivate var isApostrophe: Bool { self == "'" || self == "\u{2019}" }
    fileprivate var isPartOfWord: Bool { isLatinLetter || isApostrophe }

    /// What the scanner makes of it.
    fileprivate var letters: [TextUnit] {
        switch reading {
        case .unit(let unit): [unit]
        case .units(let units), .continuation(let units): units
        case .gap, .nothing: []
        }
    }
}
