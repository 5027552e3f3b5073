import Foundation
import Recommender
import Shop
import WideDeep

/// A known method: how to fit it to a shop, settings chosen on the shop's train baskets alone.
package struct Baseline: Sendable {
    package let name: String
    /// Fits the method; returns the ranker and, in words, the settings chosen.
    package let fit:
        @Sendable (_ dataset: PurchaseDataset, _ tuner: Tuner) throws -> (ranker: any Ranker, settings: String)

    package init(
        name: String,
        fit: @escaping @Sendable (PurchaseDataset, Tuner) throws -> (ranker: any Ranker, settings: String)
    ) {
        self.name = name
        self.fit = fit
    }

    init<R: TunableRanker>(tuning type: R.Type) {
        self.init(name: R.name) { dataset, tuner in
            let settings = tuner.settings(of: type)
            return (R(fittedOn: dataset, settings: settings), settings.description)
        }
    }

    /// The methods without gradients, the simplest first.
    package static let closedForm: [Baseline] = [
        Baseline(name: "popular") { dataset, _ in (PopularRanker(fittedOn: dataset), "") },
        Baseline(tuning: SegmentPopularRanker.self),
        Baseline(name: "p-topfreq") { dataset, _ in (TopFrequencyRanker(.personal, fittedOn: dataset), "") },
        Baseline(name: "gp-topfreq") { dataset, _ in (TopFrequencyRanker(.global, fittedOn: dataset), "") },
        Baseline(name: "co-occurrence") { dataset, _ in (CooccurrenceRanker(fittedOn: dataset), "") },
        Baseline(tuning: ItemKNNRanker.self),
        Baseline(tuning: EASERanker.self),
        Baseline(tuning: TIFUKNNRanker.self),
        Baseline(tuning: UserPopularityRanker.self),
    ]

    /// Methods that learn by gradients: the wide half of a wide and deep network alone, the deep half of the default one
    /// alone, and the study's first network.
    package static let trained: [Baseline] = [
        Baseline(name: "logistic") { dataset, tuner in
            let settings = LogisticRanker.tuned(on: tuner.validation)
            return (LogisticRanker(fittedOn: dataset, settings: settings), settings.description)
        },
        Baseline(name: "deep") { dataset, _ in
            var settings = DefaultTrainingSettings()
            settings.parts = .deep
            let model = try DefaultModelTraining(dataset: dataset, settings: settings, threads: coreCount).run()
            return (
                RecommenderRanker(name: "deep", recommender: DefaultRecommender(model: model)),
                "\(model.log.epochs.count) epochs, chosen on held-out customers"
            )
        },
        Baseline(name: "seed-v1") { dataset, _ in
            guard let settings = StudySettings(preset: "seed-v1") else { preconditionFailure("the study has a v1") }
            let model = try StudyTraining(dataset: dataset, settings: settings, threads: coreCount).run()
            return (
                RecommenderRanker(name: "seed-v1", recommender: StudyRecommender(model: model)),
                "the study's: \(settings.epochs) epochs, learning rate \(settings.learningRate)"
            )
        },
    ]

    package static let all = closedForm + trained

    private static var coreCount: Int { ProcessInfo.processInfo.activeProcessorCount }
}
