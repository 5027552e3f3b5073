import Features
import Foundation
import Shop

/// One training from the table to the model, which may be interrupted and gone on with.
final class TrainingRun {
    /// What a checkpoint holds beside the trainer's numbers.
    struct Record: Hashable, Codable {
        /// Whether the run on the final set of customers has begun.
        var isFinal = false
        var epoch = 0
        /// Samples of the epoch that are done, and the sum of their costs.
        var position = 0
        var cost = 0.0
        var log = TrainingLog()
        var bestEpoch = -1
        var bestQuality = -1.0
        var epochs: Int
        var calibration: Calibration?
        var settings: DefaultTrainingSettings
        /// What the data are recognised by.
        var fingerprint: [Int]
    }

    private let training: DefaultModelTraining
    private let table: BasketTable
    private let control: DefaultModelTraining.Control
    private let heldOut: [Int]
    private let limit: Int
    private var record: Record
    private var best: DefaultNetwork?
    private var resumed: ModelFile?

    private let settings: DefaultTrainingSettings
    private var threads: Int { training.threads }
    /// An epoch within a hundredth of the best is as good, and the later one is taken: the difference is noise of few
    /// held-out customers, and the learning rate falls until the last epoch.
    private static let asGood = 0.99
    /// Epochs without a better one after which the trial ends.
    private var patience: Int { max(4, limit / 2) }

    init(training: DefaultModelTraining, table: BasketTable, control: DefaultModelTraining.Control) throws {
        self.training = training
        self.table = table
        self.control = control
        heldOut = HeldOutTrial.draw(from: table, seed: training.settings.seed)
        var settings = training.settings
        // A shop of few baskets takes smaller steps, for there would be too few of them.
        settings.batch = min(settings.batch, max(16, table.basketCount / 32))
        let epochs = DefaultModelTraining.epochLimit(samples: table.basketCount, batch: settings.batch)
        limit = settings.epochs ?? (heldOut.isEmpty ? (epochs + 1) / 2 : epochs)
        let steps = limit * max(1, table.basketCount / settings.batch)
        settings.warmUpSteps = min(settings.warmUpSteps, max(1, steps / 10))
        self.settings = settings
        record = Record(
            isFinal: heldOut.isEmpty, epochs: limit, settings: settings,
            fingerprint: Self.fingerprint(of: table))
        record.log.customers = table.customerCount
        record.log.samples = table.basketCount
        try readCheckpoint()
    }

    /// Whether the run is done again with the held-out customers: where they are more than a fortieth.
    private var trainsAgain: Bool { heldOut.count * 40 > table.customerCount }

    func finish() throws -> DefaultModel {
        let model = record.isFinal ? try runFinal() : try runTrial()
        if let path = control.checkpoint { try? FileManager.default.removeItem(atPath: path) }
        return model
    }

    // MARK: The two runs

    private func runTrial() throws -> DefaultModel {
        var included = [Bool](repeating: true, count: table.customerCount)
        for customer in heldOut { included[customer] = false }
        let (all, trainer) = try prepare(included: included)
        let encoder = FeatureEncoder(statistics: all, settings: settings.encoding)
        let trial = HeldOutTrial(table: table, customers: heldOut, seed: settings.seed)
        if best == nil {
            best = DefaultNetwork(
                shape: trainer.state.averaged.shape, parameters: trainer.state.averaged.parameters.copy())
        }
        while record.epoch < limit {
            if settings.epochs == nil, record.epoch - record.bestEpoch > patience { break }
            try runEpoch(trainer, stage: trainsAgain ? .trial : .training)
            let quality = trial.quality(of: trainer.state.averaged, encoder: encoder, threads: threads)
            record.log.heldOut.append(quality)
            if quality >= record.bestQuality * Self.asGood || settings.epochs != nil {
                record.bestQuality = max(quality, record.bestQuality)
                record.bestEpoch = record.epoch - 1
                best?.parameters.base.update(
                    from: trainer.state.averaged.parameters.base, count: trainer.state.averaged.parameters.count)
            }
        }
        let network = best ?? trainer.state.averaged
        let calibration = trial.calibration(
            of: network, encoder: encoder, prior: assumedCalibration, threads: threads)
        guard trainsAgain else {
            return model(network: network, statistics: all, calibration: calibration)
        }
        record.isFinal = true
        record.epochs = record.bestEpoch + 1
        record.epoch = 0
        record.calibration = calibration
        record.log.epochs = []
        return try runFinal()
    }

    private func runFinal() throws -> DefaultModel {
        let (all, trainer) = try prepare(included: nil)
        while record.epoch < record.epochs { try runEpoch(trainer, stage: .training) }
        return model(
            network: trainer.state.averaged, statistics: all, calibration: record.calibration ?? assumedCalibration)
    }

    private func prepare(included: [Bool]?) throws -> (PurchaseStatistics, DefaultTrainer) {
        control.progress(
            .init(
                stage: .statistics, epoch: 0, epochs: record.epochs, samplesSeen: 0, samples: 0, cost: 0,
                endsEpoch: false))
        let builder = StatisticsBuilder(
            table: table, encoding: settings.encoding, settings: settings.statistics, seed: settings.seed,
            threads: threads, included: included)
        let (all, withoutFold) = try builder.build()
        let trainer = DefaultTrainer(
            table: table, shape: shape, statistics: withoutFold,
            folds: builder.folds, settings: settings, threads: threads)
        trainer.totalSteps = limit * trainer.stepsPerEpoch
        if let file = resumed {
            try trainer.restore(from: file)
            resumed = nil
        }
        return (all, trainer)
    }

    private func runEpoch(_ trainer: DefaultTrainer, stage: DefaultModelTraining.Progress.Stage) throws {
        let order = trainer.order(ofEpoch: record.epoch)
        func report(ends: Bool) {
            control.progress(
                .init(
                    stage: stage, epoch: record.epoch, epochs: record.epochs, samplesSeen: record.position,
                    samples: order.count, cost: record.cost / Double(max(record.position, 1)), endsEpoch: ends))
        }
        while record.position < order.count {
            if control.isCancelled() { try interrupt(trainer) }
            let end = min(order.count, record.position + settings.batch)
            let cost = trainer.step(epoch: record.epoch, positions: order[record.position..<end])
            guard cost.isFinite else { throw DefaultTrainingError.diverged(epoch: record.epoch) }
            record.cost += Double(cost)
            record.position = end
            if end < order.count { report(ends: false) }
        }
        report(ends: true)
        record.log.epochs.append(.init(epoch: record.epoch, cost: record.cost / Double(max(order.count, 1))))
        record.epoch += 1
        record.position = 0
        record.cost = 0
    }

    private var assumedCalibration: Calibration {
        .assuming(basketSize: Double(table.items.count) / Double(max(table.basketCount, 1)))
    }

    private func model(
        network: DefaultNetwork, statistics: PurchaseStatistics, calibration: Calibration
    ) -> DefaultModel {
        var settings = settings
        settings.epochs = record.isFinal || settings.epochs != nil ? record.epochs : record.bestEpoch + 1
        return DefaultModel(
            catalog: training.dataset.catalog, network: network, statistics: statistics, settings: settings,
            calibration: calibration, log: record.log, repurchaseDays: training.repurchaseDays(),
            itemVectors: training.itemVectors(of: table))
    }

    private var shape: NetworkShape {
        var shape = NetworkShape(labels: table.labelCount)
        shape.parts = settings.parts
        return shape
    }

    // MARK: Checkpoints

    private func interrupt(_ trainer: DefaultTrainer) throws -> Never {
        if let path = control.checkpoint {
            var writer = ModelFileWriter(preset: "checkpoint", catalog: training.dataset.catalog)
            writer.set("record", record)
            trainer.save(to: &writer)
            if let best { writer.add("best", shape: [best.parameters.count], Array(best.parameters.floats)) }
            try writer.write(to: path)
        }
        throw DefaultTrainingError.interrupted(checkpoint: control.checkpoint)
    }

    private func readCheckpoint() throws {
        guard control.resumes, let path = control.checkpoint, FileManager.default.fileExists(atPath: path) else {
            return
        }
        let file = try ModelFile(path: path)
        guard file.preset == "checkpoint" else { throw DefaultTrainingError.checkpointMismatch(path: path) }
        let saved = try file.decode(Record.self, from: "record")
        guard saved.settings == record.settings, saved.fingerprint == record.fingerprint else {
            throw DefaultTrainingError.checkpointMismatch(path: path)
        }
        record = saved
        resumed = file
        let count = FloatMatrix.padded(ParameterLayout(shape).count)
        if file.hasTensor("best") {
            let values = try file.tensor("best", of: Float.self, shape: [count])
            let parameters = FloatMatrix(rows: 1, columns: count)
            for (index, value) in values.buffer.enumerated() { parameters.base[index] = value }
            best = DefaultNetwork(shape: shape, parameters: parameters)
        }
    }

    private static func fingerprint(of table: BasketTable) -> [Int] {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for item in table.items { hash = (hash ^ UInt64(UInt32(bitPattern: item))) &* 0x100_0000_01b3 }
        return [table.labelCount, table.customerCount, table.basketCount, Int(truncatingIfNeeded: hash)]
    }
}
