import Shop

extension FeatureEncoder {
    /// Sets what depends on history and cart together: which of the customer's baskets were like the cart, and what they
    /// held. Whoever puts charcoal in the cart buys again what stood beside it the last time.
    ///
    /// By items, rare ones counting more, and by `CLAC2_NM`, all counting the same.
    func compareHistoryWithCart(of encoded: EncodedContext) {
        let range = CandidateFeature.historyAndCartRange
        encoded.features.row(range.lowerBound).update(repeating: 0, count: range.count * statistics.stride)
        guard !encoded.cart.isEmpty, encoded.historyCount > 0 else { return }
        let category = statistics.row(.middleCategory)
        addBasketsLikeCart(
            to: .withCartBefore, of: encoded, prior: settings.likenessPrior,
            place: { Int($0) }, weight: { rarities[Int($0)] })
        addBasketsLikeCart(
            to: .withCategoriesBefore, of: encoded, prior: settings.likenessPrior / 2,
            place: { Int(category[Int($0)]) }, weight: { _ in 1 })
        omit(from: range, in: encoded)
    }

    /// A basket is like the cart by the `weight` of its items that have a `place` in common with the cart's, over the root of
    /// what all its items weigh, and less the older it is. A candidate's value is twice the share of likeness that the
    /// baskets with it have, drawn towards 0 by `prior`.
    private func addBasketsLikeCart(
        to feature: CandidateFeature, of encoded: EncodedContext, prior: Float,
        place: (Int32) -> Int, weight: (Int32) -> Float
    ) {
        let row = encoded.row(feature)
        let common = encoded.placeScratch.base
        for item in encoded.cart { common[place(item)] = weight(item) }
        var total = prior
        encoded.basketItems.withUnsafeBufferPointer { items in
            var start = 0
            for (age, end) in encoded.basketEnds.enumerated() {
                var shared: Float = 0
                var all: Float = 0
                for index in start..<end {
                    shared += common[place(items[index])]
                    all += weight(items[index])
                }
                if shared > 0 {
                    let likeness = shared / all.squareRoot() * likenessPowers[age]
                    total += likeness
                    for index in start..<end { row[Int(items[index])] += likeness }
                }
                start = end
            }
        }
        for item in encoded.cart { common[place(item)] = 0 }
        guard total > prior else { return }
        for item in encoded.historyItems { row[Int(item)] *= 2 / total }
    }

    /// Imagined share of baskets in the denominator of an item's rarity: the rarest weighs seven times what one in every
    /// basket does.
    private static let rarityFloor: Float = 0.02

    /// What each label weighs in a basket's likeness to the cart.
    static func rarities(of statistics: PurchaseStatistics) -> [Float] {
        let share = statistics.row(.share)
        return (0..<statistics.labelCount).map { 1 / (share[$0] + rarityFloor).squareRoot() }
    }
}
