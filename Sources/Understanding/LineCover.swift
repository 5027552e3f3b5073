/// Covers a line from end to end with sentences and fillers, at the least cost.
///
/// Precision comes from the whole line having to be understood: a line with a word in it that no phrasing has is not
/// acted on, however familiar the rest looks. Only at punctuation may a line fall apart into understood and not
/// understood parts.
struct LineCover {
    enum Part {
        case sentence(FoundSentence)
        /// "no, wait": what was said before holds no more.
        case correction
    }

    let matcher: LineMatcher
    let grammar: Grammar
    private static let sentenceCost = 100

    init(_ matcher: LineMatcher) {
        self.matcher = matcher
        self.grammar = matcher.grammar
    }

    /// The parts of the line, or `nil` where it can't be covered.
    func parts() -> [Part]? { cover(0..<matcher.count, allowsAlone: true) }

    /// The parts of those stretches between punctuation that can be covered by themselves.
    func partsByStretch() -> [Part]? {
        var stretches: [Range<Int>] = []
        var start = 0
        for boundary in 1...max(1, matcher.count) {
            guard boundary == matcher.count || !matcher.line.marks[boundary].isDisjoint(with: [.sentence, .comma])
            else { continue }
            stretches.append(start..<boundary)
            start = boundary
        }
        guard stretches.count > 1, stretches.count <= 20 else { return nil }
        let found = stretches.compactMap { cover($0, allowsAlone: false) }.flatMap { $0 }
        return found.isEmpty ? nil : found
    }

    private struct Step {
        var cost: Int
        var previous: Int
        var part = Piece.filler
        var hasSentence: Bool
    }

    /// What a step went over.
    private enum Piece {
        case filler
        case correction
        case sentence(LineMemo.Hit, start: Int)
    }

    /// Two ways to have come to each boundary: with a sentence so far (0), or fillers alone (1).
    func cover(_ range: Range<Int>, allowsAlone: Bool) -> [Part]? {
        guard !range.isEmpty else { return nil }
        let width = range.count + 1
        var best: [Step?] = Array(repeating: nil, count: width * 2)
        var afterFiller = Array(repeating: false, count: width)
        best[1] = Step(cost: 0, previous: -1, hasSentence: false)
        func reach(_ boundary: Int, with step: Step) {
            let index = (boundary - range.lowerBound) * 2 + (step.hasSentence ? 0 : 1)
            if step.cost < best[index]?.cost ?? .max { best[index] = step }
        }
        for offset in 0..<(width - 1) {
            let position = range.lowerBound + offset
            let ways = (offset * 2)...(offset * 2 + 1)
            guard ways.contains(where: { best[$0] != nil }) else { continue }
            SentenceSearch.run(matcher, from: position, limit: range.upperBound)
            for found in matcher.memo.pointee.hits {
                let isAlone = grammar.sentences[Int(found.sentence)].isAlone
                if isAlone {
                    guard allowsAlone, isBreak(before: position, in: range) || afterFiller[offset],
                        isBreak(behind: found.end, in: range)
                    else { continue }
                } else if !mayFollow(position, in: range, afterFiller: afterFiller[offset]) {
                    continue
                }
                for way in ways {
                    guard let before = best[way] else { continue }
                    let cost = before.cost + Self.sentenceCost + found.cost
                    reach(
                        found.end,
                        with: Step(
                            cost: cost, previous: way, part: .sentence(found, start: position), hasSentence: true))
                }
            }
            for end in matcher.fillerEnds(at: position) where end <= range.upperBound {
                afterFiller[end - range.lowerBound] = true
                let isCorrection = matcher.isCorrection(position..<end)
                for way in ways {
                    guard let before = best[way] else { continue }
                    reach(
                        end,
                        with: Step(
                            cost: before.cost + 2, previous: way, part: isCorrection ? .correction : .filler,
                            hasSentence: before.hasSentence))
                }
            }
        }
        guard best[(width - 1) * 2] != nil else { return nil }
        var parts: [Part] = []
        var index = (width - 1) * 2
        while index >= 0, let step = best[index] {
            switch step.part {
            case .filler: break
            case .correction: parts.append(.correction)
            case .sentence(let hit, let start): parts.append(.sentence(sentence(of: hit, from: start)))
            }
            index = step.previous
        }
        return parts.reversed()
    }

    private func sentence(of hit: LineMemo.Hit, from start: Int) -> FoundSentence {
        FoundSentence(
            sentence: Int(hit.sentence), range: start..<hit.end,
            captures: matcher.memo.pointee.captures(from: hit.link, constants: grammar.constants), cost: hit.cost)
    }

    private func isBreak(before boundary: Int, in range: Range<Int>) -> Bool {
        boundary == range.lowerBound || !matcher.line.marks[boundary].isDisjoint(with: [.sentence, .comma, .emotion])
    }

    private func isBreak(behind boundary: Int, in range: Range<Int>) -> Bool {
        boundary == range.upperBound || !matcher.line.marks[boundary].isDisjoint(with: [.sentence, .comma, .emotion])
            || !matcher.fillerEnds(at: boundary).isEmpty
    }

    /// English sentences begin behind a gap; Korean ones may be written without spaces.
    private func mayFollow(_ boundary: Int, in range: Range<Int>, afterFiller: Bool) -> Bool {
        boundary == range.lowerBound || afterFiller || matcher.line.marks[boundary].contains(.gap)
            || Jamo.isJamo(matcher.line.units[boundary])
    }
}
