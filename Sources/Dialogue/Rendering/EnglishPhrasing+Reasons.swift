import Recommender
import Shop

extension EnglishPhrasing {
    func shortReason(_ told: ToldReason) -> String { clause(told) }

    func lines(for explained: ExplainedItems) -> [String] {
        var lines = explained.explanations.map { explanation in
            let position = explanation.position.map { "\($0). " } ?? ""
            return "\(position)\(name(explanation.item)): \(sentence(for: explanation, profile: explained.profile))"
        }
        lines += self.lines(for: explained.misses)
        return lines.isEmpty ? ["There is nothing to explain."] : lines
    }

    private func sentence(for explanation: ExplainedItems.Explanation, profile: Profile) -> String {
        guard explanation.isLabel else { return "sold too rarely to be recommended." }
        var clauses = ToldReason.all(explanation.reasons, for: explanation.item, profile: profile).map(clause)
        if !explanation.similarTo.isEmpty {
            clauses.insert("similar to \(names(explanation.similarTo, limit: 3))", at: 0)
        }
        guard !clauses.isEmpty else { return "nothing that I know speaks for it in particular." }
        return clauses.joined(separator: "; ") + "."
    }

    private func clause(_ told: ToldReason) -> String {
        switch told {
        case .cart(let item?): "often bought with \(name(item)) in your cart"
        case .cart(nil): "goes well with your cart"
        case .checkedOut(let item?): "often bought with \(name(item)), which you just bought"
        case .checkedOut(nil): "goes well with what you just bought"
        case .boughtBefore: "you bought it before"
        case .history(let item?): "often bought after \(name(item)), which you bought"
        case .history(nil): "follows from what you bought"
        case .person(let profile): "popular with \(people(profile))"
        case .neighbours: "bought by customers who shop like you"
        case .popularity: "popular with many customers"
        }
    }

    /// "women in their 30s", "women", "people in their 30s".
    private func people(_ profile: Profile) -> String {
        let who = profile.gender.map { $0 == .female ? "women" : "men" } ?? "people"
        return profile.age.map { "\(who) in their \($0)s" } ?? who
    }
}
