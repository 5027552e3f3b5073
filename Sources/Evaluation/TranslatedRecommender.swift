import Features
import Recommender
import Shop

/// A recommender whose catalog numbers the items otherwise than the shop does that it is measured on.
///
/// A shop may have been prepared anew since the model was trained. Items are matched by name: what the model does not
/// know it is not told, and what the shop does not sell any more it does not recommend.
struct TranslatedRecommender: Recommending {
    let catalog: Catalog
    private let recommender: any Recommending
    private let toModel: [ItemID?]
    private let toShop: [ItemID?]

    init(_ recommender: any Recommending, to shop: Catalog) {
        self.recommender = recommender
        catalog = shop
        toModel = shop.subcategories.map { recommender.catalog.item(named: $0.name) }
        toShop = recommender.catalog.subcategories.map { shop.item(named: $0.name) }
    }

    /// The recommender itself where the catalogs agree.
    static func adapting(_ recommender: any Recommending, to shop: Catalog) -> any Recommending {
        recommender.catalog == shop ? recommender : TranslatedRecommender(recommender, to: shop)
    }

    private func translate(_ items: some Sequence<ItemID>) -> [ItemID] {
        items.compactMap { toModel.indices.contains($0) ? toModel[$0] : nil }
    }

    private func translate(_ context: Context) -> Context {
        var translated = context
        translated.cart = translate(context.cart)
        translated.history = context.history.map { Basket(items: translate($0.items), day: $0.day) }
        return translated
    }

    private func translate(_ options: RecommendationOptions) -> RecommendationOptions {
        var translated = options
        translated.excluded = Set(translate(options.excluded))
        // What the shop has no label for falls out afterwards.
        translated.count = options.count + toShop.count { $0.map { !catalog.isLabel($0) } ?? true }
        return translated
    }

    private func translateBack(_ list: [Recommendation], count: Int) -> [Recommendation] {
        let known = list.compactMap { recommendation -> Recommendation? in
            guard let item = toShop[recommendation.item], catalog.isLabel(item) else { return nil }
            return Recommendation(
                item: item, score: recommendation.score, reasons: recommendation.reasons.map(translateBack))
        }
        return Array(known.prefix(count))
    }

    private func translateBack(_ reason: Reason) -> Reason {
        Reason(kind: reason.kind, item: reason.item.flatMap { toShop[$0] }, weight: reason.weight)
    }

    func recommend(for context: Context, options: RecommendationOptions) -> [Recommendation] {
        translateBack(
            recommender.recommend(for: translate(context), options: translate(options)), count: options.count)
    }

    func similar(to items: [ItemID], in context: Context, options: RecommendationOptions) -> [Recommendation] {
        translateBack(
            recommender.similar(to: translate(items), in: translate(context), options: translate(options)),
            count: options.count)
    }

    func reasons(for item: ItemID, in context: Context, limit: Int) -> [Reason] {
        guard let item = toModel[item] else { return [] }
        return recommender.reasons(for: item, in: translate(context), limit: limit).map(translateBack)
    }

    func explainScore(of item: ItemID, in context: Context) -> ScoreBreakdown {
        guard let known = toModel[item] else {
            return ScoreBreakdown(item: item, logit: -.infinity, wide: 0, deep: 0, probability: 0, parts: [])
        }
        var breakdown = recommender.explainScore(of: known, in: translate(context))
        breakdown.item = item
        return breakdown
    }

    func features(of context: Context) -> FeatureListing { recommender.features(of: translate(context)) }
}
