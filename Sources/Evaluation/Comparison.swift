/// A recommender against the best of the others in one task, by one metric, on the same customers.
package struct Comparison: Hashable, Sendable {
    package let task: EvaluationTask
    package let metric: Metric
    /// Of the rankers that compete in the task, the one with the highest mean.
    package let best: String
    package let bestMean: Double
    /// Ours minus theirs.
    package let difference: Interval

    package enum Verdict: String, Hashable, Sendable {
        case above
        case withinNoise = "within noise"
        case below
    }

    /// `above` and `below` where the whole interval is on that side of zero.
    package var verdict: Verdict {
        difference.low > 0 ? .above : difference.high < 0 ? .below : .withinNoise
    }

    /// The difference in parts of the best: 0.05 is five percent better.
    package var relative: Double { bestMean > 0 ? difference.mean / bestMean : 0 }

    /// A comparison for each task of `ours` in which another competes, by NDCG@10 and Recall@10.
    ///
    /// Taking the best by what it reached on these very customers favours it a little: a tie with it is no defeat.
    package static func all(
        ours: [TaskResult], others: [MeasuredRanker], bootstrap: Bootstrap
    ) -> [Comparison] {
        ours.flatMap { mine in
            [Metric.ndcg, .recall].compactMap { metric in
                let rivals = others.compactMap { other -> (name: String, result: TaskResult)? in
                    guard other.ranker.competes(in: mine.task) else { return nil }
                    return other.results.first { $0.task == mine.task }.map { (other.ranker.name, $0) }
                }
                guard let best = rivals.max(by: { $0.result.mean(of: metric) < $1.result.mean(of: metric) })
                else { return nil }
                return Comparison(
                    task: mine.task, metric: metric, best: best.name, bestMean: best.result.mean(of: metric),
                    difference: bootstrap.interval(of: mine.values(of: metric), minus: best.result.values(of: metric)))
            }
        }
    }
}

/// A ranker, how it was set, and what it reached.
package struct MeasuredRanker: Sendable {
    package let ranker: any Ranker
    /// The settings that tuning chose; empty where there are none.
    package let settings: String
    package let results: [TaskResult]

    package init(ranker: any Ranker, settings: String = "", results: [TaskResult]) {
        self.ranker = ranker
        self.settings = settings
        self.results = results
    }
}
