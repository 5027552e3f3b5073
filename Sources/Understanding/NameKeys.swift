import Shop

/// How well a key stands for a name; lower is better, and only the best of a key counts.
enum KeyTier: UInt8, Comparable, Sendable {
    /// The name itself, spacing and punctuation aside.
    case exact
    /// The name but for number (banana, BANANAS), brackets or a moved article (The Usual Suspects).
    case derived
    /// Another word for it, from the alias table.
    case alias
    /// One side of a slash: 틴트 for 립스틱/틴트.
    case component

    static func < (a: KeyTier, b: KeyTier) -> Bool { a.rawValue < b.rawValue }
}

/// The keys under which a catalog name is found in the trie.
enum NameKeys {
    static func keys(of name: String) -> [(key: [TextUnit], tier: KeyTier)] {
        let line = ScannedLine(name)
        var keys: [(key: [TextUnit], tier: KeyTier)] = [(line.units, .exact)]
        let isPlain = name.utf8.allSatisfy { ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A || $0 == 0x20 || $0 >= 0x80 }
        var variants: [String] = []
        if !isPlain { variants = self.variants(of: name) }
        for variant in variants { keys.append((ScannedLine(variant).units, .derived)) }
        if line.units.last?.isLatin == true {
            for text in [name] + variants {
                let units = ScannedLine(text).units
                keys.append(contentsOf: otherNumbers(of: units, text: text).map { ($0, .derived) })
            }
        }
        if name.contains("/"), line.units.contains(where: Jamo.isJamo) {
            for part in withoutBrackets(name).split(separator: "/") {
                let units = ScannedLine(part).units
                if units.count >= 2 { keys.append((units, .component)) }
            }
        }
        return keys.filter { !$0.key.isEmpty }
    }

    /// Without brackets, with the article or the part behind a comma moved to the front, with "and" for "&".
    private static func variants(of name: String) -> [String] {
        var found: [String] = []
        let bare = withoutBrackets(name)
        if bare != name { found.append(bare) }
        for text in [name, bare] {
            let parts = text.split(separator: ",", omittingEmptySubsequences: true).map(trimmed)
            if parts.count >= 2, let last = parts.last {
                let front = parts.dropLast().joined(separator: ", ")
                if ["the", "a", "an"].contains(last.lowercased()) {
                    found.append(front)
                    found.append(last + " " + front)
                } else if parts.count == 2 {
                    found.append(last + " " + front)
                }
            }
        }
        let withoutArticle = found + [name]
        for text in withoutArticle where text.lowercased().hasPrefix("the ") { found.append(String(text.dropFirst(4))) }
        for text in found + [name] where text.contains("&") {
            found.append(text.split(separator: "&").map(trimmed).joined(separator: " and "))
        }
        return found
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        String(text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }

    static func withoutBrackets(_ name: String) -> String {
        var depth = 0
        var result = ""
        for character in name {
            switch character {
            case "(", "[", "{": depth += 1
            case ")", "]", "}": depth = max(0, depth - 1)
            default: if depth == 0 { result.append(character) }
            }
        }
        let bare = trimmed(result)
        return bare.isEmpty ? name : bare
    }

    /// The key with its last word in the other number.
    private static func otherNumbers(of units: [TextUnit], text: String) -> [[TextUnit]] {
        let line = ScannedLine(text)
        guard let start = line.marks.dropLast().lastIndex(where: { $0.contains(.gap) }) else { return [] }
        let word = Array(units[start...])
        guard word.count >= 2, word.allSatisfy(\.isLatin) else { return [] }
        let stem = EnglishNumber.singular(of: word)
        let others = stem == word ? [EnglishNumber.plural(of: word)] : [stem]
        return others.map { Array(units[..<start]) + $0 }
    }
}

/// English noun endings, as far as names of goods need them.
enum EnglishNumber {
    private static let s: TextUnit = 0x73
    private static let e: TextUnit = 0x65
    private static let i: TextUnit = 0x69
    private static let y: TextUnit = 0x79

    static func singular(of word: [TextUnit]) -> [TextUnit] {
        guard word.count >= 4, word.last == s, word[word.count - 2] != s else { return word }
        if word.count >= 5, word.hasSuffix([i, e, s]) { return word.dropLast(3) + [y] }
        for ending in esEndings where word.count > ending.count + 1 && word.hasSuffix(ending) {
            return Array(word.dropLast(2))
        }
        if word.hasSuffix([0x75, s]) || word.hasSuffix([i, s]) { return word }
        return Array(word.dropLast())
    }

    /// -oes, -shes, -ches, -xes, -sses lose two letters.
    private static let esEndings: [[TextUnit]] = ["oes", "shes", "ches", "xes", "sses"].map { ScannedLine($0).units }

    static func plural(of word: [TextUnit]) -> [TextUnit] {
        guard let last = word.last else { return word }
        if last == y, let before = word.dropLast().last, !vowels.contains(before) {
            return word.dropLast() + [i, e, s]
        }
        if last == 0x6F || last == 0x78 || last == s || word.hasSuffix(ScannedLine("sh").units)
            || word.hasSuffix(ScannedLine("ch").units)
        {
            return word + [e, s]
        }
        return word + [s]
    }

    private static let vowels = Set(ScannedLine("aeiou").units)
}

extension [TextUnit] {
    fileprivate func hasSuffix(_ suffix: [TextUnit]) -> Bool {
        count >= suffix.count && self[(count - suffix.count)...].elementsEqual(suffix)
    }
}
