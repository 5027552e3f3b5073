import Features
import Shop

/// What people of the same gender and age buy most.
///
/// A segment's shares are drawn towards everyone's as if it had bought `prior` items more in everyone's proportions:
/// `(n_segment + prior * share) / (N_segment + prior)`.
package struct SegmentPopularRanker: ScoringRanker, TunableRanker {
    package struct Settings: Hashable, Sendable, CustomStringConvertible {
        package var prior = 50.0
        package init(prior: Double = 50) { self.prior = prior }
        package var description: String { "prior \(prior.shortDescription)" }
    }

    package static let name = "segment-popular"
    package static let defaults = Settings()
    package static let tuning = [
        TuningStage<Settings>(tasks: [.profile]) { _ in
            [5, 50, 200, 1000, 5000, 50000].map { Settings(prior: $0) }
        }
    ]

    private let popular: PopularRanker
    private let shares: [Profile: [Double]]

    package var labelCount: Int { popular.labelCount }

    package init(fittedOn dataset: PurchaseDataset, settings: Settings) {
        popular = PopularRanker(fittedOn: dataset)
        var counts: [Profile: [Double]] = [:]
        let zero = Array(repeating: 0.0, count: dataset.catalog.labelCount)
        for customer in dataset.customers {
            for basket in customer.train {
                for item in basket.items { counts[customer.profile, default: zero][item] += 1 }
            }
        }
        let everyone = popular.shares
        shares = counts.mapValues { counts in
            let total = counts.reduce(0, +) + settings.prior
            return zip(counts, everyone).map { ($0 + settings.prior * $1) / total }
        }
    }

    package func competes(in task: EvaluationTask) -> Bool { task.showsProfile }

    package func scores(for query: RankingQuery) -> [Double] {
        shares[query.context.profile] ?? popular.shares
    }
}
