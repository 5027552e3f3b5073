/// All that is remembered while one line is matched (``LineMatcher``), in flat arrays.
struct LineMemo {
    /// A range that may not be known yet.
    struct Span {
        private var first: Int32 = -1
        private var count: Int32 = 0

        init() {}

        init(_ range: Range<Int>) {
            first = Int32(range.lowerBound)
            count = Int32(range.count)
        }

        var isKnown: Bool { first >= 0 }
        var range: Range<Int> { Int(first)..<Int(first + count) }
    }

    struct Terminal {
        var terminal: Int32
        var end: Int32
    }

    struct Boundary {
        var isInsideWord: Bool
        var isCut: Bool
        var terminals = Span()
        var possibleWords = Span()
        var innerFillers = Span()
        /// Where the row of this boundary begins in ``LineMemo/wordEnds``.
        var wordRow = -1
    }

    /// A value that a sentence took on the way to some state; paths that go on from it share it.
    struct Link {
        enum Capture {
            case constant(Int32)
            case reading(Slot, part: Int, index: Int, start: Int)
        }

        var capture: Capture
        var previous: Int
    }

    /// A sentence that was found, its captures still a chain of links.
    struct Hit {
        var sentence: Int32
        var end: Int
        var link: Int
        var cost: Int
    }

    /// In ``wordEnds``: the word can't begin there, or it is not known yet where it ends.
    static let impossible: Int32 = -1
    static let unknown: Int32 = -2

    var isLoose = false
    var boundaries: [Boundary]
    var terminals: [Terminal] = []
    var possibleWords: [Int32] = []
    /// By (boundary, word), a row for each boundary that words were asked for at: an index into ``endLists``, or one
    /// of the two marks.
    var wordEnds: [Int32] = []
    var endLists: [Span] = []
    var ends: [Int32] = []
    var numbers: [[NumberReading]?]
    var fillers: [[Int]?]
    /// By (boundary, slot).
    var slotReadings: [Span]
    var readings: [SlotReading] = []
    var links: [Link] = []
    var hits: [Hit] = []
    /// Stacks of the searches for ends of words under way, each from its own first element on.
    var seen: [Int] = []
    var found: [Int32] = []
    /// A bit for each pair of sentence state and boundary that the search under way has entered.
    private var entered: [UInt64]
    private var enteredWords: [Int32] = []

    init(_ line: ScannedLine, stateCount: Int) {
        let count = line.count + 1
        boundaries = (0..<count).map { boundary in
            let isInsideWord = line.isInsideWord(boundary)
            return Boundary(
                isInsideWord: isInsideWord, isCut: line.marks[boundary].contains(.cut) && !isInsideWord)
        }
        numbers = Array(repeating: nil, count: count)
        fillers = Array(repeating: nil, count: count)
        slotReadings = Array(repeating: Span(), count: count * Slot.allCases.count)
        entered = Array(repeating: 0, count: (stateCount * count + 63) / 64)
    }

    mutating func loosen() {
        isLoose = true
        for index in slotReadings.indices { slotReadings[index] = Span() }
        readings.removeAll(keepingCapacity: true)
        links.removeAll(keepingCapacity: true)
    }

    /// Notes that a search is at a sentence's state; `false` where it was there before.
    @inline(__always)
    mutating func enter(_ state: Int32, at boundary: Int) -> Bool {
        let bit = Int(state) * boundaries.count + boundary
        let mask: UInt64 = 1 << UInt64(bit & 63)
        let word = entered[bit >> 6]
        if word & mask != 0 { return false }
        if word == 0 { enteredWords.append(Int32(bit >> 6)) }
        entered[bit >> 6] = word | mask
        return true
    }

    mutating func forgetEntered() {
        for word in enteredWords { entered[Int(word)] = 0 }
        enteredWords.removeAll(keepingCapacity: true)
    }

    mutating func beginWordRow(at boundary: Int, wordCount: Int) -> Int {
        let row = wordEnds.count
        wordEnds.append(contentsOf: repeatElement(Self.impossible, count: wordCount))
        boundaries[boundary].wordRow = row
        return row
    }

    mutating func noteSeen(_ key: Int, from first: Int) -> Bool {
        for index in first..<seen.count where seen[index] == key { return false }
        seen.append(key)
        return true
    }

    mutating func noteFound(_ end: Int32, from first: Int) {
        for index in first..<found.count where found[index] == end { return }
        found.append(end)
    }

    /// Moves what a search found to where it stays.
    mutating func keepFound(from first: Int, forWordAt key: Int) -> Range<Int> {
        guard found.count > first else { return 0..<0 }
        let start = ends.count
        ends.append(contentsOf: found[first...])
        found.removeLast(found.count - first)
        wordEnds[key] = Int32(endLists.count)
        endLists.append(Span(start..<ends.count))
        return start..<ends.count
    }

    /// Lists the captures of a path in the order in which they were said.
    func captures(from link: Int, constants: [Grammar.Constant]) -> [Capture] {
        var result: [Capture] = []
        var link = link
        while link >= 0 {
            switch links[link].capture {
            case .constant(let number): result.append(.constant(constants[Int(number)]))
            case .reading(let slot, let part, let index, let start):
                result.append(.reading(slot, part: part, readings[index], start: start))
            }
            link = links[link].previous
        }
        return result.reversed()
    }
}
