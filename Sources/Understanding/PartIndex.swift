import Shop

/// Finds the names that contain what was said: syllables in a row for Hangul, words in any order for English.
///
/// Postings of syllable pairs and of word stems; the shortest posting list is checked name by name.
struct PartIndex: Sendable {
    /// The characters of all names, one after the other, hashed; gaps left out.
    private var characters: [UInt32] = []
    private var starts: [Int32] = [0]
    private var pairs: [UInt64: [Int32]] = [:]
    /// Names by their last character.
    private var endings: [UInt32: [Int32]] = [:]
    /// Names by the stems of their Latin words.
    private var words: [[TextUnit]: [Int32]] = [:]

    init(names: [String]) {
        for (item, name) in names.enumerated() {
            let line = ScannedLine(name)
            let hashes = Self.characterHashes(of: line, in: 0..<line.count)
            characters.append(contentsOf: hashes)
            starts.append(Int32(characters.count))
            let item = Int32(item)
            if line.units.contains(where: { !$0.isLatin || $0 > 0x7F }) {
                for (first, second) in zip(hashes, hashes.dropFirst()) {
                    Self.add(item, to: &pairs[Self.pair(first, second), default: []])
                }
                if let last = hashes.last { Self.add(item, to: &endings[last, default: []]) }
            }
            for word in Self.latinWords(of: line, in: 0..<line.count) {
                Self.add(item, to: &words[EnglishNumber.singular(of: word), default: []])
            }
        }
    }

    private static func add(_ item: Int32, to postings: inout [Int32]) {
        if postings.last != item { postings.append(item) }
    }

    private static func pair(_ first: UInt32, _ second: UInt32) -> UInt64 { UInt64(first) << 32 | UInt64(second) }

    /// A hash (FNV-1a) for each character.
    static func characterHashes(of line: ScannedLine, in range: Range<Int>) -> [UInt32] {
        var hashes: [UInt32] = []
        var hash: UInt32 = 0
        for index in range {
            if line.marks[index].contains(.cut) {
                if index > range.lowerBound { hashes.append(hash) }
                hash = 2_166_136_261
            }
            hash = (hash ^ UInt32(line.units[index])) &* 16_777_619
        }
        if !range.isEmpty { hashes.append(hash) }
        return hashes
    }

    static func latinWords(of line: ScannedLine, in range: Range<Int>) -> [[TextUnit]] {
        var found: [[TextUnit]] = []
        var word: [TextUnit] = []
        for index in range {
            let unit = line.units[index]
            let isLetter = unit.isLatin || unit.isDigit
            if !word.isEmpty, line.marks[index].contains(.gap) || !isLetter {
                found.append(word)
                word = []
            }
            if isLetter { word.append(unit) }
        }
        if !word.isEmpty { found.append(word) }
        return found
    }

    /// The names that contain these characters in a row; of a single one, those that end in it. Ascending.
    func items(containing query: [UInt32]) -> [ItemID] {
        guard let last = query.last else { return [] }
        if query.count == 1 { return (endings[last] ?? []).map(Int.init) }
        var shortest: [Int32]?
        for (first, second) in zip(query, query.dropFirst()) {
            guard let postings = pairs[Self.pair(first, second)] else { return [] }
            if postings.count < shortest?.count ?? .max { shortest = postings }
        }
        return (shortest ?? []).lazy.map(Int.init).filter { contains(query, item: $0) }
    }

    private func contains(_ query: [UInt32], item: ItemID) -> Bool {
        let range = Int(starts[item])..<Int(starts[item + 1])
        guard range.count >= query.count else { return false }
        return (range.lowerBound...(range.upperBound - query.count)).contains { start in
            characters[start..<start + query.count].elementsEqual(query)
        }
    }

    /// The names that hold all of these words, in any order and number. Ascending.
    ///
    /// - Parameter tolerant: a word that no name has may be one typing error away from one that some name has.
    func items(withWords query: [[TextUnit]], tolerant: Bool) -> [ItemID] {
        var result: [Int32]?
        for word in query {
            var postings = words[EnglishNumber.singular(of: word)] ?? []
            if postings.isEmpty, tolerant, word.count >= 5 {
                postings = words.keys.filter { $0.count >= 4 && OneEdit.isApart($0, EnglishNumber.singular(of: word)) }
                    .flatMap { words[$0] ?? [] }.sorted()
            }
            if let previous = result {
                let known = Set(postings)
                result = previous.filter(known.contains)
            } else {
                result = postings
            }
            if result?.isEmpty ?? true { return [] }
        }
        return (result ?? []).map(Int.init)
    }

    /// How many character pairs or words each name shares with the query, for names that share any.
    func overlaps(with line: ScannedLine) -> [ItemID: Int] {
        var shared: [ItemID: Int] = [:]
        let hashes = Self.characterHashes(of: line, in: 0..<line.count)
        for (first, second) in zip(hashes, hashes.dropFirst()) {
            for item in pairs[Self.pair(first, second)] ?? [] { shared[Int(item), default: 0] += 1 }
        }
        for word in Self.latinWords(of: line, in: 0..<line.count) {
            for item in words[EnglishNumber.singular(of: word)] ?? [] { shared[Int(item), default: 0] += 2 }
        }
        return shared
    }
}

/// One letter left out, added, changed, or two neighbours swapped.
enum OneEdit {
    static func isApart(_ a: [TextUnit], _ b: [TextUnit]) -> Bool {
        guard abs(a.count - b.count) <= 1 else { return false }
        let front = zip(a, b).prefix { $0 == $1 }.count
        let (restA, restB) = (a.dropFirst(front), b.dropFirst(front))
        if restA.isEmpty && restB.isEmpty { return false }
        if a.count == b.count {
            if restA.dropFirst().elementsEqual(restB.dropFirst()) { return true }
            return restA.count >= 2 && restA[front] == restB[front + 1] && restA[front + 1] == restB[front]
                && restA.dropFirst(2).elementsEqual(restB.dropFirst(2))
        }
        return a.count < b.count ? restA.elementsEqual(restB.dropFirst()) : restA.dropFirst().elementsEqual(restB)
    }

    /// The least number of single-unit edits between two keys (Levenshtein), or `limit + 1` where it is more.
    static func distance(_ a: [TextUnit], _ b: [TextUnit], limit: Int) -> Int {
        guard abs(a.count - b.count) <= limit else { return limit + 1 }
        var previous = Array(0...b.count)
        for (i, unit) in a.enumerated() {
            var current = [i + 1]
            current.reserveCapacity(b.count + 1)
            for (j, other) in b.enumerated() {
                current.append(min(previous[j] + (unit == other ? 0 : 1), previous[j + 1] + 1, current[j] + 1))
            }
            if current.min() ?? 0 > limit { return limit + 1 }
            previous = current
        }
        return previous[b.count]
    }
}
