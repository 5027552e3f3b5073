import Foundation
import Recommender
import Shop
import WideDeep

/// Measures a model on a shop, alone or against the known methods.
///
///     let report = try ModelEvaluation(model: "shop.model", dataset: dataset, shop: "shop.db").report()
///     print(report.text())
package struct ModelEvaluation: Sendable {
    /// What is asked, and how.
    package struct Settings: Sendable {
        package var tasks = EvaluationTask.allCases
        /// Lengths of list measured beside 10.
        package var cutoffs: [Int] = []
        package var seed: UInt64 = 0
        /// The score above which an item counts as predicted, for accuracy.
        package var threshold = 0.5
        package var baselines: [Baseline] = []

        package init() {}
    }

    private let path: String
    private let file: ModelFile
    private let recommender: any Recommending
    private let dataset: PurchaseDataset
    private let shop: String
    private let settings: Settings
    /// What model and shop have in common.
    package let match: CatalogMatch

    /// - Throws: ``EvaluationError`` where the shop has no test baskets, `OtherShopError` where it is not the model's.
    package init(model path: String, dataset: PurchaseDataset, shop: String, settings: Settings = Settings()) throws {
        self.path = path
        file = try ModelFile(path: path)
        let model = try loadRecommender(path: path)
        guard dataset.customers.contains(where: { $0.test != nil }) else { throw EvaluationError.noTestBaskets(shop) }
        match = CatalogMatch(model: model.catalog, shop: dataset.catalog)
        try match.requireOneShop(model: path, shop: shop)
        recommender = TranslatedRecommender.adapting(model, to: dataset.catalog)
        self.dataset = dataset
        self.shop = shop
        self.settings = settings
    }

    /// Asks the model and the baselines, one after the other.
    ///
    /// - Parameter progress: told the name of what is being measured, and how many are done.
    package func report(progress: (_ name: String, _ done: Int) -> Void = { _, _ in }) throws -> EvaluationReport {
        let suite = TaskSuite(dataset: dataset, tasks: settings.tasks, seed: settings.seed)
        let evaluator = Evaluator(suite: suite, cutoffs: settings.cutoffs)
        progress(file.preset, 0)
        let ranker = RecommenderRanker(name: file.preset, recommender: recommender)
        let model = MeasuredRanker(ranker: ranker, results: evaluator.evaluate(ranker))
        let probabilities = ProbabilityReport(recommender: recommender, suite: suite, threshold: settings.threshold)
        let tuner = Tuner(dataset: dataset, seed: settings.seed)
        // A model is no baseline to itself.
        let others = settings.baselines.filter { $0.name != file.preset }
        let baselines = try others.enumerated().map { index, baseline in
            progress(baseline.name, index + 1)
            let (ranker, settings) = try baseline.fit(dataset, tuner)
            return MeasuredRanker(ranker: ranker, settings: settings, results: evaluator.evaluate(ranker))
        }
        return EvaluationReport(
            subject: EvaluationReport.Subject(
                model: URL(filePath: path).lastPathComponent, preset: file.preset,
                shop: URL(filePath: shop).lastPathComponent, dataset: dataset),
            evaluator: evaluator, model: model, baselines: baselines, probabilities: probabilities,
            training: TrainingCurves(file: file), bootstrap: Bootstrap(seed: settings.seed))
    }
}

/// What a model's file remembers of its training.
package struct TrainingCurves: Hashable, Sendable {
    /// The cost of each epoch.
    package var cost: [Double]
    /// What held-out train customers said after each epoch of the trial run, which chose the number of epochs.
    package var heldOut: [Double]

    package init(cost: [Double] = [], heldOut: [Double] = []) {
        self.cost = cost
        self.heldOut = heldOut
    }

    /// Empty where the file has no log that is understood.
    init(file: ModelFile) {
        let log = try? file.decode(TrainingLog.self, from: "log")
        self.init(cost: log?.epochs.map(\.cost) ?? [], heldOut: log?.heldOut ?? [])
    }
}

/// Why a model can't be measured.
package enum EvaluationError: ReportableError {
    case noTestBaskets(String)

    package var message: String {
        switch self {
        case .noTestBaskets(let shop):
            "\(shop): no customer has a test basket; prepare the shop with a lower --min-sessions or --min-basket"
        }
    }
}
