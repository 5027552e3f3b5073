import Shop

/// A context as the network sees it, for all candidates at once; a workspace that is used again and again.
///
/// A conversation keeps one and changes only what changed. Not for use by two threads at a time.
package final class EncodedContext {
    /// (``CandidateFeature``, candidates), padded.
    package let features: FloatMatrix
    /// Items of the history, in the order of first sight from its end.
    package private(set) var historyItems: [Int32] = []
    /// Their ``CandidateFeature/recentCount``: the deep half's weights.
    package private(set) var historyWeights: [Float] = []
    package private(set) var historySum: Float = 0
    package private(set) var historyCount = 0
    /// The items of the history's baskets, the last basket first, and where each basket ends.
    private(set) var basketItems: [Int32] = []
    private(set) var basketEnds: [Int] = []
    /// Labels of the cart, in the order in which they were put there.
    package private(set) var cart: [Int32] = []
    package private(set) var ageIndex = PurchaseStatistics.ageCount - 1
    package private(set) var genderIndex = PurchaseStatistics.genderCount - 1

    /// Sums of the cart items' rows: ridge, conditional, lift, ownership, category lift; and their greatest lift.
    let cartSums: FloatMatrix
    /// Per candidate: decayed shares of the next-basket ridge's input.
    let historyScratch: FloatMatrix
    /// Per candidate or category, what of it was seen; all zero between uses.
    let placeScratch: FloatMatrix
    let centroidScores: FloatMatrix
    var rowWeights: [Float] = []
    var chosenCentroids: [(index: Int32, score: Float)] = []
    var chosenRows: [Int32] = []

    package init(statistics: PurchaseStatistics) {
        features = FloatMatrix(rows: CandidateFeature.count, columns: statistics.labelCount)
        cartSums = FloatMatrix(rows: 6, columns: statistics.labelCount)
        historyScratch = FloatMatrix(rows: 1, columns: statistics.labelCount)
        placeScratch = FloatMatrix(rows: 1, columns: statistics.labelCount + 1)
        centroidScores = FloatMatrix(rows: 1, columns: statistics.centroids.rows)
    }

    package func row(_ feature: CandidateFeature) -> UnsafeMutablePointer<Float> { features.row(feature.rawValue) }

    /// 0 for no history, 1 for one or two baskets, 2 for three to five, 3 for more.
    package var historyBucket: Int { historyCount == 0 ? 0 : historyCount < 3 ? 1 : historyCount < 6 ? 2 : 3 }
    /// The number of cart items, up to 3.
    package var cartBucket: Int { min(cart.count, 3) }

    func setProfile(_ profile: Profile) {
        ageIndex = PurchaseStatistics.ageIndex(of: profile)
        genderIndex = PurchaseStatistics.genderIndex(of: profile)
    }
    func clearCart() { cart.removeAll(keepingCapacity: true) }
    func appendToCart(_ item: Int32) { cart.append(item) }
    func beginHistory() {
        historyItems.removeAll(keepingCapacity: true)
        historyWeights.removeAll(keepingCapacity: true)
        historySum = 0
        historyCount = 0
        basketItems.removeAll(keepingCapacity: true)
        basketEnds.removeAll(keepingCapacity: true)
    }
    func noteBasketItem(_ item: Int32) { basketItems.append(item) }
    func endBasket() { basketEnds.append(basketItems.count) }
    func noteHistoryItem(_ item: Int32) { historyItems.append(item) }
    func finishHistory(count: Int) {
        historyCount = count
        let recent = row(.recentCount)
        for item in historyItems {
            let weight = recent[Int(item)]
            historyWeights.append(weight)
            historySum += weight
        }
    }
}
