import Features
import Shop

/// Every customer gets what most baskets hold.
package struct PopularRanker: ScoringRanker {
    package let name = "popular"
    /// Each label's share of all purchases in train baskets; they sum to 1 where there are any.
    package let shares: [Double]

    package var labelCount: Int { shares.count }

    package init(fittedOn dataset: PurchaseDataset) {
        var counts = Array(repeating: 0.0, count: dataset.catalog.labelCount)
        for customer in dataset.customers {
            for basket in customer.train {
                for item in basket.items { counts[item] += 1 }
            }
        }
        let total = max(1, counts.reduce(0, +))
        shares = counts.map { $0 / total }
    }

    package func competes(in task: EvaluationTask) -> Bool { true }

    package func scores(for query: RankingQuery) -> [Double] { shares }
}
