import Foundation
import Shop

/// What one ranked list is worth.
///
/// With `T` the targets and `R` the first `k` items of the list:
///
/// | metric | formula |
/// | --- | --- |
/// | recall | `|R ∩ T| / |T|` |
/// | precision | `|R ∩ T| / k`, also where the list is shorter than `k` |
/// | ndcg | `Σ 1/log2(rank+1)` over the hits, divided by the same sum over the first `min(|T|, k)` ranks |
/// | hitRate | 1 where there is a hit, else 0 |
/// | mrr | 1 / rank of the first hit, 0 where there is none |
/// | repeatRecall, exploreRecall | recall of the targets that the customer bought before, and of those that are new |
///
/// Ranks count from 1. Repeat and explore recall are undefined (NaN, left out of means) for customers without such
/// targets (Li et al. 2023, "A Next Basket Recommendation Reality Check").
package enum Metric: String, Hashable, Sendable, CaseIterable {
    case recall
    case ndcg
    case hitRate = "hit_rate"
    case mrr
    case precision
    case repeatRecall = "repeat_recall"
    case exploreRecall = "explore_recall"

    /// The JSON key: `hit_rate@10`.
    package func key(at cutoff: Int) -> String { "\(rawValue)@\(cutoff)" }
}

extension Metric {
    /// All metrics of one list, by ``allCases``.
    ///
    /// - Parameters:
    ///   - ranked: items, best first, none twice.
    ///   - targets: not empty, none twice.
    ///   - bought: what the customer bought before, whether or not the recommender was told.
    package static func values(
        ranked: [ItemID], targets: Set<ItemID>, bought: Set<ItemID>, at cutoff: Int
    ) -> [Double] {
        precondition(!targets.isEmpty && cutoff > 0)
        var hits = 0.0
        var repeatHits = 0.0
        var gain = 0.0
        var firstHit = 0
        for (index, item) in ranked.prefix(cutoff).enumerated() where targets.contains(item) {
            hits += 1
            gain += discount(rank: index + 1)
            if bought.contains(item) { repeatHits += 1 }
            if firstHit == 0 { firstHit = index + 1 }
        }
        let ideal = (1...min(targets.count, cutoff)).reduce(0) { $0 + discount(rank: $1) }
        let repeats = Double(targets.count { bought.contains($0) })
        let news = Double(targets.count) - repeats
        return allCases.map { metric in
            switch metric {
            case .recall: hits / Double(targets.count)
            case .ndcg: gain / ideal
            case .hitRate: hits > 0 ? 1 : 0
            case .mrr: firstHit > 0 ? 1 / Double(firstHit) : 0
            case .precision: hits / Double(cutoff)
            case .repeatRecall: repeats > 0 ? repeatHits / repeats : .nan
            case .exploreRecall: news > 0 ? (hits - repeatHits) / news : .nan
            }
        }
    }

    private static func discount(rank: Int) -> Double { 1 / log2(Double(rank) + 1) }
}
