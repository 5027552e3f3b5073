import Embedding
import Features
import Foundation
import Shop

/// Makes the default model of a shop: statistics, a trial run that chooses the epochs, the run itself, calibration.
///
///     let training = DefaultModelTraining(dataset: dataset, settings: DefaultTrainingSettings(), threads: 2)
///     let model = try training.run()
///     try model.write(to: "shop.model")
///
/// The trial run trains without an eighth of the customers and asks for their last train baskets after each epoch. The
/// last epoch that did as well as the best is where the second run, on all customers, stops; the trial's predictions calibrate. In a shop so
/// large that the held-out customers are a small part, the trial's model is the model.
///
/// Everything is deterministic for a seed, on any number of threads, and across an interruption.
package struct DefaultModelTraining {
    package let dataset: PurchaseDataset
    package let settings: DefaultTrainingSettings
    package let threads: Int

    package init(dataset: PurchaseDataset, settings: DefaultTrainingSettings, threads: Int) {
        self.dataset = dataset
        self.settings = settings
        self.threads = max(1, threads)
    }

    /// What a person watching is told.
    package struct Progress: Sendable {
        package enum Stage: Sendable, Hashable {
            case statistics
            /// The run without the held-out customers.
            case trial
            case training
        }
        package var stage: Stage
        /// Of `epochs`, from 0.
        package var epoch: Int
        package var epochs: Int
        /// Of the epoch, samples seen and in all.
        package var samplesSeen: Int
        package var samples: Int
        /// The mean cost of the epoch so far.
        package var cost: Double
        package var endsEpoch: Bool
    }

    /// Where to go on, and how to stop.
    package struct Control {
        /// Written when training is interrupted; read where `resumes`; removed when it is done.
        package var checkpoint: String?
        package var resumes = false
        package var isCancelled: () -> Bool = { false }
        package var progress: (Progress) -> Void = { _ in }
        package init() {}
    }

    package func run(_ control: Control = Control()) throws -> DefaultModel {
        let table = BasketTable(dataset: dataset)
        guard dataset.catalog.labelCount > 0, table.basketCount > 0 else { throw DefaultTrainingError.noBaskets }
        let run = try TrainingRun(training: self, table: table, control: control)
        return try run.finish()
    }

    /// Passes over the baskets, at most, where nobody says how many: sixteen; more where that would be too few steps to
    /// learn anything, fewer in a large shop, whose baskets say the same again and again.
    static func epochLimit(samples: Int, batch: Int) -> Int {
        let steps = max(1, samples / max(batch, 1))
        return max(2, min(16, 4_000_000 / max(samples, 1)), min(200, 1600 / steps))
    }

    /// Baskets that the items' vectors are learned from, at most: more say the same again.
    private static let vectorBasketLimit = 100_000

    /// Doc2Vec's vectors of the items, of length one: what `similar` compares.
    func itemVectors(of table: BasketTable) -> FloatMatrix {
        var vectors = Doc2VecSettings()
        vectors.dimensions = 64
        vectors.epochs = 10
        vectors.seed = settings.seed
        let step = max(1, table.basketCount / Self.vectorBasketLimit)
        let baskets = stride(from: 0, to: table.basketCount, by: step).map { basket in
            table.items(of: basket).map { ItemID($0) }
        }
        let doc2vec = Doc2Vec.train(
            on: BasketList(baskets), vocabulary: table.labelCount, settings: vectors,
            pool: WorkerPool(threads: threads))
        let result = FloatMatrix(rows: table.labelCount, columns: vectors.dimensions)
        for item in 0..<table.labelCount {
            let start = item * vectors.dimensions
            var square: Float = 0
            for d in 0..<vectors.dimensions { square += doc2vec.items[start + d] * doc2vec.items[start + d] }
            let scale = square > 0 ? 1 / square.squareRoot() : 0
            for d in 0..<vectors.dimensions { result[item, d] = doc2vec.items[start + d] * scale }
        }
        return result
    }

    /// Median days between purchases of each item, and of the shop's items, from baskets with days.
    func repurchaseDays() -> [Float] {
        let labels = dataset.catalog.labelCount
        var gaps = [[Int32]](repeating: [], count: labels)
        var last = [Int](repeating: Int.min, count: labels)
        for customer in dataset.customers {
            var touched: [ItemID] = []
            for basket in customer.train {
                guard let day = basket.day else { continue }
                for item in basket.items where item >= 0 && item < labels {
                    if last[item] == Int.min {
                        touched.append(item)
                    } else if day > last[item] {
                        gaps[item].append(Int32(clamping: day - last[item]))
                    }
                    last[item] = day
                }
            }
            for item in touched { last[item] = Int.min }
        }
        func median(_ values: [Int32]) -> Float {
            guard !values.isEmpty else { return 0 }
            let sorted = values.sorted()
            return Float(sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
        }
        return gaps.map { median($0) } + [median(gaps.flatMap { $0 })]
    }
}

/// Why the default model can't be trained.
package enum DefaultTrainingError: ReportableError {
    case noBaskets
    case diverged(epoch: Int)
    case interrupted(checkpoint: String?)
    case checkpointMismatch(path: String)

    package var message: String {
        switch self {
        case .noBaskets:
            "the shop has no train baskets: prepare it with lower --min-sessions or --min-basket"
        case .diverged(let epoch):
            "training diverged in epoch \(epoch): the cost is not a number; try a lower --learning-rate"
        case .interrupted(let path?): "interrupted; go on with --resume (checkpoint \(path))"
        case .interrupted(nil): "interrupted"
        case .checkpointMismatch(let path):
            "the checkpoint \(path) is of other data or settings; train without --resume, or with the same flags"
        }
    }
}
