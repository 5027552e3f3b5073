import Features
import Recommender
import Shop
import Understanding

extension LineReduction {
    /// Reasons told of one item.
    private static let reasonLimit = 3
    /// Items explained where "why?" means the whole list.
    private static let explainedCount = 3

    mutating func explain(_ mention: Mention) {
        if mention.isEmpty, let shown = state.shown {
            explain(Array(shown.items.prefix(Self.explainedCount)), misses: Misses())
            return
        }
        guard case .found(let items, let misses) = resolve(mention, for: .explain) else { return }
        explain(Array(items.prefix(Self.explainedCount * 2)), misses: misses)
        if items.count == 1 { state.focus = items }
    }

    mutating func explain(_ items: [ItemID], misses: Misses) {
        let explanations = items.map(explanation)
        parts.append(
            .explained(ExplainedItems(explanations: explanations, profile: state.profile, misses: misses)))
    }

    private func explanation(of item: ItemID) -> ExplainedItems.Explanation {
        let position = state.shown?.items.firstIndex(of: item).map { $0 + 1 }
        guard catalog.isLabel(item) else {
            return .init(item: item, position: position, reasons: [], isLabel: false)
        }
        var context = state.context
        context.cart.removeAll { $0 == item }
        let reasons = recommender.reasons(for: item, in: context, limit: Self.reasonLimit)
        var explanation = ExplainedItems.Explanation(
            item: item, position: position, reasons: reasons.filter { $0.weight > 0 })
        if position != nil, case .similar(let items)? = state.shown?.query { explanation.similarTo = items }
        return explanation
    }

    mutating func reject(_ mention: Mention, category: String?) {
        if let category, !catalog.hasCategory(named: category) {
            parts.append(.refused(.noSuchCategory(category)))
            return
        }
        if mention.isEmpty, category != nil {
            reject([], category: category, misses: Misses())
            return
        }
        guard case .found(let items, let misses) = resolve(mention, for: .reject) else {
            if category != nil { reject([], category: category, misses: Misses()) }
            return
        }
        reject(items, category: category, misses: misses)
    }

    mutating func reject(_ items: [ItemID], category: String?, misses: Misses) {
        var rejection = Rejection(category: category, misses: misses)
        var excluded = Set(state.excluded)
        for item in items {
            if excluded.insert(item).inserted {
                state.known.excluded.append(item)
                rejection.items.append(item)
            } else {
                rejection.already.append(item)
            }
        }
        if let category {
            let all = catalog.items(inCategory: category)
            rejection.categoryCount = all.count
            state.known.excluded += all.filter { excluded.insert($0).inserted }
        }
        if !items.isEmpty { state.focus = items }
        parts.append(.rejected(rejection))
    }
}
