/// What people say before what they want: "퇴근길인데 뭐 사 가지?", "처음이라 도와줘".
extension LineCover {
    /// The parts of a line behind a clause that only leads up to them; `nil` where there is none.
    ///
    /// The clause ends in a connective (-ㄴ데, -니까, -라서), names no item or category, and speaks of no other business that a
    /// recommendation could be asked for. What follows it must be understood to the end of the line, and must say of itself
    /// what is wanted: a bare name or a bare "why" could belong to the clause.
    func partsBehindPrelude() -> [Part]? {
        let line = matcher.line
        var words = 0
        for boundary in 1..<max(1, matcher.count) where line.marks[boundary].contains(.gap) {
            if isPartOfAsking(at: previousWord(before: boundary)) { return nil }
            words += 1
            guard words <= Self.longestPrelude else { return nil }
            guard line.marks[boundary].isDisjoint(with: .sentence), endsInConnective(boundary),
                let parts = cover(boundary..<matcher.count, allowsAlone: false), parts.allSatisfy(saysWhatIsWanted)
            else { continue }
            return parts
        }
        return nil
    }

    private static let longestPrelude = 8

    private func previousWord(before boundary: Int) -> Int {
        var start = boundary - 1
        while start > 0, !matcher.line.marks[start].contains(.gap) { start -= 1 }
        return start
    }

    /// Whether the word is one that the request may be about.
    private func isPartOfAsking(at start: Int) -> Bool {
        let known = matcher.grammar.known
        return matcher.hasCutEnd(ofWord: known.otherBusiness, at: start)
            || matcher.lexicon.exactMatches(in: matcher.line, at: start).contains { $0.cost <= 1 }
            || matcher.lexicon.categoryMatches(in: matcher.line, at: start).contains { $0.cost <= 1 }
            || !matcher.line.units[start].isHangulJamo
    }

    private func endsInConnective(_ boundary: Int) -> Bool {
        Self.connectives.contains {
            $0.count < boundary && matcher.line.units[..<boundary].suffix($0.count).elementsEqual($0)
        }
    }

    private static let connectives = [
        "ㄴ데", "ㄴ데요", "니까", "라서", "거라", "이라", "아서", "어서", "해서", "려고", "면서", "길래", "느라", "거든", "거든요",
    ].map { ScannedLine($0).units }

    private func saysWhatIsWanted(_ part: Part) -> Bool {
        guard case .sentence(let found) = part else { return true }
        return grammar.sentences[found.sentence].acts.allSatisfy { !Self.afterthoughts.contains($0) }
    }

    private static let afterthoughts: Set<String> = ["explain", "greet", "thanks", "quit", "set_profile"]
}

extension TextUnit {
    fileprivate var isHangulJamo: Bool { Jamo.isJamo(self) }
}
