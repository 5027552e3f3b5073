import Features
import Shop

/// What makes ranked lists: a trained model, or a double in a test.
///
/// A conformance is a pure function of its inputs: the same context gives the same list. It may keep caches.
public protocol Recommending: Sendable {
    /// The items that people may name; `catalog.labelCount` of them can be recommended.
    var catalog: Catalog { get }

    /// The best items for a context, best first.
    ///
    /// Items of the cart and of `options.excluded` are never among them; the category filter holds before the cut,
    /// so that as many come back as were asked for, where there are as many.
    func recommend(for context: Context, options: RecommendationOptions) -> [Recommendation]

    /// Why an item stands where it does: the model's own contributions, largest first.
    func reasons(for item: ItemID, in context: Context, limit: Int) -> [Reason]

    /// Items most like the given ones, by embedding and co-purchase, best first; never the given ones.
    func similar(to items: [ItemID], in context: Context, options: RecommendationOptions) -> [Recommendation]

    /// For staff: an item's logit, taken apart.
    func explainScore(of item: ItemID, in context: Context) -> ScoreBreakdown

    /// For staff: every non-zero feature that the model is fed, named.
    func features(of context: Context) -> FeatureListing
}

/// What narrows a list.
public struct RecommendationOptions: Hashable, Sendable {
    public var count: Int
    /// Items never to be shown, beside those of the cart.
    public var excluded: Set<ItemID>
    /// A `CLAC1_NM` or `CLAC2_NM`: only items under it.
    public var category: String?
    /// Whether ``Recommendation/reasons`` are wanted.
    public var explains: Bool

    public init(count: Int = 10, excluded: Set<ItemID> = [], category: String? = nil, explains: Bool = false) {
        self.count = count
        self.excluded = excluded
        self.category = category
        self.explains = explains
    }
}

/// One line of a list.
public struct Recommendation: Hashable, Sendable {
    public var item: ItemID
    /// The calibrated probability that the item is in the next basket (for `similar`: a similarity in 0…1).
    public var score: Double
    /// Largest first; empty unless asked for.
    public var reasons: [Reason]

    public init(item: ItemID, score: Double, reasons: [Reason] = []) {
        self.item = item
        self.score = score
        self.reasons = reasons
    }
}

/// A contribution to an item's logit that can be told in words.
public struct Reason: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        /// `item`, in the cart, is bought together with it.
        case cart
        /// The customer bought it before, or `item` before, which leads to it.
        case history
        /// People of this gender buy it.
        case gender
        /// People of this age buy it.
        case age
        /// Customers who buy alike buy it.
        case neighbours
        /// Many people buy it.
        case popularity
    }

    public var kind: Kind
    /// The cart or history item that the contribution comes from, where it comes from one.
    public var item: ItemID?
    /// What it adds to the logit.
    public var weight: Double

    public init(kind: Kind, item: ItemID? = nil, weight: Double) {
        self.kind = kind
        self.item = item
        self.weight = weight
    }
}

/// A logit taken apart: `logit == wide + deep` up to rounding, and `parts` sum to it.
public struct ScoreBreakdown: Hashable, Sendable {
    public var item: ItemID
    public var logit: Double
    public var wide: Double
    public var deep: Double
    public var probability: Double
    /// Named parts, largest magnitude first.
    public var parts: [(name: String, value: Double)] { pairs.map { ($0.name, $0.value) } }
    private var pairs: [Part]

    private struct Part: Hashable, Sendable {
        var name: String
        var value: Double
    }

    public init(
        item: ItemID, logit: Double, wide: Double, deep: Double, probability: Double,
        parts: [(name: String, value: Double)]
    ) {
        self.item = item
        self.logit = logit
        self.wide = wide
        self.deep = deep
        self.probability = probability
        self.pairs = parts.map { Part(name: $0.name, value: $0.value) }
    }
}

/// The non-zero entries of the feature vectors, named.
public struct FeatureListing: Hashable, Sendable {
    public struct Entry: Hashable, Sendable {
        public var name: String
        public var value: Double
        public init(name: String, value: Double) {
            self.name = name
            self.value = value
        }
    }
    public var wide: [Entry]
    public var deep: [Entry]

    public init(wide: [Entry], deep: [Entry]) {
        self.wide = wide
        self.deep = deep
    }
}
