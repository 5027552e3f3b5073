import CKernels
import Features
import Shop

/// Item-item weights as a ranker: what is in the cart, and what was bought before, votes for what goes with it.
///
/// With `c` the cart as 0/1, `h` each item's share of the history's baskets, `W` the weights:
///
/// - a cart alone scores `c W_cart + bias`;
/// - a history alone `(1 - a) h + a h W_history`, so that the past itself counts, too;
/// - both, the history's score plus `cartWeight` times the cart's;
/// - nothing, popularity, which elsewhere only settles ties.
struct ItemItemWeights: Sendable {
    let cart: LabelMatrix
    let cartBias: [Double]
    let history: LabelMatrix?
    /// `a` above.
    let historyShare: Double
    let cartWeight: Double
    let popularity: [Double]

    func scores(for query: RankingQuery) -> [Double] {
        let labelCount = popularity.count
        let cartItems = query.cartLabels(below: labelCount)
        let usesHistory = history != nil && !query.context.history.isEmpty
        guard usesHistory || !cartItems.isEmpty else { return popularity }

        var scores = Array(repeating: 0.0, count: labelCount)
        if !cartItems.isEmpty {
            scores = cartBias
            for item in cartItems { cart.addRow(item, times: 1, to: &scores) }
        }
        guard usesHistory, let history else { return scores }

        let scale = cartItems.isEmpty ? 0 : cartWeight
        for item in scores.indices { scores[item] = scale * scores[item] + 1e-4 * popularity[item] }
        let baskets = Double(query.context.history.count)
        for (item, count) in query.historyCounts(labelCount: labelCount).enumerated() where count > 0 {
            scores[item] += (1 - historyShare) * count / baskets
            history.addRow(item, times: historyShare * count / baskets, to: &scores)
        }
        return scores
    }
}

/// Co-occurrence: the conditional probability `P(b in basket | a in basket)`, summed over the cart.
package struct CooccurrenceRanker: ScoringRanker {
    package let name = "co-occurrence"
    private let weights: ItemItemWeights

    package var labelCount: Int { weights.popularity.count }

    package init(fittedOn dataset: PurchaseDataset) {
        let counts = CooccurrenceCounts.ofSessions(dataset)
        let popularity = PopularRanker(fittedOn: dataset).shares
        weights = ItemItemWeights(
            cart: LabelMatrix(size: counts.size) { a, b in a == b ? 0 : counts[a, b] / max(1, counts.count(of: a)) },
            cartBias: popularity.map { $0 * 1e-6 }, history: nil, historyShare: 0, cartWeight: 1,
            popularity: popularity)
    }

    package func competes(in task: EvaluationTask) -> Bool { task.cartSize > 0 }

    package func scores(for query: RankingQuery) -> [Double] { weights.scores(for: query) }
}

/// Item-KNN: items alike by the cosine of the sessions (for a cart) or of the customers (for a history) that hold them
/// (Deshpande & Karypis 2004, "Item-based top-N recommendation algorithms").
package struct ItemKNNRanker: ScoringRanker, TunableRanker {
    package struct Settings: Hashable, Sendable, CustomStringConvertible {
        /// So many neighbours of each item are kept.
        package var neighbours = Int.max
        /// Added to the denominator of the cosine: pairs that were seen rarely count less.
        package var shrinkage = 0.0
        package var historyNeighbours = Int.max
        package var historyShare = 0.1
        package var cartWeight = 1.0

        package init() {}

        package var description: String {
            func text(_ k: Int) -> String { k == .max ? "all" : "\(k)" }
            return
                "k \(text(neighbours)), shrinkage \(shrinkage.shortDescription); history: k \(text(historyNeighbours)), "
                + "share \(historyShare.shortDescription); cart weight \(cartWeight.shortDescription)"
        }
    }

    package static let name = "item-knn"
    package static let defaults = Settings()
    package static let tuning: [TuningStage<Settings>] = [
        TuningStage(tasks: [.cart(1), .cart(2), .cart(3)]) { settings in
            [0, 10, 100, 1000].flatMap { shrinkage in
                [20, 100, Int.max].map { neighbours in
                    var variant = settings
                    (variant.neighbours, variant.shrinkage) = (neighbours, shrinkage)
                    return variant
                }
            }
        },
        TuningStage(tasks: [.warm]) { settings in
            [20, 100, Int.max].flatMap { neighbours in
                [0.01, 0.1, 0.3, 1].map { share in
                    var variant = settings
                    (variant.historyNeighbours, variant.historyShare) = (neighbours, share)
                    return variant
                }
            }
        },
        TuningStage(tasks: [.warmCart(1), .warmCart(3)]) { settings in
            [0.01, 0.03, 0.1, 0.3, 1, 3].map { weight in
                var variant = settings
                variant.cartWeight = weight
                return variant
            }
        },
    ]

    private let weights: ItemItemWeights

    package var labelCount: Int { weights.popularity.count }

    package init(fittedOn dataset: PurchaseDataset, settings: Settings) {
        let popularity = PopularRanker(fittedOn: dataset).shares
        let sessions = CooccurrenceCounts.ofSessions(dataset)
        let customers = CooccurrenceCounts.ofRows(dataset.customerRows { _ in 1 }, size: sessions.size)
        weights = ItemItemWeights(
            cart: Self.cosine(of: sessions, shrinkage: settings.shrinkage, neighbours: settings.neighbours),
            cartBias: popularity.map { $0 * 1e-6 },
            history: Self.cosine(
                of: customers, shrinkage: settings.shrinkage, neighbours: settings.historyNeighbours),
            historyShare: settings.historyShare, cartWeight: settings.cartWeight, popularity: popularity)
    }

    private static func cosine(of counts: CooccurrenceCounts, shrinkage: Double, neighbours: Int) -> LabelMatrix {
        let norms = (0..<counts.size).map { counts.count(of: $0).squareRoot() }
        var matrix = LabelMatrix(size: counts.size) { a, b in
            a == b ? 0 : counts[a, b] / max(norms[a] * norms[b] + shrinkage, 1e-9)
        }
        matrix.keepLargest(neighbours)
        return matrix
    }

    package func competes(in task: EvaluationTask) -> Bool { task.cartSize > 0 || task.showsHistory }

    package func scores(for query: RankingQuery) -> [Double] { weights.scores(for: query) }
}
