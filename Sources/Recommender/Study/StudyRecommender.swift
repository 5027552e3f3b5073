import CKernels
import Features
import Shop
import Synchronization
import WideDeep

/// Recommends with one of the study's networks.
///
/// A score is σ of the logit, as the study read it. The network looks at one basket: the cart, or the latest of the history.
/// Safe to use from any number of threads.
public final class StudyRecommender: Recommending {
    package let model: StudyModel
    private let pool = Mutex<[Buffers]>([])

    package init(model: StudyModel) {
        self.model = model
    }

    public var catalog: Catalog { model.catalog }

    public func recommend(for context: Context, options: RecommendationOptions) -> [Recommendation] {
        let best = withLogits(of: context) { logits in
            TopItems.best(
                min(options.count, catalog.labelCount), of: logits, where: allowance(for: context, options: options))
        }
        let reasons = options.explains ? reasons(for: best.map(\.item), in: context, limit: Self.reasonLimit) : []
        return best.enumerated().map { index, entry in
            Recommendation(
                item: entry.item, score: Self.probability(entry.score), reasons: options.explains ? reasons[index] : [])
        }
    }

    /// Reasons told with a list.
    private static let reasonLimit = 3

    public func reasons(for item: ItemID, in context: Context, limit: Int) -> [Reason] {
        catalog.isLabel(item) ? reasons(for: [item], in: context, limit: limit)[0] : []
    }

    /// The reasons of several labels: each context, with and without a part of what is known, is scored once for all of them.
    private func reasons(for items: [ItemID], in context: Context, limit: Int) -> [[Reason]] {
        let full = logits(of: items, in: context)
        var reasons = [[Reason]](repeating: [], count: items.count)
        func add(_ kind: Reason.Kind, _ source: ItemID? = nil, without other: Context) {
            for (index, logit) in logits(of: items, in: other).enumerated() {
                let weight = Double(full[index] - logit)
                if weight > 0 { reasons[index].append(Reason(kind: kind, item: source, weight: weight)) }
            }
        }
        for source in context.cart where catalog.isLabel(source) {
            add(.cart, source, without: context.without(cartItem: source))
        }
        if context.cart.isEmpty, let latest = context.history.last {
            for source in latest.items { add(.history, source, without: context.without(historyItem: source)) }
        }
        if context.profile.gender != nil {
            add(
                .gender,
                without: Context(
                    profile: Profile(age: context.profile.age), history: context.history, cart: context.cart))
        }
        if context.profile.age != nil {
            add(
                .age,
                without: Context(
                    profile: Profile(gender: context.profile.gender), history: context.history, cart: context.cart))
        }
        for (index, weight) in popularity(of: items).enumerated() where weight > 0 {
            reasons[index].append(Reason(kind: .popularity, weight: weight))
        }
        return reasons.map { Array($0.sorted { $0.weight > $1.weight }.prefix(limit)) }
    }

    /// What each item has above the average one where nothing is known.
    private func popularity(of items: [ItemID]) -> [Double] {
        withLogits(of: Context()) { logits in
            let mean = logits.reduce(0) { $0 + Double($1) } / Double(logits.count)
            return items.map { Double(logits[$0]) - mean }
        }
    }

    public func similar(
        to items: [ItemID], in context: Context, options: RecommendationOptions
    ) -> [Recommendation] {
        let sources = items.filter { catalog.isLabel($0) }
        guard !sources.isEmpty else { return [] }
        var scores = [Float](repeating: 0, count: catalog.labelCount)
        for source in sources {
            for (item, similarity) in model.doc2vec.neighbours(of: source, count: catalog.labelCount) {
                scores[item] += max(0, similarity) / Float(sources.count)
            }
        }
        let allowed = allowance(for: context, options: options)
        let best = scores.withUnsafeBufferPointer { scores in
            TopItems.best(min(options.count, scores.count), of: scores) {
                !items.contains($0) && (allowed?($0) ?? true)
            }
        }
        return best.filter { $0.score > 0 }.map { Recommendation(item: $0.item, score: Double(min(1, $0.score))) }
    }

    public func explainScore(of item: ItemID, in context: Context) -> ScoreBreakdown {
        guard catalog.isLabel(item) else {
            return ScoreBreakdown(item: item, logit: -.infinity, wide: -.infinity, deep: 0, probability: 0, parts: [])
        }
        let features = model.encoder.encode(context)
        let (wide, deep) = model.parts(of: features)
        let columns = model.wideContributions(of: features, to: item).map { (name: $0.name, value: Double($0.value)) }
        let bias = Double(wide[item]) - columns.reduce(0) { $0 + $1.value }
        let parts = [(name: "bias", value: bias), (name: "deep", value: Double(deep[item]))] + columns
        let logit = Double(wide[item]) + Double(deep[item])
        return ScoreBreakdown(
            item: item, logit: logit, wide: Double(wide[item]), deep: Double(deep[item]),
            probability: Self.probability(Float(logit)),
            parts: parts.filter { $0.value != 0 }.sorted { abs($0.value) > abs($1.value) })
    }

    public func features(of context: Context) -> FeatureListing {
        let features = model.encoder.encode(context)
        let wide = features.wide.map { FeatureListing.Entry(name: model.schema.name(ofColumn: Int($0)), value: 1) }
        let deep = model.deepInput(of: features).enumerated().filter { $0.element != 0 }
            .map { FeatureListing.Entry(name: model.schema.name(ofInput: $0.offset), value: Double($0.element)) }
        return FeatureListing(wide: wide, deep: deep)
    }

    /// Which labels may be listed; `nil` for all.
    private func allowance(for context: Context, options: RecommendationOptions) -> ((Int) -> Bool)? {
        let held = options.excluded.union(context.cart)
        let members = options.category.map { Set(catalog.items(inCategory: $0)) }
        if held.isEmpty, members == nil { return nil }
        return { !held.contains($0) && (members?.contains($0) ?? true) }
    }

    private func logits(of items: [ItemID], in context: Context) -> [Float] {
        withLogits(of: context) { logits in items.map { logits[$0] } }
    }

    /// By the kernels' exponential, so that a score is the same on every machine.
    private static func probability(_ logit: Float) -> Double {
        var result: Float = 0
        withUnsafePointer(to: logit) { ck_sigmoid(1, $0, &result) }
        return Double(result)
    }

    /// The memory of one scoring at a time.
    private struct Buffers: @unchecked Sendable {
        // Unchecked: lent to one call at a time.
        let scratch: StudyScratch
        let logits: FloatMatrix
    }

    private func withLogits<Result>(of context: Context, _ body: (UnsafeBufferPointer<Float>) -> Result) -> Result {
        let buffers =
            pool.withLock { $0.popLast() }
            ?? Buffers(scratch: model.makeScratch(), logits: FloatMatrix(rows: 1, columns: catalog.labelCount))
        defer { pool.withLock { $0.append(buffers) } }
        model.writeLogits(of: model.encoder.encode(context), scratch: buffers.scratch, into: buffers.logits.base)
        return body(UnsafeBufferPointer(start: buffers.logits.base, count: catalog.labelCount))
    }
}
