import Features
import Shop
import WideDeep

extension DefaultRecommender {
    public func similar(
        to items: [ItemID], in context: Context, options: RecommendationOptions
    ) -> [Recommendation] {
        let sources = items.filter { catalog.isLabel($0) }
        guard !sources.isEmpty else { return [] }
        let labels = catalog.labelCount
        var scores = [Float](repeating: 0, count: labels)
        for source in sources {
            for item in 0..<labels { scores[item] += similarity(of: source, and: item) / Float(sources.count) }
        }
        let rule = CandidateRule(context: context, options: options, catalog: catalog)
        let given = Set(items)
        let best = scores.withUnsafeBufferPointer { buffer in
            TopItems.best(min(options.count, labels), of: buffer) { !given.contains($0) && rule.allows($0) }
        }
        return best.filter { $0.score > 0 }.map { Recommendation(item: $0.item, score: Double(min(1, $0.score))) }
    }

    /// In 0…1: half the cosine of the items' vectors, half how much likelier they are bought together than by chance.
    private func similarity(of a: ItemID, and b: ItemID) -> Float {
        let lift = model.statistics.cartLift
        let together = max(0, (lift[a, b] + lift[b, a]) / 6)
        let vectors = model.itemVectors
        guard vectors.columns > 0 else { return together }
        var cosine: Float = 0
        let x = vectors.row(a)
        let y = vectors.row(b)
        for d in 0..<vectors.columns { cosine += x[d] * y[d] }
        return 0.5 * max(0, cosine) + 0.5 * together
    }
}
