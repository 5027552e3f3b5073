import Features
import Shop

/// TIFU-KNN: a customer's own purchases, decayed in groups of baskets, mixed with those of the customers nearest to
/// them (Hu et al. 2020, "Modeling Personalized Item Frequency Information for Next-basket Recommendation").
///
/// The history is cut into groups of `groupSize` baskets from its end. A basket weighs `withinDecay` for each later one
/// of its group, a group `groupDecay` for each later group; weights are divided by the baskets of the group and by the
/// number of groups. The score is `ownShare * own + (1 - ownShare) * mean of the neighbours`, by Euclidean distance.
///
/// Distances come from an inverted index: a query costs the customers who share an item with it, not customers × labels.
/// Memory is that of the purchases.
package struct TIFUKNNRanker: HistoryScoringRanker, TunableRanker {
    package struct Settings: Hashable, Sendable, CustomStringConvertible {
        package var neighbours = 300
        package var ownShare = 0.3
        package var withinDecay = 0.9
        package var groupDecay = 0.9
        package var groupSize = 3

        package init() {}

        package var description: String {
            "k \(neighbours), own share \(ownShare.shortDescription), decay \(withinDecay.shortDescription) in groups of "
                + "\(groupSize) and \(groupDecay.shortDescription) between them"
        }
    }

    package static let name = "tifu-knn"
    package static let defaults = Settings()
    package static let tuning: [TuningStage<Settings>] = [
        TuningStage(tasks: [.warm]) { settings in
            let decays: [(within: Double, between: Double, size: Int)] = [
                (0.9, 0.9, 3), (0.9, 0.7, 3), (1, 0.9, 2), (0.9, 0.6, 7), (1, 1, 1), (0.8, 0.8, 3), (1, 0.8, 1),
            ]
            return decays.map { decay in
                var variant = settings
                (variant.withinDecay, variant.groupDecay, variant.groupSize) = (decay.within, decay.between, decay.size)
                return variant
            }
        },
        TuningStage(tasks: [.warm]) { settings in
            [30, 100, 300, 900].flatMap { neighbours in
                [0.1, 0.3, 0.5, 0.7, 0.9].map { ownShare in
                    var variant = settings
                    (variant.neighbours, variant.ownShare) = (neighbours, ownShare)
                    return variant
                }
            }
        },
    ]

    private let settings: Settings
    private let popular: PopularRanker
    /// A vector a customer.
    private let vectors: SparseRows
    /// An inverted index: a label's customers.
    private let customersOfLabel: SparseRows
    private let squaredNorms: [Double]

    package var labelCount: Int { popular.labelCount }

    package init(fittedOn dataset: PurchaseDataset, settings: Settings) {
        self.settings = settings
        popular = PopularRanker(fittedOn: dataset)
        var vectors = SparseRows()
        var accumulator = SparseAccumulator(size: dataset.catalog.labelCount)
        for customer in dataset.customers {
            vectors.append(Self.vector(of: customer.train, settings: settings, accumulator: &accumulator))
        }
        self.vectors = vectors
        customersOfLabel = vectors.transposed(columnCount: dataset.catalog.labelCount)
        squaredNorms = (0..<vectors.count).map { row in vectors.sum(ofRow: row) { Double($0) * Double($0) } }
    }

    static func vector(
        of history: [Basket], settings: Settings, accumulator: inout SparseAccumulator, labelCount: Int = .max
    ) -> [(column: Int, value: Float)] {
        let size = settings.groupSize
        let groups = (history.count + size - 1) / size
        var groupWeight = 1.0
        for group in 0..<groups {
            let end = history.count - group * size
            let baskets = history[max(0, end - size)..<end]
            var weight = groupWeight / Double(baskets.count) / Double(groups)
            for basket in baskets.reversed() {
                for item in basket.items where (0..<labelCount).contains(item) { accumulator.add(weight, at: item) }
                weight *= settings.withinDecay
            }
            groupWeight *= settings.groupDecay
        }
        return accumulator.drain()
    }

    package func scores(for query: RankingQuery) -> [Double] {
        var accumulator = SparseAccumulator(size: labelCount)
        let own = Self.vector(
            of: query.context.history, settings: settings, accumulator: &accumulator, labelCount: labelCount)
        // Popularity only orders what nobody near has bought.
        var scores = popular.shares.map { $0 * 1e-9 }
        guard !own.isEmpty else { return scores }
        for (item, value) in own { scores[item] += settings.ownShare * Double(value) }
        let neighbours = nearest(to: own, excluding: query.customer)
        let weight = (1 - settings.ownShare) / Double(max(1, neighbours.count))
        for neighbour in neighbours {
            vectors.addRow(neighbour, times: weight, to: &scores)
        }
        return scores
    }

    private func nearest(to own: [(column: Int, value: Float)], excluding customer: Int?) -> [Int] {
        // |q - v|² without |q|², which is the same for all; negated, so that the nearest are the highest.
        var closeness = squaredNorms.map { -$0 }
        for (item, value) in own {
            customersOfLabel.addRow(item, times: 2 * Double(value), to: &closeness)
        }
        return topItems(closeness, count: settings.neighbours, excluding: customer.map { [$0] } ?? [])
    }
}
