import Recommender
import Shop

extension KoreanPhrasing {
    func shortReason(_ told: ToldReason) -> String { clause(told) }

    func lines(for explained: ExplainedItems) -> [String] {
        var lines = explained.explanations.map { explanation in
            let position = explanation.position.map { "\($0). " } ?? ""
            return "\(position)\(name(explanation.item)): \(sentence(for: explanation, profile: explained.profile))"
        }
        lines += self.lines(for: explained.misses)
        return lines.isEmpty ? ["설명할 것이 없어요."] : lines
    }

    private func sentence(for explanation: ExplainedItems.Explanation, profile: Profile) -> String {
        guard explanation.isLabel else { return "팔린 기록이 적어서 추천에 쓰지 않는 상품이에요." }
        var clauses = ToldReason.all(explanation.reasons, for: explanation.item, profile: profile).map(clause)
        if !explanation.similarTo.isEmpty {
            clauses.insert("\(names(explanation.similarTo, limit: 3).with(.with)) 비슷해요", at: 0)
        }
        guard !clauses.isEmpty else { return "지금 아는 것 가운데 특별히 내세울 이유는 없어요." }
        return clauses.joined(separator: "; ") + "."
    }

    private func clause(_ told: ToldReason) -> String {
        switch told {
        case .cart(let item?): "장바구니의 \(name(item).with(.with)) 함께 자주 구매돼요"
        case .cart(nil): "장바구니와 잘 어울려요"
        case .checkedOut(let item?): "이번에 사신 \(name(item).with(.with)) 함께 자주 구매돼요"
        case .checkedOut(nil): "이번에 사신 것과 잘 어울려요"
        case .boughtBefore: "전에 사신 적이 있어요"
        case .history(let item?): "전에 사신 \(name(item).with(.with)) 이어서 자주 구매돼요"
        case .history(nil): "지난 구매와 이어져요"
        case .person(let profile): profile.gender == nil ? "\(person(profile))가 많이 찾아요" : "\(person(profile))이 많이 찾아요"
        case .neighbours: "비슷하게 사는 고객이 많이 사요"
        case .popularity: "많은 고객이 찾아요"
        }
    }
}
