import Features
import Recommender
import Shop

/// Whether probabilities mean what they say: of all items said to be bought with 20 %, one in five should be.
package struct ReliabilityCurve: Hashable, Sendable {
    /// Predictions of about the same probability.
    package struct Bin: Hashable, Sendable {
        package var predicted: Double
        package var observed: Double
        package var count: Int
    }

    /// Ascending by probability, of about equal counts.
    package let bins: [Bin]
    package let count: Int

    /// The expected calibration error: the distance between predicted and observed, averaged over all predictions
    /// (Naeini, Cooper & Hauskrecht 2015, "Obtaining Well Calibrated Probabilities Using Bayesian Binning"), with bins
    /// of equal counts, so that no bin is judged by a handful.
    package var expectedError: Double {
        guard count > 0 else { return 0 }
        return bins.reduce(0) { $0 + abs($1.predicted - $1.observed) * Double($1.count) } / Double(count)
    }

    /// - Parameter predictions: probabilities, and whether they came true.
    package init(predictions: [(probability: Float, isHit: Bool)], binCount: Int = 15) {
        let sorted = predictions.sorted { $0.probability < $1.probability }
        count = sorted.count
        let binCount = min(binCount, sorted.count)
        bins = (0..<binCount).map { bin in
            let members = sorted[bin * sorted.count / binCount..<(bin + 1) * sorted.count / binCount]
            return Bin(
                predicted: members.reduce(0) { $0 + Double($1.probability) } / Double(members.count),
                observed: Double(members.count { $0.isHit }) / Double(members.count), count: members.count)
        }
    }
}

/// What a recommender's scores say about every label, beyond the order in which it puts them.
package struct ProbabilityReport: Sendable {
    /// Of the ten items that people are shown.
    package let shown: ReliabilityCurve
    /// Of all labels.
    package let all: ReliabilityCurve
    /// The share of (customer, label) cells in which `score > threshold` says rightly whether the label is bought.
    package let accuracy: Double
    /// The accuracy of saying of every label that it is not bought: what accuracy hides where few labels are.
    package let allZeroAccuracy: Double
    package let threshold: Double

    /// - Parameters:
    ///   - tasks: calibration is over all of them, accuracy over the first.
    ///   - limit: so many customers are asked at most, evenly spread.
    package init(
        recommender: any Recommending, suite: TaskSuite, threshold: Double, limit: Int = 2000
    ) {
        let labelCount = suite.dataset.catalog.labelCount
        let step = max(1, (suite.customers.count + limit - 1) / max(1, limit))
        let positions = Array(stride(from: 0, to: suite.customers.count, by: step))
        let options = RecommendationOptions(count: labelCount)
        let answers = concurrentMap(positions.count, grain: 4) { index in
            suite.tasks.map { task -> Answer? in
                guard let question = suite.evaluationCase(task, at: positions[index]) else { return nil }
                return Answer(
                    list: recommender.recommend(for: question.context, options: options),
                    targets: Set(question.targets), cartSize: question.context.cart.count)
            }
        }
        let given = answers.joined().compactMap { $0 }
        shown = ReliabilityCurve(predictions: given.flatMap { $0.cells.prefix(10) })
        // Nine in ten labels are next to zero for everybody: a sample of a million cells is plenty.
        let every = max(1, given.count * labelCount / 1_000_000)
        all = ReliabilityCurve(
            predictions: given.enumerated().flatMap { index, answer in
                answer.cells.enumerated().filter { ($0.offset + index) % every == 0 }.map(\.element)
            })

        let first = answers.compactMap { $0.first ?? nil }
        let cells = first.reduce(0) { $0 + labelCount - $1.cartSize }
        let agreeing = first.reduce(0) { $0 + $1.agreements(at: threshold, labelCount: labelCount) }
        let bought = first.reduce(0) { $0 + $1.targets.count }
        accuracy = cells > 0 ? Double(agreeing) / Double(cells) : 0
        allZeroAccuracy = cells > 0 ? Double(cells - bought) / Double(cells) : 0
        self.threshold = threshold
    }

    private struct Answer: Sendable {
        let cells: [(probability: Float, isHit: Bool)]
        let targets: Set<ItemID>
        let cartSize: Int

        init(list: [Recommendation], targets: Set<ItemID>, cartSize: Int) {
            cells = list.map { (Float($0.score), targets.contains($0.item)) }
            self.targets = targets
            self.cartSize = cartSize
        }

        /// Labels that the recommender left out count as not recommended.
        func agreements(at threshold: Double, labelCount: Int) -> Int {
            let positives = cells.filter { Double($0.probability) > threshold }
            let right = positives.count { $0.isHit }
            let missed = targets.count - right
            return labelCount - cartSize - (positives.count - right) - missed
        }
    }
}
