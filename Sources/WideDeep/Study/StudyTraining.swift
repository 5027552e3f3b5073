import Embedding
import Features
import Foundation
import Shop

/// Makes a study network of a shop: Doc2Vec on the train baskets, encoding, training.
///
///     let settings = StudySettings(preset: "seed-v1")!
///     let model = try StudyTraining(dataset: dataset, settings: settings, threads: 2).run()
///     try model.write(to: "seed.model")
///
/// Deterministic for a seed, on any number of threads, and across an interruption: a run that is resumed writes the bytes
/// that an uninterrupted one writes.
package struct StudyTraining {
    package let dataset: PurchaseDataset
    package let settings: StudySettings
    package let threads: Int

    package init(dataset: PurchaseDataset, settings: StudySettings, threads: Int) {
        self.dataset = dataset
        self.settings = settings
        self.threads = max(1, threads)
    }

    /// What a person watching is told.
    package struct Progress: Sendable {
        package enum Stage: Sendable, Hashable {
            case doc2vec
            case training
        }
        package var stage: Stage
        /// Of `epochs`, from 0.
        package var epoch: Int
        package var epochs: Int
        /// Of the epoch: samples seen, and in all.
        package var samplesSeen: Int
        package var samples: Int
        /// The mean cost of the epoch so far; 0 for Doc2Vec.
        package var cost: Double
        package var endsEpoch: Bool
    }

    /// Where to go on, and how to stop.
    package struct Control {
        /// Written when training is interrupted; read where `resumes`; removed when it is done.
        package var checkpoint: String?
        package var resumes = false
        /// Asked between batches.
        package var isCancelled: () -> Bool = { false }
        package var progress: (Progress) -> Void = { _ in }
        package init() {}
    }

    /// Trains.
    ///
    /// - Throws: ``StudyTrainingError``, or ``ModelFileError`` for a checkpoint.
    package func run(_ control: Control = Control()) throws -> StudyModel {
        if let flaw = settings.flaw { throw StudyTrainingError.badSetting(flaw) }
        guard dataset.customers.contains(where: { $0.train.count > (settings.labels == .next ? 1 : 0) }) else {
            throw StudyTrainingError.noSamples
        }
        let pool = WorkerPool(threads: threads)
        let checkpoint = try readCheckpoint(control)
        let doc2vec = try checkpoint?.doc2vec(of: self) ?? trainDoc2Vec(pool: pool, control: control)
        let schema = StudySchema(catalog: dataset.catalog, basketDimensions: doc2vec.dimensions)
        let encoder = StudyEncoder(schema: schema, catalog: dataset.catalog, embedding: doc2vec)
        let samples = StudySamples(dataset: dataset, labels: settings.labels, encoder: encoder)
        let parameters = StudyParameters(schema: schema, labels: dataset.catalog.labelCount, settings: settings)
        let trainer = StudyTrainer(parameters: parameters, settings: settings, samples: samples, pool: pool)
        var position = StudyPosition()
        if let checkpoint {
            position = try checkpoint.restore(trainer)
        } else {
            parameters.initialise(seed: settings.seed)
        }
        while position.epoch < settings.epochs {
            try runEpoch(trainer, &position, doc2vec: doc2vec, control: control)
        }
        trainer.settle()
        var model = StudyModel(
            catalog: dataset.catalog, settings: settings, schema: schema, encoder: encoder, doc2vec: doc2vec,
            costs: position.costs, accuracy: nil, weights: StudyWeights(parameters))
        model.accuracy = model.accuracy(on: dataset)
        if let path = control.checkpoint { try? FileManager.default.removeItem(atPath: path) }
        return model
    }

    private func trainDoc2Vec(pool: WorkerPool, control: Control) throws -> Doc2Vec {
        var baskets = BasketList()
        for customer in dataset.customers {
            for basket in customer.train { baskets.append(basket.items) }
        }
        var settings = settings.doc2vec
        settings.seed = self.settings.seed
        var wasCancelled = false
        let doc2vec = Doc2Vec.train(
            on: baskets, vocabulary: dataset.catalog.labelCount, settings: settings, pool: pool
        ) { report in
            control.progress(
                Progress(
                    stage: .doc2vec, epoch: report.epoch, epochs: report.epochs, samplesSeen: baskets.count,
                    samples: baskets.count, cost: 0, endsEpoch: true))
            wasCancelled = control.isCancelled()
            return !wasCancelled
        }
        if wasCancelled { throw StudyTrainingError.interrupted(checkpoint: nil) }
        return doc2vec
    }

    /// The samples of an epoch in its own order, from where `position` is.
    private func runEpoch(
        _ trainer: StudyTrainer, _ position: inout StudyPosition, doc2vec: Doc2Vec, control: Control
    ) throws {
        let count = trainer.samples.count
        var order = (0..<Int32(count)).map { $0 }
        var random = KeyedGenerator(settings.seed, 5, position.epoch)
        random.shuffle(&order)
        let cells = Double(dataset.catalog.labelCount)
        while position.sample < count {
            if control.isCancelled() {
                if let path = control.checkpoint {
                    try StudyCheckpoint.write(
                        to: path, trainer: trainer, position: position, doc2vec: doc2vec, of: self)
                }
                throw StudyTrainingError.interrupted(checkpoint: control.checkpoint)
            }
            let end = min(count, position.sample + settings.batch)
            let loss = trainer.train(on: order[position.sample..<end])
            let cost = loss / (Double(end - position.sample) * cells)
            // A cell that is guessed at random costs 0.7; twenty is e^-20 for the truth, everywhere.
            guard cost.isFinite, cost < 20 else {
                throw StudyTrainingError.diverged(epoch: position.epoch, cost: cost)
            }
            position.loss += loss
            position.sample = end
            let mean = position.loss / (Double(end) * cells)
            if end == count { position.costs.append(mean) }
            control.progress(
                Progress(
                    stage: .training, epoch: position.epoch, epochs: settings.epochs, samplesSeen: end, samples: count,
                    cost: mean, endsEpoch: end == count))
        }
        position.epoch += 1
        position.sample = 0
        position.loss = 0
    }
}

/// How far a run is.
struct StudyPosition: Hashable, Sendable, Codable {
    var epoch = 0
    /// Samples of the epoch seen.
    var sample = 0
    /// Their summed loss.
    var loss = 0.0
    /// The mean cost of each epoch done.
    var costs: [Double] = []
}
