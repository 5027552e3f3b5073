import Shop

/// All that an evaluation found: a model's figures, the baselines', and how they compare.
///
/// A value: ``json()``, ``text()`` and ``html()`` only write it down.
package struct EvaluationReport: Sendable {
    /// What was measured, for headings.
    package struct Subject: Hashable, Sendable {
        package var model: String
        package var preset: String
        package var shop: String
        package var customers: Int
        package var trainBaskets: Int
        package var labels: Int

        package init(model: String, preset: String, shop: String, dataset: PurchaseDataset) {
            self.model = model
            self.preset = preset
            self.shop = shop
            customers = dataset.customers.count { $0.test != nil }
            trainBaskets = dataset.customers.reduce(0) { $0 + $1.train.count }
            labels = dataset.catalog.labelCount
        }
    }

    package let subject: Subject
    package let cutoffs: [Int]
    package let model: MeasuredRanker
    package let baselines: [MeasuredRanker]
    package let comparisons: [Comparison]
    package let segments: [(task: EvaluationTask, figures: [SegmentFigures])]
    package let probabilities: ProbabilityReport
    package let training: TrainingCurves
    /// By ranker's name, task and metric, at 10.
    private let intervals: [Cell: Interval]

    private struct Cell: Hashable {
        let ranker: String
        let task: EvaluationTask
        let metric: Metric
    }

    package init(
        subject: Subject, evaluator: Evaluator, model: MeasuredRanker, baselines: [MeasuredRanker],
        probabilities: ProbabilityReport, training: TrainingCurves, bootstrap: Bootstrap = Bootstrap()
    ) {
        self.subject = subject
        cutoffs = evaluator.cutoffs
        self.model = model
        self.baselines = baselines
        self.probabilities = probabilities
        self.training = training
        comparisons = Comparison.all(ours: model.results, others: baselines, bootstrap: bootstrap)
        segments = model.results.map { result in
            (result.task, SegmentFigures.all(of: result, dataset: evaluator.suite.dataset, bootstrap: bootstrap))
        }
        let wanted = ([model] + baselines).flatMap { ranker in
            ranker.results.filter { ranker.ranker.competes(in: $0.task) }.flatMap { result in
                [Metric.ndcg, .recall].map { (Cell(ranker: ranker.ranker.name, task: result.task, metric: $0), result) }
            }
        }
        let values = concurrentMap(wanted.count, grain: 1) { index in
            bootstrap.interval(of: wanted[index].1.values(of: wanted[index].0.metric))
        }
        intervals = Dictionary(zip(wanted.map(\.0), values)) { first, _ in first }
    }

    /// The interval of a mean at 10, where the ranker competes in the task.
    package func interval(of ranker: String, in task: EvaluationTask, _ metric: Metric) -> Interval? {
        intervals[Cell(ranker: ranker, task: task, metric: metric)]
    }

    /// How many of the comparisons ended so.
    package func count(of verdict: Comparison.Verdict) -> Int { comparisons.count { $0.verdict == verdict } }
}
