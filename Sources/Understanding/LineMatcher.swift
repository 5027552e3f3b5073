/// One line against one grammar: what begins where, remembered, so that nothing is matched twice.
///
/// All work is bounded by (states × boundaries): every search keeps the pairs of state and boundary that it has seen
/// and never enters one again, so no grammar and no line can make it backtrack exponentially.
final class LineMatcher {
    let line: ScannedLine
    let grammar: Grammar
    let lexicon: ItemLexicon
    /// Whether parts of names, misspelt and unknown names count.
    let isLoose: Bool

    /// Terminals by boundary: where its matches begin in `terminalMatches`, or -1.
    private var terminalStarts: [Int32]
    private var terminalMatches: [(terminal: Int32, end: Int32)] = []
    private var terminalCounts: [Int32]
    /// By (boundary, word): -2 not yet known, -1 impossible, else an index into `endLists`.
    private var wordEnds: [Int32]
    private var endLists: [[Int]] = []
    private var possibleSeen: [Bool]
    private var possibleLists: [[Int32]] = []
    private var possibleIndex: [Int32]
    private var numbers: [[NumberReading]?]
    private var slotReadings: [Int: [SlotReading]] = [:]
    private var fillers: [[Int]?]
    /// A bit for each pair of sentence state and boundary that the search under way has entered.
    private var entered: [UInt64]
    private var enteredWords: [Int] = []

    init(line: ScannedLine, grammar: Grammar, lexicon: ItemLexicon, isLoose: Bool) {
        self.line = line
        self.grammar = grammar
        self.lexicon = lexicon
        self.isLoose = isLoose
        let boundaries = line.count + 1
        terminalStarts = Array(repeating: -1, count: boundaries)
        terminalCounts = Array(repeating: 0, count: boundaries)
        wordEnds = Array(repeating: -2, count: boundaries * grammar.wordStarts.count)
        possibleSeen = Array(repeating: false, count: boundaries)
        possibleIndex = Array(repeating: -1, count: boundaries)
        numbers = Array(repeating: nil, count: boundaries)
        fillers = Array(repeating: nil, count: boundaries)
        entered = Array(repeating: 0, count: (grammar.sentenceAutomaton.stateCount * boundaries + 63) / 64)
    }

    var count: Int { line.count }

    /// Whether a match may end at a boundary, or a new one begin.
    func isCut(_ boundary: Int) -> Bool { line.marks[boundary].contains(.cut) && !line.isInsideWord(boundary) }

    /// Notes that a search is at a sentence's state; `false` where it was there before.
    func enter(_ state: Int32, at boundary: Int) -> Bool {
        let bit = Int(state) * (count + 1) + boundary
        let mask: UInt64 = 1 << UInt64(bit & 63)
        if entered[bit >> 6] & mask != 0 { return false }
        if entered[bit >> 6] == 0 { enteredWords.append(bit >> 6) }
        entered[bit >> 6] |= mask
        return true
    }

    func forgetEntered() {
        for word in enteredWords { entered[word] = 0 }
        enteredWords.removeAll(keepingCapacity: true)
    }

    // MARK: Terminals

    func terminals(at start: Int) -> ArraySlice<(terminal: Int32, end: Int32)> {
        if terminalStarts[start] < 0 {
            terminalStarts[start] = Int32(terminalMatches.count)
            if !line.isInsideWord(start) {
                grammar.terminals.forEachPrefix(of: line.units, from: start) { terminal, end in
                    if !line.isInsideWord(end) { terminalMatches.append((terminal, Int32(end))) }
                }
            }
            terminalCounts[start] = Int32(terminalMatches.count) - terminalStarts[start]
        }
        let first = Int(terminalStarts[start])
        return terminalMatches[first..<first + Int(terminalCounts[start])]
    }

    func numbers(at start: Int) -> [NumberReading] {
        if let known = numbers[start] { return known }
        let found = grammar.numerals.readings(in: line, at: start)
        numbers[start] = found
        return found
    }

    // MARK: Words

    /// The words that can begin at a boundary, by their first terminals.
    func possibleWords(at start: Int) -> [Int32] {
        if possibleIndex[start] >= 0 { return possibleLists[Int(possibleIndex[start])] }
        var found: [Int32] = []
        for match in terminals(at: start) {
            for word in grammar.wordsByTerminal[Int(match.terminal)] where !found.contains(word) { found.append(word) }
        }
        if !numbers(at: start).isEmpty {
            for word in grammar.wordsByNumber where !found.contains(word) { found.append(word) }
        }
        possibleIndex[start] = Int32(possibleLists.count)
        possibleLists.append(found)
        return found
    }

    /// The boundaries at which a word that begins at a boundary can end.
    func ends(ofWord word: Int32, at start: Int) -> [Int] {
        let key = start * grammar.wordStarts.count + Int(word)
        let known = wordEnds[key]
        if known >= 0 { return endLists[Int(known)] }
        if known == -1 { return [] }
        guard possibleWords(at: start).contains(word) else {
            wordEnds[key] = -1
            return []
        }
        wordEnds[key] = -1
        var found: [Int] = []
        var seen: [Int] = []
        walk(from: grammar.wordStarts[Int(word)], at: start, seen: &seen, found: &found)
        guard !found.isEmpty else { return [] }
        wordEnds[key] = Int32(endLists.count)
        endLists.append(found)
        return found
    }

    private func walk(from state: Int32, at position: Int, seen: inout [Int], found: inout [Int]) {
        let key = Int(state) * (count + 1) + position
        guard !seen.contains(key) else { return }
        seen.append(key)
        let words = grammar.words
        if words.isAccepting[Int(state)], !found.contains(position) { found.append(position) }
        guard position < count else { return }
        let terminals = terminals(at: position)
        for index in words.edges(of: state) {
            let edge = words.edges[index]
            switch edge.symbol {
            case .terminal(let terminal):
                for match in terminals where match.terminal == terminal {
                    walk(from: edge.target, at: Int(match.end), seen: &seen, found: &found)
                }
            case .word(let word):
                for end in ends(ofWord: word, at: position) {
                    walk(from: edge.target, at: end, seen: &seen, found: &found)
                }
            case .number:
                for number in numbers(at: position) {
                    walk(from: edge.target, at: number.end, seen: &seen, found: &found)
                }
            case .slot, .constant: break
            }
        }
    }

    /// A known word's ends that are the ends of a character and, for Latin, of a word.
    func cutEnds(ofWord word: Int32, at start: Int) -> [Int] {
        guard start < count, isCut(start) else { return [] }
        return ends(ofWord: word, at: start).filter(isCut)
    }

    // MARK: Fillers

    /// Where a word that says nothing, and begins here, ends.
    func fillerEnds(at start: Int) -> [Int] {
        if let known = fillers[start] { return known }
        var found = cutEnds(ofWord: grammar.known.looseFiller, at: start)
        if start < count, line.marks[start].contains(.gap) {
            for end in cutEnds(ofWord: grammar.known.filler, at: start)
                + cutEnds(ofWord: grammar.known.correction, at: start)
            where line.marks[end].contains(.gap) && !found.contains(end) { found.append(end) }
        }
        fillers[start] = found
        return found
    }

    /// The same inside a sentence, where a correction is no filler: it ends what was said.
    func innerFillerEnds(at start: Int) -> [Int] {
        let ends = fillerEnds(at: start)
        guard !ends.isEmpty else { return [] }
        let corrections = cutEnds(ofWord: grammar.known.correction, at: start)
        return corrections.isEmpty ? ends : ends.filter { !corrections.contains($0) }
    }

    func isCorrection(_ range: Range<Int>) -> Bool {
        cutEnds(ofWord: grammar.known.correction, at: range.lowerBound).contains(range.upperBound)
    }

    // MARK: Slots

    func readings(of slot: Slot, at start: Int) -> [SlotReading] {
        guard start < count, isCut(start) else { return [] }
        let key = start * Slot.allCases.count + slot.number
        if let known = slotReadings[key] { return known }
        let found = read(slot, at: start)
        slotReadings[key] = found
        return found
    }
}

extension Slot {
    fileprivate var number: Int {
        switch self {
        case .what: 0
        case .item: 1
        case .category: 2
        case .count: 3
        case .age: 4
        case .birth: 5
        case .customer: 6
        case .years: 7
        }
    }
}

/// What a slot read, and where its words end.
struct SlotReading {
    enum Value {
        case number(Int)
        case birthYear(Int)
        case customer(String)
        case category(String)
        case mention(SpokenMention)
    }

    var value: Value
    var end: Int
    /// How far from a plain reading; the cover with the least cost wins.
    var cost: Int
}
