/// Everything that changes what a feature means. It is stored in the model file, so that serving encodes as training did.
package struct EncoderSettings: Hashable, Sendable, Codable {
    /// The schema's version; a model of another version can't be served.
    package var version = 3
    /// Baskets of a history that are looked at, from its end. Serving a longer one costs no more.
    package var historyLimit = 40
    /// How much a basket counts for each basket after it, in ``CandidateFeature/recentCount``.
    package var recentDecay: Float = 0.8
    /// The same in ``CandidateFeature/decayedShare``.
    package var shareDecay: Float = 0.93
    /// TIFU-KNN's group size and decays (Hu et al. 2020, section 3.1).
    package var tasteGroup = 3
    package var tasteDecay: Float = 0.9
    package var tasteGroupDecay: Float = 0.9
    /// The decay of the next-basket ridge's input.
    package var nextBasketDecay: Float = 0.9
    /// How much a basket's likeness to the cart counts for each basket after it, and how much likeness is imagined of
    /// baskets that hold nothing, in ``CandidateFeature/withCartBefore``.
    package var likenessDecay: Float = 0.95
    package var likenessPrior: Float = 2
    /// Centroids that a history is compared with, and how many of them make a near and a wide neighbourhood.
    package var centroids = 96
    package var nearCentroids = 4
    package var wideCentroids = 16

    /// ``CandidateFeature`` rows that are held at zero: what an ablation leaves out.
    package var omitted: [Int] = []

    package init() {}

    /// Whether an encoder can work with these: a file may claim anything.
    package var isSound: Bool {
        version == 3 && (1...4096).contains(historyLimit) && tasteGroup > 0 && nearCentroids > 0 && wideCentroids > 0
            && likenessPrior > 0
    }
}
