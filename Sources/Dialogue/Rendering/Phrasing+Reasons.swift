import Recommender
import Shop

/// What an explanation says where a language has words of its own for it.
struct ReasonWords {
    var nothingToExplain: String
    /// Of an item that is no label of the model.
    var soldTooRarely: String
    var nothingInParticular: String
    /// "similar to A, B", of names joined.
    var similar: @Sendable (String) -> String
}

extension Phrasing {
    func lines(for explained: ExplainedItems) -> [String] {
        var lines = explained.explanations.map { explanation in
            let position = explanation.position.map { "\($0). " } ?? ""
            return "\(position)\(name(explanation.item)): \(sentence(for: explanation, profile: explained.profile))"
        }
        lines += self.lines(for: explained.misses)
        return lines.isEmpty ? [reasonWords.nothingToExplain] : lines
    }

    private func sentence(for explanation: ExplainedItems.Explanation, profile: Profile) -> String {
        guard explanation.isLabel else { return reasonWords.soldTooRarely }
        var clauses = ToldReason.all(explanation.reasons, for: explanation.item, profile: profile).map(shortReason)
        if !explanation.similarTo.isEmpty {
            clauses.insert(reasonWords.similar(names(explanation.similarTo, limit: 3)), at: 0)
        }
        guard !clauses.isEmpty else { return reasonWords.nothingInParticular }
        return clauses.joined(separator: "; ") + "."
    }
}
