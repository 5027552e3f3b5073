import Shop

extension FeatureEncoder {
    /// Sets what depends on history and cart together: which of the customer's baskets were like the cart, and what they
    /// held. Whoever puts charcoal in the cart buys again what stood beside it the last time.
    ///
    /// A basket's weight is its likeness to the cart, less for older ones; a candidate's value is twice the weighted share of
    /// baskets that hold it, drawn towards 0 by ``EncoderSettings/likenessPrior``. Zero without a history or a cart.
    func compareHistoryWithCart(of encoded: EncodedContext) {
        let range = CandidateFeature.historyAndCartRange
        let length = range.count * statistics.stride
        encoded.features.row(range.lowerBound).update(repeating: 0, count: length)
        guard !encoded.cart.isEmpty, !encoded.basketEnds.isEmpty else { return }
        shareOfBasketsLikeCart(of: encoded)
        shareOfBasketsOfCategories(of: encoded)
        omit(from: range, in: encoded)
    }

    /// Likeness by items: what the two have in common, rare items counting more, over the root of what the basket has.
    private func shareOfBasketsLikeCart(of encoded: EncodedContext) {
        let share = statistics.row(.share)
        func rarity(_ item: Int32) -> Float { 1 / (share[Int(item)] + 0.02).squareRoot() }
        let inCart = encoded.cartScratch.base
        for item in encoded.cart { inCart[Int(item)] = rarity(item) }
        addBaskets(to: .withCartBefore, of: encoded, prior: settings.likenessPrior) { items in
            var common: Float = 0
            var all: Float = 0
            for item in items {
                common += inCart[Int(item)]
                all += rarity(item)
            }
            return common > 0 ? common / all.squareRoot() : 0
        }
        for item in encoded.cart { inCart[Int(item)] = 0 }
    }

    /// Likeness by `CLAC2_NM`: the basket's items that are of a category of the cart's, over the root of its size.
    private func shareOfBasketsOfCategories(of encoded: EncodedContext) {
        let category = statistics.row(.middleCategory)
        let inCart = encoded.cartScratch.base
        for item in encoded.cart { inCart[Int(category[Int(item)])] = 1 }
        addBaskets(to: .withCategoriesBefore, of: encoded, prior: settings.likenessPrior / 2) { items in
            var common: Float = 0
            for item in items { common += inCart[Int(category[Int(item)])] }
            return common > 0 ? common / Float(items.count).squareRoot() : 0
        }
        for item in encoded.cart { inCart[Int(category[Int(item)])] = 0 }
    }

    private func addBaskets(
        to feature: CandidateFeature, of encoded: EncodedContext, prior: Float,
        likeness: (ArraySlice<Int32>) -> Float
    ) {
        let row = encoded.row(feature)
        var total = prior
        var start = 0
        for (age, end) in encoded.basketEnds.enumerated() {
            let items = encoded.basketItems[start..<end]
            start = end
            let weight = likeness(items) * likenessPowers[age]
            guard weight > 0 else { continue }
            total += weight
            for item in items { row[Int(item)] += weight }
        }
        for item in encoded.historyItems { row[Int(item)] *= 2 / total }
    }
}
