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
///
/// What it finds is left in ``LineMemo/hits``, until the next search.
struct SentenceSearch {
    private let matcher: LineMatcher
    private let grammar: Grammar
    private let memo: UnsafeMutablePointer<LineMemo>
    private let start: Int
    private let limit: Int

    /// - Parameter limit: no sentence goes beyond this boundary.
    static func run(_ matcher: LineMatcher, from start: Int, limit: Int) {
        matcher.memo.pointee.hits.removeAll(keepingCapacity: true)
        guard start < limit, matcher.isCut(start) else { return }
        SentenceSearch(
            matcher: matcher, grammar: matcher.grammar, memo: matcher.memo, start: start, limit: limit
        ).begin()
        matcher.memo.pointee.forgetEntered()
    }

    private func begin() {
        for place in matcher.terminals(at: start) {
            let match = memo.pointee.terminals[place]
            guard matcher.isCut(Int(match.end)) else { continue }
            for target in grammar.startsByTerminal.range(of: Int(match.terminal)) {
                walk(grammar.startsByTerminal[target], Int(match.end), link: -1, cost: 0)
            }
        }
        for place in matcher.possibleWords(at: start) {
            let word = memo.pointee.possibleWords[place]
            let targets = grammar.startsByWord.range(of: Int(word))
            guard !targets.isEmpty else { continue }
            matcher.forEachCutEnd(ofWord: word, at: start) { end in
                for target in targets { walk(grammar.startsByWord[target], end, link: -1, cost: 0) }
            }
        }
        for (symbol, targets) in grammar.startsBySlot {
            for target in targets { step(.init(symbol: symbol, target: target), at: start, link: -1, cost: 0) }
        }
    }

    private func walk(_ state: Int32, _ position: Int, link: Int, cost: Int) {
        guard position <= limit, memo.pointee.enter(state, at: position) else { return }
        let sentence = grammar.sentenceOfState[Int(state)]
        if sentence >= 0, position > start {
            memo.pointee.hits.append(.init(sentence: sentence, end: position, link: link, cost: cost))
        }
        let edges = grammar.sentenceAutomaton.edges(of: state)
        guard !edges.isEmpty else { return }
        let terminals = position < limit ? matcher.terminals(at: position) : 0..<0
        for index in edges {
            let edge = grammar.sentenceAutomaton.edges[index]
            if case .terminal(let terminal) = edge.symbol {
                for place in terminals where memo.pointee.terminals[place].terminal == terminal {
                    let end = Int(memo.pointee.terminals[place].end)
                    if matcher.isCut(end) { walk(edge.target, end, link: link, cost: cost) }
                }
            } else {
                step(edge, at: position, link: link, cost: cost)
            }
        }
        guard position < limit else { return }
        for place in matcher.innerFillerEnds(at: position) {
            walk(state, Int(memo.pointee.ends[place]), link: link, cost: cost + 2)
        }
    }

    private func step(_ edge: Automaton.Edge, at position: Int, link: Int, cost: Int) {
        switch edge.symbol {
        case .constant(let number):
            walk(edge.target, position, link: add(.constant(number), after: link), cost: cost)
        case .terminal: break
        case .word(let word):
            guard position < limit else { return }
            matcher.forEachCutEnd(ofWord: word, at: position) { end in
                walk(edge.target, end, link: link, cost: cost)
            }
        case .number:
            guard position < limit else { return }
            for number in matcher.numbers(at: position) { walk(edge.target, number.end, link: link, cost: cost) }
        case .slot(let slot, let isKept, let part):
            guard position < limit else { return }
            for index in matcher.readings(of: slot, at: position) {
                let next =
                    isKept ? add(.reading(slot, part: part, index: index, start: position), after: link) : link
                let (end, price) = (memo.pointee.readings[index].end, memo.pointee.readings[index].cost)
                walk(edge.target, end, link: next, cost: cost + price)
            }
        }
    }

    private func add(_ capture: LineMemo.Link.Capture, after link: Int) -> Int {
        memo.pointee.links.append(.init(capture: capture, previous: link))
        return memo.pointee.links.count - 1
    }
}
