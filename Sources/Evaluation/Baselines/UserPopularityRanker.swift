import Features
import Foundation
import Shop

/// UP-CF: recency-aware collaborative filtering (Faggioli, Polato & Aiolli 2020, "Recency Aware Collaborative Filtering
/// for Next Basket Recommendation").
///
/// A customer's popularity of an item is the share of their last `window` baskets that hold it. Customers are alike by
/// the asymmetric cosine of the sets of what they bought, `|A ∩ B| / (|A|^asymmetry |B|^(1 - asymmetry))`; the score is
/// the sum of the popularities of the customers most alike, the one asked included, weighted by likeness to the power
/// `locality`. Beyond the first 500 nobody is summed: there, the weights have fallen to nothing.
package struct UserPopularityRanker: HistoryScoringRanker, TunableRanker {
    package struct Settings: Hashable, Sendable, CustomStringConvertible {
        package var window = 9
        package var asymmetry = 0.5
        package var locality = 10.0

        package init() {}

        package var description: String {
            "last \(window) baskets, asymmetry \(asymmetry.shortDescription), locality \(locality.shortDescription)"
        }
    }

    package static let name = "up-cf"
    package static let defaults = Settings()
    package static let tuning: [TuningStage<Settings>] = [
        TuningStage(tasks: [.warm]) { settings in
            [1, 2, 5, 10, 20, 50].flatMap { locality in
                [0.25, 0.5, 0.75].map { asymmetry in
                    var variant = settings
                    (variant.locality, variant.asymmetry) = (locality, asymmetry)
                    return variant
                }
            }
        },
        TuningStage(tasks: [.warm]) { settings in
            [settings.window, 1, 3, 5, 25, 100].map { window in
                var variant = settings
                variant.window = window
                return variant
            }
        },
    ]

    private static let neighbours = 500

    private let settings: Settings
    private let popular: PopularRanker
    /// A row a customer: the popularity of what they bought in the window.
    private let popularities: SparseRows
    /// An inverted index of what customers ever bought.
    private let customersOfLabel: SparseRows
    private let itemCounts: [Double]

    package var labelCount: Int { popular.labelCount }

    package init(fittedOn dataset: PurchaseDataset, settings: Settings) {
        self.settings = settings
        popular = PopularRanker(fittedOn: dataset)
        let everBought = dataset.customerRows { _ in 1 }
        customersOfLabel = everBought.transposed(columnCount: dataset.catalog.labelCount)
        itemCounts = (0..<everBought.count).map { row in everBought.sum(ofRow: row) { _ in 1 } }
        var popularities = SparseRows()
        var accumulator = SparseAccumulator(size: dataset.catalog.labelCount)
        for customer in dataset.customers {
            let baskets = customer.train.suffix(settings.window)
            for basket in baskets {
                for item in basket.items { accumulator.add(1 / Double(baskets.count), at: item) }
            }
            popularities.append(accumulator.drain())
        }
        self.popularities = popularities
    }

    package func scores(for query: RankingQuery) -> [Double] {
        // Popularity only orders what nobody alike has bought.
        var scores = popular.shares.map { $0 * 1e-9 }
        let items = Set(query.context.history.flatMap(\.items)).filter { (0..<labelCount).contains($0) }
        guard !items.isEmpty else { return scores }

        let window = query.context.history.suffix(settings.window)
        for basket in window {
            for item in basket.items where (0..<labelCount).contains(item) { scores[item] += 1 / Double(window.count) }
        }
        // Items in common, then likeness.
        var common = Array(repeating: 0.0, count: itemCounts.count)
        for item in items { customersOfLabel.addRow(item, times: 1, to: &common) }
        let ownScale = pow(Double(items.count), settings.asymmetry)
        for customer in common.indices where common[customer] > 0 {
            common[customer] /= ownScale * pow(itemCounts[customer], 1 - settings.asymmetry)
        }
        let alike = topItems(common, count: Self.neighbours, excluding: query.customer.map { [$0] } ?? [])
        for customer in alike where common[customer] > 0 {
            let weight = pow(common[customer], settings.locality)
            popularities.addRow(customer, times: weight, to: &scores)
        }
        return scores
    }
}
