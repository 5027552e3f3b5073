import CKernels
import Features
import Shop
import Synchronization
import WideDeep

/// Recommends with the default model.
///
///     let recommender = try DefaultRecommender(model: DefaultModel(file: ModelFile(path: "shop.model")))
///     recommender.recommend(for: Context(cart: [milk]), options: RecommendationOptions(count: 5))
///
/// Safe to use from any number of threads: each call borrows buffers from a pool. The buffers remember what they hold,
/// so a conversation that adds an item to its cart pays for that item only, and gets the same bits as from scratch.
public final class DefaultRecommender: Recommending {
    package let model: DefaultModel
    private let encoder: FeatureEncoder
    private let pool = Mutex<[ScoringBuffers]>([])

    package init(model: DefaultModel) {
        self.model = model
        encoder = model.encoder
    }

    public var catalog: Catalog { model.catalog }

    /// The usual number of days until an item is bought again; the shop's usual where the item's is unknown; `nil` where
    /// the log had no dates or nothing was bought twice.
    public func repurchaseDays(of item: ItemID) -> Double? {
        let days = model.repurchaseDays
        if catalog.isLabel(item), days[item] > 0 { return Double(days[item]) }
        guard let usual = days.last, usual > 0 else { return nil }
        return Double(usual)
    }

    public func recommend(for context: Context, options: RecommendationOptions) -> [Recommendation] {
        withBuffers { buffers in
            buffers.score(context, model: model, encoder: encoder)
            let rule = CandidateRule(context: context, options: options, catalog: catalog)
            let best = TopItems.best(min(options.count, catalog.labelCount), of: buffers.logits) { rule.allows($0) }
            var list = best.map { Recommendation(item: $0.item, score: buffers.probability(ofLogit: $0.score)) }
            if options.explains {
                let reasons = reasons(for: list.map(\.item), in: context, buffers: buffers)
                for index in list.indices { list[index].reasons = Array(reasons[index].prefix(Self.reasonLimit)) }
            }
            return list
        }
    }

    /// Reasons told with a list.
    static let reasonLimit = 3

    public func reasons(for item: ItemID, in context: Context, limit: Int) -> [Reason] {
        guard catalog.isLabel(item) else { return [] }
        return withBuffers { buffers in
            score(context, in: buffers)
            return Array(reasons(for: [item], in: context, buffers: buffers)[0].prefix(limit))
        }
    }

    public func explainScore(of item: ItemID, in context: Context) -> ScoreBreakdown {
        withBuffers { breakdown(of: item, in: context, buffers: $0) }
    }

    public func features(of context: Context) -> FeatureListing {
        withBuffers { listing(of: context, buffers: $0) }
    }

    /// The logits of all labels, calibrated: what the probabilities are the sigmoids of. Items of the cart have one, too.
    package func calibratedLogits(for context: Context) -> [Double] {
        withBuffers { buffers in
            buffers.score(context, model: model, encoder: encoder)
            return (0..<catalog.labelCount).map { buffers.calibrated($0) }
        }
    }

    private func withBuffers<Result>(_ body: (ScoringBuffers) -> Result) -> Result {
        let buffers = pool.withLock { $0.popLast() } ?? ScoringBuffers(model: model)
        defer { pool.withLock { $0.append(buffers) } }
        return body(buffers)
    }

    func score(_ context: Context, in buffers: ScoringBuffers) {
        buffers.score(context, model: model, encoder: encoder)
    }
}

/// What one scoring at a time needs, and what it holds from the last one.
final class ScoringBuffers: @unchecked Sendable {
    // Unchecked: lent to one call at a time by the recommender's pool.
    let encoded: EncodedContext
    let workspace: NetworkWorkspace
    private let exponentials: FloatMatrix
    private let labelCount: Int
    private(set) var scale = Calibration.Scale(slope: 1, intercept: 0)
    /// log Σ exp z over the candidates.
    private(set) var logSum: Float = 0
    private var held: Context?

    init(model: DefaultModel) {
        encoded = EncodedContext(statistics: model.statistics)
        workspace = NetworkWorkspace(shape: model.network.shape)
        exponentials = FloatMatrix(rows: 1, columns: model.network.shape.labels)
        labelCount = model.network.shape.labels
    }

    /// The network's logits of all labels.
    var logits: UnsafeBufferPointer<Float> { UnsafeBufferPointer(start: workspace.logits.base, count: labelCount) }

    func score(_ context: Context, model: DefaultModel, encoder: FeatureEncoder) {
        encode(context, encoder: encoder)
        model.network.forward(encoded, in: workspace)
        normalise(calibration: model.calibration)
    }

    /// Encodes what differs from the context held.
    func encode(_ context: Context, encoder: FeatureEncoder) {
        if held == nil || held?.profile != context.profile { encoder.encodeProfile(context.profile, into: encoded) }
        let isOtherHistory = held == nil || held?.history != context.history
        if isOtherHistory { encoder.encodeHistory(context.history, into: encoded) }
        if !isOtherHistory, let cart = held?.cart, context.cart.starts(with: cart) {
            if context.cart.count > cart.count {
                encoder.addToCart(context.cart.dropFirst(cart.count), to: encoded)
            }
        } else {
            encoder.encodeCart(context.cart, into: encoded)
        }
        held = context
    }

    func normalise(calibration: Calibration) {
        let z = workspace.logits
        for j in labelCount..<z.stride { z.base[j] = -1e30 }
        exponentials.base.update(from: z.base, count: z.stride)
        for item in encoded.cart { exponentials.base[Int(item)] = -1e30 }
        let greatest = dami_max(Int64(z.stride), exponentials.base)
        let sum = dami_exp_sum(Int64(z.stride), greatest, exponentials.base, exponentials.base)
        logSum = greatest + DefaultNetwork.logarithm(sum)
        scale = calibration.scale(for: encoded)
    }

    /// The calibrated logit of a label.
    func calibrated(_ item: ItemID) -> Double { calibrated(logit: workspace.logits.base[item]) }

    private func calibrated(logit: Float) -> Double { Double(scale.slope * (logit - logSum) + scale.intercept) }

    func probability(ofLogit logit: Float) -> Double { Self.sigmoid(calibrated(logit: logit)) }

    /// By the kernels' exponential, so that a score is the same on every machine.
    static func sigmoid(_ x: Double) -> Double {
        let e = Double(DefaultNetwork.exponential(-Float(abs(x))))
        return x >= 0 ? 1 / (1 + e) : e / (1 + e)
    }
}
