import Shop

/// A baseline with settings to choose, and the plan by which they are chosen.
package protocol TunableRanker: Ranker {
    associatedtype Settings: Hashable, Sendable, CustomStringConvertible
    static var name: String { get }
    /// Where the search begins.
    static var defaults: Settings { get }
    /// What is tried, stage after stage; each begins with the best of the one before.
    static var tuning: [TuningStage<Settings>] { get }
    init(fittedOn dataset: PurchaseDataset, settings: Settings)
}

extension TunableRanker {
    package var name: String { Self.name }
}

/// Settings that are tried on the same tasks; the one with the highest mean NDCG@10 over the tasks is kept.
package struct TuningStage<Settings: Hashable & Sendable>: Sendable {
    let tasks: [EvaluationTask]
    let variants: @Sendable (Settings) -> [Settings]

    init(tasks: [EvaluationTask], variants: @escaping @Sendable (Settings) -> [Settings]) {
        self.tasks = tasks
        self.variants = variants
    }
}

/// Chooses a baseline's settings on train baskets alone: by what they reach on each customer's last train basket, and
/// on the one before that, each from the baskets before it.
package struct Tuner: Sendable {
    private let validations: [PurchaseDataset]
    private let seed: UInt64

    /// - Parameter limit: so many customers are asked at most; more would cost time and change no choice.
    package init(dataset: PurchaseDataset, limit: Int = 3000, seed: UInt64 = 0) {
        let last = dataset.validation(limit: limit)
        validations = [last, last.validation(limit: limit)]
        self.seed = seed
    }

    /// The shop one basket earlier.
    package var validation: PurchaseDataset { validations[0] }

    /// The best settings; of equal ones, the first tried.
    package func settings<R: TunableRanker>(of type: R.Type) -> R.Settings {
        R.tuning.reduce(R.defaults) { settings, stage in
            let variants = stage.variants(settings)
            guard variants.count > 1 else { return variants.first ?? settings }
            var scores = Array(repeating: 0.0, count: variants.count)
            for validation in validations {
                let evaluator = Evaluator(suite: TaskSuite(dataset: validation, tasks: stage.tasks, seed: seed))
                for (index, variant) in variants.enumerated() {
                    let results = evaluator.evaluate(R(fittedOn: validation, settings: variant))
                    scores[index] += results.reduce(0) { $0 + $1.mean(of: .ndcg) }
                }
            }
            let best = scores.indices.max { (scores[$0], -$0) < (scores[$1], -$1) }
            return variants[best ?? 0]
        }
    }
}

extension Double {
    /// `200` and `0.3`, the same in every locale.
    var shortDescription: String {
        magnitude < 1e15 && self == rounded() ? String(Int(self)) : description
    }
}
