import CKernels
import Shop

extension FeatureEncoder {
    /// Sets what depends on the cart. Items that are no labels, or stand in it already, say nothing.
    package func encodeCart(_ cart: [ItemID], into encoded: EncodedContext) {
        encoded.clearCart()
        encoded.cartSums.fill(0)
        for item in cart { accumulate(item, into: encoded) }
        finishCart(of: encoded)
    }

    /// Adds items to a cart that is encoded: the same bits as encoding the longer cart from scratch.
    package func addToCart(_ items: some Sequence<ItemID>, to encoded: EncodedContext) {
        for item in items { accumulate(item, into: encoded) }
        finishCart(of: encoded)
    }

    private func accumulate(_ item: ItemID, into encoded: EncodedContext) {
        guard item >= 0, item < statistics.labelCount, !encoded.cart.contains(Int32(item)) else { return }
        encoded.appendToCart(Int32(item))
        let P = Int64(statistics.stride)
        var one: Float = 1
        let matrices = [
            statistics.cartRidge, statistics.cartConditional, statistics.cartLift, statistics.ownership,
            statistics.categoryLift,
        ]
        for (sum, matrix) in matrices.enumerated() {
            dami_add_rows(P, 1, nil, &one, matrix.row(item), P, encoded.cartSums.row(sum))
        }
        let strongest = encoded.cartSums.row(5)
        let lift = statistics.cartLift.row(item)
        for j in 0..<statistics.stride { strongest[j] = max(strongest[j], lift[j]) }
    }

    /// Turns the sums into features.
    private func finishCart(of encoded: EncodedContext) {
        defer { compareHistoryWithCart(of: encoded) }
        let P = Int64(statistics.stride)
        let range = CandidateFeature.cartRange
        guard !encoded.cart.isEmpty else {
            encoded.features.row(range.lowerBound).update(repeating: 0, count: range.count * statistics.stride)
            return
        }
        let count = Float(encoded.cart.count)
        dami_affine(P, 1, 0, encoded.cartSums.row(0), encoded.row(.cartRidge))
        dami_affine(P, 5 / count, 0, encoded.cartSums.row(1), encoded.row(.cartConditional))
        dami_log_affine(P, 1 / count, 1e-3, encoded.cartSums.row(1), encoded.row(.cartConditionalLog))
        dami_affine(P, 1 / count.squareRoot(), 0, encoded.cartSums.row(2), encoded.row(.cartLift))
        dami_affine(P, 1, 0, encoded.cartSums.row(3), encoded.row(.cartOwnership))
        dami_affine(P, 1, 0, encoded.cartSums.row(5), encoded.row(.cartStrongestLift))
        dami_affine(P, 1 / count.squareRoot(), 0, encoded.cartSums.row(4), encoded.row(.cartCategoryLift))
        countCategories(.middleCategory, into: encoded.row(.cartOfMiddleCategory), encoded)
        countCategories(.category, into: encoded.row(.cartOfCategory), encoded)
        omit(from: range, in: encoded)
    }

    /// For each candidate, log(1 + the items of the cart that are of its category).
    private func countCategories(
        _ row: PurchaseStatistics.Row, into feature: UnsafeMutablePointer<Float>, _ encoded: EncodedContext
    ) {
        let category = statistics.row(row)
        let counts = encoded.placeScratch.base
        for item in encoded.cart { counts[Int(category[Int(item)])] += 1 }
        for j in 0..<statistics.labelCount { feature[j] = counts[Int(category[j])] }
        for item in encoded.cart { counts[Int(category[Int(item)])] = 0 }
        dami_log_affine(Int64(statistics.stride), 1, 1, feature, feature)
    }
}
