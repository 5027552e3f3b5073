/// Things named in a line, as they were said.
struct SpokenMention {
    var elements: [Element] = []

    enum Element {
        case name(Naming, text: String, range: Range<Int>, isCatalogName: Bool)
        case unknown(String)
        case positions([Int])
    }
}

/// Lists of items and positions: "우유랑 식빵 두 개", "the first and the third", "2번부터 4번까지".
///
/// A shortest-path search over boundaries: an element, perhaps a quantity, a separator, the next element.
extension LineMatcher {
    fileprivate struct Piece {
        var element: SpokenMention.Element
        var end: Int
        var cost: Int
        /// Said in full: may stand beside the next without a separator.
        var isPlain: Bool
    }

    private struct Node {
        var cost: Int
        var previous: Int
        var element: SpokenMention.Element
        var length: Int
    }

    func mentions(at start: Int, allowsUnknown: Bool) -> [SlotReading] {
        // Best way to have ended an element at a boundary.
        var best: [Int: Node] = [:]
        // Boundaries at which an element may begin: the end of the element before, and the cost of getting there.
        var open: [Int: (cost: Int, previous: Int)] = [start: (0, -1)]
        var position = start
        while position < count, let nextOpen = open.keys.filter({ $0 >= position }).min() {
            position = nextOpen
            guard let entry = open.removeValue(forKey: position) else { break }
            let length = entry.previous >= 0 ? (best[entry.previous]?.length ?? 0) + 1 : 1
            if length <= 40 {
                for piece in pieces(at: position, allowsUnknown: allowsUnknown) {
                    let cost = entry.cost + piece.cost
                    for end in [piece.end] + quantityEnds(at: piece.end) {
                        guard cost < best[end]?.cost ?? .max else { continue }
                        best[end] = Node(cost: cost, previous: entry.previous, element: piece.element, length: length)
                        for (next, price) in separatorEnds(
                            at: end, isPlain: piece.isPlain, followsQuantity: end > piece.end)
                        where next < count && cost + price < open[next]?.cost ?? .max {
                            open[next] = (cost + price, end)
                        }
                    }
                }
            }
            position += 1
        }
        return best.map { end, node in
            var elements = [node.element]
            var previous = node.previous
            while previous >= 0, let earlier = best[previous] {
                elements.append(earlier.element)
                previous = earlier.previous
            }
            return SlotReading(value: .mention(.init(elements: elements.reversed())), end: end, cost: node.cost)
        }
        .sorted { ($0.cost, $1.end) < ($1.cost, $0.end) }
    }

    private func quantityEnds(at start: Int) -> [Int] { cutEnds(ofWord: grammar.known.afterItem, at: start) }

    /// - Parameter followsQuantity: then the next name may stand close by (우유두개식빵하나).
    private func separatorEnds(at start: Int, isPlain: Bool, followsQuantity: Bool) -> [(end: Int, price: Int)] {
        guard start < count else { return [] }
        var found = cutEnds(ofWord: grammar.known.itemSeparator, at: start).map { ($0, 0) }
        for end in cutEnds(ofWord: grammar.known.spacedSeparator, at: start) where line.marks[end].contains(.gap) {
            found.append((end, 0))
        }
        if line.marks[start].contains(.comma) {
            found.append((start, 0))
        } else if isPlain, followsQuantity || line.marks[start].contains(.gap), !line.marks[start].contains(.sentence) {
            found.append((start, 4))
        }
        return found
    }

    /// Single things that begin at a boundary.
    private func pieces(at start: Int, allowsUnknown: Bool) -> [Piece] {
        guard isCut(start) else { return [] }
        var found = ordinals(at: start)
        var starts = [start]
        // "two bottles of the": up to three words before the name.
        var index = 0
        while index < starts.count, starts.count < 8 {
            for end in cutEnds(ofWord: grammar.known.beforeItem, at: starts[index])
            where !starts.contains(end) && line.marks[end].isDisjoint(with: [.comma, .sentence, .dash]) {
                starts.append(end)
            }
            index += 1
        }
        for begin in starts where begin < count {
            let cost = begin == start ? 0 : 1
            if begin > start { found.append(contentsOf: ordinals(at: begin).map { Piece($0, addedCost: 1) }) }
            for match in lexicon.exactMatches(in: line, at: begin) {
                let element = element(of: match, range: begin..<match.end)
                found.append(Piece(element: element, end: match.end, cost: cost + match.cost, isPlain: true))
            }
            if isLoose {
                found.append(
                    contentsOf: loosePieces(at: begin, allowsUnknown: allowsUnknown).map { Piece($0, addedCost: cost) })
            }
        }
        return found
    }

    private func element(of match: NameMatch, range: Range<Int>) -> SpokenMention.Element {
        .name(match.naming, text: text(range), range: range, isCatalogName: match.isCatalogName)
    }

    // MARK: Loose names

    private func loosePieces(at start: Int, allowsUnknown: Bool) -> [Piece] {
        guard start < count else { return [] }
        var found: [Piece] = []
        var end = start
        let isHangul = Jamo.isJamo(line.units[start])
        for wordCount in 1...(isHangul ? 3 : 6) {
            let wordStart = end
            guard wordStart < count else { break }
            if wordCount > 1, !line.marks[wordStart].isDisjoint(with: [.sentence, .comma]) { break }
            let isBarred = isBarred(at: wordStart)
            end = line.nextGap(after: wordStart)
            // A word like light may be a part of a name, though no name by itself.
            if isBarred, isHangul || end - wordStart < 4 || wordCount > 1 { break }
            defer { if isBarred { end = count } }
            for cut in cuts(from: wordStart, to: end) {
                let range = start..<cut
                if cut < end, terminals(at: cut).isEmpty { continue }
                // One syllable amid a word is an ending more often than the end of a name (알려줘도, 아이섀도).
                if isHangul, !line.marks[start].contains(.gap), characterCount(of: range) < 2 { continue }
                if let match = lexicon.looseMatch(in: line, range: range), !isBarred || match.cost <= 6 {
                    if match.naming == .missingGood {
                        found.append(Piece(element: .unknown(text(range)), end: cut, cost: match.cost, isPlain: false))
                    } else if match.cost < 8 || cut == end || isParticle(at: cut, after: range) {
                        found.append(
                            Piece(
                                element: element(of: match, range: range), end: cut, cost: match.cost + wordCount - 1,
                                isPlain: false))
                    }
                } else if allowsUnknown, !isBarred, isPlausible(range, wordCount: wordCount, wordEnd: end) {
                    found.append(
                        Piece(element: .unknown(text(range)), end: cut, cost: 18 + 3 * wordCount, isPlain: false))
                }
            }
        }
        return found
    }

    /// Ends of characters in a word, the word's own end first.
    private func cuts(from start: Int, to end: Int) -> [Int] {
        guard Jamo.isJamo(line.units[end - 1]) else { return [end] }
        return (start + 1...end).reversed().filter { isCut($0) }.prefix(10).map { $0 }
    }

    /// Whether the word that begins here is none that a good could be called by.
    private func isBarred(at start: Int) -> Bool {
        for end in cutEnds(ofWord: grammar.known.notAnItem, at: start) {
            if line.marks[end].contains(.gap) || Jamo.isJamo(line.units[end - 1]) { return true }
        }
        return line.marks[start].contains(.gap) && !fillerEnds(at: start).isEmpty
    }

    private func isParticle(at cut: Int, after range: Range<Int>) -> Bool {
        hasCutEnd(ofWord: grammar.known.particle, at: cut)
    }

    private func characterCount(of range: Range<Int>) -> Int {
        range.count { line.marks[$0].contains(.cut) }
    }

    /// Whether a stretch that is like no name may be the name of a good all the same.
    private func isPlausible(_ range: Range<Int>, wordCount: Int, wordEnd: Int) -> Bool {
        guard let first = line.units[range].first, !line.units[range].contains(where: \.isDigit) else { return false }
        guard Jamo.isJamo(first) else { return range.count >= 3 && wordCount <= 3 && range.upperBound == wordEnd }
        let characters = characterCount(of: range)
        guard characters >= 2, characters <= 12, wordCount <= 2 else { return false }
        // A lone jamo is no word.
        guard range.allSatisfy({ !line.marks[$0].contains(.cut) || Jamo.isConsonant(line.units[$0]) }) else {
            return false
        }
        // Where something is, or whom it goes to, is no good: 냉장고에 넣어도 되나요.
        let isPlace = Self.places.contains {
            range.count > $0.count && line.units[range].suffix($0.count).elementsEqual($0)
        }
        guard !isPlace || range.upperBound < wordEnd else { return false }
        return range.upperBound == wordEnd || agrees(range, with: range.upperBound, wordEnd: wordEnd)
    }

    /// Whether what stands behind a stretch inside a word is a particle in the form that the stretch asks for.
    private func agrees(_ range: Range<Int>, with cut: Int, wordEnd: Int) -> Bool {
        let endsInConsonant = Jamo.isConsonant(line.units[cut - 1])
        let rest = Array(line.units[cut..<wordEnd])
        for (particle, wantsConsonant) in Self.particles where rest.starts(with: particle) {
            if wantsConsonant == nil || wantsConsonant == endsInConsonant { return true }
        }
        return false
    }

    /// Particles that are cut off an unknown word, and whether they follow a consonant.
    private static let particles: [([TextUnit], Bool?)] = [
        ("을", true), ("를", false), ("은", true), ("는", false), ("이랑", true), ("랑", false), ("하고", nil), ("과", true),
        ("와", false),
        ("담아", nil), ("추가", nil), ("넣어", nil), ("빼", nil), ("좀", nil), ("도", nil), ("만", nil),
    ].map { (ScannedLine($0.0).units, $0.1) }

    private static let places = ["에", "에서", "에게", "한테", "께"].map { ScannedLine($0).units }

    // MARK: Positions

    private func ordinals(at start: Int) -> [Piece] {
        var found: [Piece] = []
        for (value, end, isBare) in ordinal(at: start) {
            let cost = isBare ? 3 : 0
            found.append(Piece(element: .positions([value]), end: end, cost: cost, isPlain: true))
            // 2번부터 4번까지, 2-4번, 2 through 4
            for middle in rangeMiddles(at: end) {
                for (last, rangeEnd, lastIsBare) in ordinal(at: middle)
                where last > value && value > 0 && last - value < 100 && !(isBare && lastIsBare && cost > 3) {
                    let closing = cutEnds(ofWord: grammar.known.rangeTo, at: rangeEnd)
                    for end in [rangeEnd] + closing {
                        found.append(
                            Piece(element: .positions(Array(value...last)), end: end, cost: cost / 3, isPlain: true))
                    }
                }
            }
        }
        return found
    }

    private func rangeMiddles(at start: Int) -> [Int] {
        guard start < count else { return [] }
        var found = cutEnds(ofWord: grammar.known.rangeTo, at: start)
        if line.marks[start].contains(.dash) { found.append(start) }
        return found
    }

    /// A single position that begins here. Bare numbers count up to 50.
    private func ordinal(at start: Int) -> [(value: Int, end: Int, isBare: Bool)] {
        guard start < count, isCut(start) else { return [] }
        var found: [(value: Int, end: Int, isBare: Bool)] = []
        let known = grammar.known
        func add(_ value: Int, _ end: Int, isBare: Bool) {
            found.append((value, end, isBare))
            for next in cutEnds(ofWord: known.thing, at: end) { found.append((value, next, false)) }
        }
        for (index, word) in known.ordinalWords.enumerated() {
            for end in cutEnds(ofWord: word, at: start) { add(index + 1, end, isBare: false) }
        }
        for end in cutEnds(ofWord: known.first, at: start) { add(1, end, isBare: false) }
        for end in cutEnds(ofWord: known.last, at: start) { add(-1, end, isBare: false) }
        for number in numbers(at: start) where (1...200).contains(number.value) {
            for end in cutEnds(ofWord: known.ordinalSuffix, at: number.end) { add(number.value, end, isBare: false) }
            let isWord = line.units[start].isLatin && (2...10).contains(number.value)
            if number.isDigits || isWord, number.value <= 50, isCut(number.end) {
                found.append((number.value, number.end, true))
            }
        }
        for begin in cutEnds(ofWord: known.ordinalPrefix, at: start) where begin < count {
            for number in numbers(at: begin) where (1...200).contains(number.value) && isCut(number.end) {
                add(number.value, number.end, isBare: false)
            }
        }
        return found
    }
}

extension LineMatcher.Piece {
    fileprivate init(_ piece: Self, addedCost: Int) {
        self = piece
        cost += addedCost
    }
}
