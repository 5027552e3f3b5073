/// A sentence of the grammar found in a line.
struct FoundSentence {
    var sentence: Int
    var range: Range<Int>
    var captures: [Capture]
    var cost: Int
}

/// A value that a sentence took.
enum Capture {
    case reading(Slot, part: Int, SlotReading, start: Int)
    case constant(Grammar.Constant)
}

/// All sentences that begin at one boundary, by a depth-first walk over (state, boundary) pairs.
struct SentenceSearch {
    private let matcher: LineMatcher
    private let grammar: Grammar
    private let start: Int
    private let limit: Int
    private var chain: [Link] = []
    private(set) var found: [FoundSentence] = []

    /// Captures of a path, shared by the paths that go on from it.
    private struct Link {
        var capture: Capture
        var previous: Int
    }

    /// - Parameter limit: no sentence goes beyond this boundary.
    init(_ matcher: LineMatcher, from start: Int, limit: Int) {
        self.matcher = matcher
        self.grammar = matcher.grammar
        self.start = start
        self.limit = limit
        guard start < limit, matcher.isCut(start) else { return }
        begin()
        matcher.forgetEntered()
    }

    private mutating func begin() {
        for match in matcher.terminals(at: start) where matcher.isCut(Int(match.end)) {
            for target in grammar.startsByTerminal[match.terminal] ?? [] {
                walk(target, Int(match.end), link: -1, cost: 0)
            }
        }
        for word in matcher.possibleWords(at: start) where !grammar.startsByWord[Int(word)].isEmpty {
            for end in matcher.cutEnds(ofWord: word, at: start) {
                for target in grammar.startsByWord[Int(word)] { walk(target, end, link: -1, cost: 0) }
            }
        }
        for (symbol, targets) in grammar.startsBySlot {
            for target in targets { step(.init(symbol: symbol, target: target), at: start, link: -1, cost: 0) }
        }
    }

    private mutating func walk(_ state: Int32, _ position: Int, link: Int, cost: Int) {
        guard position <= limit, matcher.enter(state, at: position) else { return }
        let sentence = grammar.sentenceOfState[Int(state)]
        if sentence >= 0, position > start {
            found.append(
                FoundSentence(
                    sentence: Int(sentence), range: start..<position, captures: captures(from: link), cost: cost))
        }
        let edges = grammar.sentenceAutomaton.edges(of: state)
        guard !edges.isEmpty else { return }
        let terminals = position < limit ? matcher.terminals(at: position) : []
        for index in edges {
            let edge = grammar.sentenceAutomaton.edges[index]
            if case .terminal(let terminal) = edge.symbol {
                for match in terminals where match.terminal == terminal && matcher.isCut(Int(match.end)) {
                    walk(edge.target, Int(match.end), link: link, cost: cost)
                }
            } else {
                step(edge, at: position, link: link, cost: cost)
            }
        }
        guard position < limit else { return }
        for end in matcher.innerFillerEnds(at: position) { walk(state, end, link: link, cost: cost + 2) }
    }

    private mutating func step(_ edge: Automaton.Edge, at position: Int, link: Int, cost: Int) {
        switch edge.symbol {
        case .constant(let number):
            chain.append(Link(capture: .constant(grammar.constants[Int(number)]), previous: link))
            walk(edge.target, position, link: chain.count - 1, cost: cost)
        case .terminal: break
        case .word(let word):
            guard position < limit else { return }
            for end in matcher.cutEnds(ofWord: word, at: position) { walk(edge.target, end, link: link, cost: cost) }
        case .number:
            guard position < limit else { return }
            for number in matcher.numbers(at: position) { walk(edge.target, number.end, link: link, cost: cost) }
        case .slot(let slot, let isKept, let part):
            guard position < limit else { return }
            for reading in matcher.readings(of: slot, at: position) {
                var next = link
                if isKept {
                    chain.append(
                        Link(capture: .reading(slot, part: part, reading, start: position), previous: link))
                    next = chain.count - 1
                }
                walk(edge.target, reading.end, link: next, cost: cost + reading.cost)
            }
        }
    }

    private func captures(from link: Int) -> [Capture] {
        var result: [Capture] = []
        var link = link
        while link >= 0 {
            result.append(chain[link].capture)
            link = chain[link].previous
        }
        return result.reversed()
    }
}
