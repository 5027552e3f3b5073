import Features
import Shop

/// Which items may stand in a list: not those of the cart, not the excluded, only those of the category asked for.
struct CandidateRule {
    private let cart: [ItemID]
    private let excluded: Set<ItemID>
    private let members: Set<ItemID>?

    init(context: Context, options: RecommendationOptions, catalog: Catalog) {
        cart = context.cart
        excluded = options.excluded
        members = options.category.map { Set(catalog.items(inCategory: $0)) }
    }

    func allows(_ item: ItemID) -> Bool {
        if let members, !members.contains(item) { return false }
        return !cart.contains(item) && !excluded.contains(item)
    }
}

extension ScoreBreakdown {
    /// What there is to say of an item that the model can't recommend.
    static func ofNoLabel(_ item: ItemID) -> ScoreBreakdown {
        ScoreBreakdown(item: item, logit: -.infinity, wide: -.infinity, deep: 0, probability: 0, parts: [])
    }
}
