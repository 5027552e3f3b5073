import CKernels
import Features
import Shop

/// Vectors of items and of baskets, learned from which items are bought together (Le & Mikolov 2014, with negative
/// sampling).
///
///     let doc2vec = Doc2Vec.train(on: baskets, vocabulary: catalog.labelCount, settings: .init(), pool: pool)
///     doc2vec.vector(of: [milk, bread])            // 300 numbers
///     doc2vec.neighbours(of: milk, count: 10)      // items bought alike
///
/// A basket never seen gets its vector in closed form (see ``BasketInference``): a sum of one row an item, in less than a
/// microsecond. Training and serving use the same function, so no basket's own trained vector is kept.
package struct Doc2Vec: Sendable, BasketEmbedding {
    package let settings: Doc2VecSettings
    /// How many items have vectors: items 0 ..< vocabulary.
    package let vocabulary: Int
    /// (vocabulary, dimensions): items bought in like company have like rows.
    package let items: [Float]
    /// (vocabulary, dimensions): what a basket's vector is multiplied with to predict an item. Empty where it came from a
    /// file: neither inference nor neighbours need it.
    package let outputs: [Float]
    package let inference: BasketInference

    package var dimensions: Int { settings.dimensions }

    package init(
        settings: Doc2VecSettings, vocabulary: Int, items: [Float], outputs: [Float] = [], inference: BasketInference
    ) {
        precondition(items.count == vocabulary * settings.dimensions)
        self.settings = settings
        self.vocabulary = vocabulary
        self.items = items
        self.outputs = outputs
        self.inference = inference
    }

    package func embed(_ items: [ItemID], into vector: UnsafeMutablePointer<Float>) {
        inference.embed(items, into: vector)
    }

    /// The vector of a basket.
    package func vector(of items: [ItemID]) -> [Float] {
        var vector = [Float](repeating: 0, count: dimensions)
        embed(items, into: &vector)
        return vector
    }
}
