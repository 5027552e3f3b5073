/// One line against one grammar: what begins where, remembered, so that nothing is matched twice.
///
/// All work is bounded by (states × boundaries): every search keeps the pairs of state and boundary that it has seen
/// and never enters one again, so no grammar and no line can make it backtrack exponentially.
///
/// What is remembered lies in one ``LineMemo`` behind a pointer that this object alone has: a line is matched by one
/// thread, and the inner loops need neither reference counting nor checks for exclusive access.
final class LineMatcher {
    let line: ScannedLine
    let grammar: Grammar
    let lexicon: ItemLexicon
    let memo: UnsafeMutablePointer<LineMemo>

    init(line: ScannedLine, grammar: Grammar, lexicon: ItemLexicon) {
        self.line = line
        self.grammar = grammar
        self.lexicon = lexicon
        memo = .allocate(capacity: 1)
        memo.initialize(to: LineMemo(line, stateCount: grammar.sentenceAutomaton.stateCount))
    }

    deinit {
        memo.deinitialize(count: 1)
        memo.deallocate()
    }

    var count: Int { line.count }

    /// Whether parts of names, misspelt and unknown names count.
    var isLoose: Bool { memo.pointee.isLoose }

    /// From now on names count that are not said in full. Words and numbers stay what they are.
    func loosen() { memo.pointee.loosen() }

    /// Whether a match may end at a boundary, or a new one begin.
    @inline(__always)
    func isCut(_ boundary: Int) -> Bool { memo.pointee.boundaries[boundary].isCut }

    // MARK: Terminals

    /// Where the terminals that begin at a boundary stand among ``LineMemo/terminals``.
    func terminals(at start: Int) -> Range<Int> {
        let known = memo.pointee.boundaries[start].terminals
        if known.isKnown { return known.range }
        let first = memo.pointee.terminals.count
        if !memo.pointee.boundaries[start].isInsideWord {
            grammar.terminals.forEachPrefix(of: line.units, from: start) { terminal, end in
                if !memo.pointee.boundaries[end].isInsideWord {
                    memo.pointee.terminals.append(.init(terminal: terminal, end: Int32(end)))
                }
            }
        }
        let range = first..<memo.pointee.terminals.count
        memo.pointee.boundaries[start].terminals = .init(range)
        return range
    }

    func numbers(at start: Int) -> [NumberReading] {
        if let known = memo.pointee.numbers[start] { return known }
        let found = grammar.numerals.readings(in: line, at: start)
        memo.pointee.numbers[start] = found
        return found
    }

    // MARK: Words

    /// Where the words that can begin at a boundary, by their first terminals, stand among ``LineMemo/possibleWords``.
    func possibleWords(at start: Int) -> Range<Int> {
        let known = memo.pointee.boundaries[start].possibleWords
        if known.isKnown { return known.range }
        let row = memo.pointee.beginWordRow(at: start, wordCount: grammar.wordStarts.count)
        let first = memo.pointee.possibleWords.count
        func note(_ word: Int32) {
            guard memo.pointee.wordEnds[row + Int(word)] == LineMemo.impossible else { return }
            memo.pointee.wordEnds[row + Int(word)] = LineMemo.unknown
            memo.pointee.possibleWords.append(word)
        }
        for match in terminals(at: start) {
            let terminal = Int(memo.pointee.terminals[match].terminal)
            for place in grammar.wordsByTerminal.range(of: terminal) { note(grammar.wordsByTerminal[place]) }
        }
        if !numbers(at: start).isEmpty {
            for word in grammar.wordsByNumber { note(word) }
        }
        let range = first..<memo.pointee.possibleWords.count
        memo.pointee.boundaries[start].possibleWords = .init(range)
        return range
    }

    /// The boundaries at which a word that begins at a boundary can end, as a range of ``LineMemo/ends``.
    func ends(ofWord word: Int32, at start: Int) -> Range<Int> {
        _ = possibleWords(at: start)
        let key = memo.pointee.boundaries[start].wordRow + Int(word)
        let known = memo.pointee.wordEnds[key]
        if known >= 0 { return memo.pointee.endLists[Int(known)].range }
        if known == LineMemo.impossible { return 0..<0 }
        memo.pointee.wordEnds[key] = LineMemo.impossible
        let (firstSeen, firstFound) = (memo.pointee.seen.count, memo.pointee.found.count)
        walk(from: grammar.wordStarts[Int(word)], at: start, firstSeen: firstSeen, firstFound: firstFound)
        memo.pointee.seen.removeLast(memo.pointee.seen.count - firstSeen)
        return memo.pointee.keepFound(from: firstFound, forWordAt: key)
    }

    private func walk(from state: Int32, at position: Int, firstSeen: Int, firstFound: Int) {
        let key = Int(state) * (count + 1) + position
        guard memo.pointee.noteSeen(key, from: firstSeen) else { return }
        let words = grammar.words
        if words.isAccepting[Int(state)] { memo.pointee.noteFound(Int32(position), from: firstFound) }
        guard position < count else { return }
        let terminals = terminals(at: position)
        for index in words.edges(of: state) {
            let edge = words.edges[index]
            switch edge.symbol {
            case .terminal(let terminal):
                for place in terminals where memo.pointee.terminals[place].terminal == terminal {
                    let end = Int(memo.pointee.terminals[place].end)
                    walk(from: edge.target, at: end, firstSeen: firstSeen, firstFound: firstFound)
                }
            case .word(let word):
                for place in ends(ofWord: word, at: position) {
                    let end = Int(memo.pointee.ends[place])
                    walk(from: edge.target, at: end, firstSeen: firstSeen, firstFound: firstFound)
                }
            case .number:
                for number in numbers(at: position) {
                    walk(from: edge.target, at: number.end, firstSeen: firstSeen, firstFound: firstFound)
                }
            case .slot, .constant: break
            }
        }
    }

    /// Calls the body with a known word's ends that are the ends of a character and, for Latin, of a word.
    @inline(__always)
    func forEachCutEnd(ofWord word: Int32, at start: Int, _ body: (Int) -> Void) {
        guard start < count, isCut(start) else { return }
        for place in ends(ofWord: word, at: start) {
            let end = Int(memo.pointee.ends[place])
            if isCut(end) { body(end) }
        }
    }

    /// The same ends as a list.
    func cutEnds(ofWord word: Int32, at start: Int) -> [Int] {
        var found: [Int] = []
        forEachCutEnd(ofWord: word, at: start) { found.append($0) }
        return found
    }

    /// Whether there is such an end.
    func hasCutEnd(ofWord word: Int32, at start: Int) -> Bool {
        var isFound = false
        forEachCutEnd(ofWord: word, at: start) { _ in isFound = true }
        return isFound
    }

    // MARK: Fillers

    /// Where a word that says nothing, and begins here, ends.
    func fillerEnds(at start: Int) -> [Int] {
        if let known = memo.pointee.fillers[start] { return known }
        var found = cutEnds(ofWord: grammar.known.looseFiller, at: start)
        if start < count, line.marks[start].contains(.gap) {
            for end in cutEnds(ofWord: grammar.known.filler, at: start)
                + cutEnds(ofWord: grammar.known.correction, at: start)
            where line.marks[end].contains(.gap) && !found.contains(end) { found.append(end) }
        }
        memo.pointee.fillers[start] = found
        return found
    }

    /// The same inside a sentence, where a correction is no filler: it ends what was said. A range of ``LineMemo/ends``.
    func innerFillerEnds(at start: Int) -> Range<Int> {
        let known = memo.pointee.boundaries[start].innerFillers
        if known.isKnown { return known.range }
        let ends = fillerEnds(at: start)
        let corrections = ends.isEmpty ? [] : cutEnds(ofWord: grammar.known.correction, at: start)
        let first = memo.pointee.ends.count
        for end in ends where !corrections.contains(end) { memo.pointee.ends.append(Int32(end)) }
        let range = first..<memo.pointee.ends.count
        memo.pointee.boundaries[start].innerFillers = .init(range)
        return range
    }

    func isCorrection(_ range: Range<Int>) -> Bool {
        cutEnds(ofWord: grammar.known.correction, at: range.lowerBound).contains(range.upperBound)
    }

    // MARK: Slots

    /// Where a slot's readings that begin at a boundary stand among ``LineMemo/readings``.
    func readings(of slot: Slot, at start: Int) -> Range<Int> {
        guard start < count, isCut(start) else { return 0..<0 }
        let key = start * Slot.allCases.count + slot.number
        let known = memo.pointee.slotReadings[key]
        if known.isKnown { return known.range }
        let found = read(slot, at: start)
        let first = memo.pointee.readings.count
        memo.pointee.readings.append(contentsOf: found)
        let range = first..<memo.pointee.readings.count
        memo.pointee.slotReadings[key] = .init(range)
        return range
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
