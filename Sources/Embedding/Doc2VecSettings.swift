/// How a ``Doc2Vec`` is trained.
package struct Doc2VecSettings: Hashable, Sendable, Codable {
    /// The two models of Le & Mikolov (2014).
    package enum Architecture: String, Hashable, Sendable, Codable, CaseIterable {
        /// Distributed bag of words: the basket's vector alone predicts each of its items.
        case distributedBagOfWords = "pv-dbow"
        /// Distributed memory: the mean of the basket's vector and those of its other items predicts each item.
        case distributedMemory = "pv-dm"
    }

    package var architecture = Architecture.distributedBagOfWords
    package var dimensions = 300
    /// Items drawn from the noise distribution for each item of a basket.
    package var negatives = 5
    package var epochs = 20
    /// PV-DBOW: whether items predict each other as well (a skip-gram whose window is the basket), which makes their
    /// vectors much better.
    package var trainsItems = true
    /// Adagrad's step size at the start; it falls linearly to ``lowestRate``.
    package var rate: Float = 0.2
    package var lowestRate: Float = 0.0001
    package var seed = 1

    package init() {}

    /// Whether items have vectors as predictors.
    var itemsPredict: Bool { architecture == .distributedMemory || trainsItems }

    /// How many negatives a basket of so many items draws for all its predictions.
    func sharedNegatives(items: Int) -> Int {
        guard negatives > 0, items > 0 else { return 0 }
        return itemsPredict ? max(items / 2, 16) : negatives * items
    }
}
