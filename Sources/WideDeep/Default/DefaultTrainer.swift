import CKernels
import Features
import Shop

/// Trains the default network on a table of baskets, batch by batch.
///
/// Its whole state is in ``state``: written to a checkpoint and read again, training goes on to the same final bytes.
package final class DefaultTrainer {
    /// What changes from step to step.
    package struct State {
        package var network: DefaultNetwork
        package var averaged: DefaultNetwork
        package var firstMoments: FloatMatrix
        package var secondMoments: FloatMatrix
        package var step = 0
    }

    package let table: BasketTable
    package let settings: DefaultTrainingSettings
    package private(set) var state: State
    let threads: Int
    private let encoders: [FeatureEncoder]
    private let folds: [Int]
    private let samples: [(customer: Int32, basket: Int32)]
    private let usualHistory: Float
    private let batch: TrainingBatch
    private let shards: [TrainingShard]
    private let gradients: FloatMatrix
    /// Steps after which the learning rate has fallen to ``DefaultTrainingSettings/finalRate``.
    package var totalSteps: Int

    /// Samples that one shard runs, one after the other.
    private static let shardSize = 16

    /// - Parameters:
    ///   - statistics: for each fold, the statistics without it.
    ///   - folds: the fold of each customer; -1 leaves a customer out.
    package init(
        table: BasketTable, shape: NetworkShape, statistics: [PurchaseStatistics], folds: [Int],
        settings: DefaultTrainingSettings, threads: Int
    ) {
        self.table = table
        self.settings = settings
        self.threads = threads
        self.folds = folds
        encoders = statistics.map { FeatureEncoder(statistics: $0, settings: settings.encoding) }
        var samples: [(Int32, Int32)] = []
        var others = 0
        for customer in 0..<table.customerCount where folds[customer] >= 0 {
            let baskets = table.baskets(of: customer)
            others += baskets.count * (baskets.count - 1)
            for basket in baskets { samples.append((Int32(customer), Int32(basket))) }
        }
        self.samples = samples
        usualHistory = max(1, Float(others) / Float(max(samples.count, 1)))
        let network = DefaultNetwork(shape: shape, seed: settings.seed)
        let layout = network.layout
        state = State(
            network: network, averaged: DefaultNetwork(shape: shape, parameters: network.parameters.copy()),
            firstMoments: FloatMatrix(rows: 1, columns: layout.count),
            secondMoments: FloatMatrix(rows: 1, columns: layout.count))
        gradients = FloatMatrix(rows: 1, columns: layout.count)
        batch = TrainingBatch(shape: shape, capacity: settings.batch)
        let shardCount = (settings.batch + Self.shardSize - 1) / Self.shardSize
        shards = (0..<shardCount).map { _ in
            TrainingShard(shape: shape, layout: layout, statistics: statistics[0])
        }
        totalSteps = 0
        totalSteps = (settings.epochs ?? 0) * stepsPerEpoch
    }

    func setStep(_ step: Int) { state.step = step }

    package var sampleCount: Int { samples.count }
    package var stepsPerEpoch: Int { (samples.count + settings.batch - 1) / settings.batch }

    /// The order of an epoch's samples.
    package func order(ofEpoch epoch: Int) -> [Int32] {
        var order = (0..<samples.count).map { Int32($0) }
        var generator = KeyedGenerator(settings.seed, 0x0BDE, epoch)
        generator.shuffle(&order)
        return order
    }

    /// One step over the samples at `positions` of an epoch's order; the sum of the samples' weighted costs.
    package func step(epoch: Int, positions: ArraySlice<Int32>) -> Float {
        let chosen = Array(positions)
        let count = chosen.count
        let shardCount = (count + Self.shardSize - 1) / Self.shardSize
        nonisolated(unsafe) let trainer = self
        parallelForEach(count: shardCount, threads: threads) { shard in
            trainer.run(shard: shard, of: chosen, epoch: epoch)
        }
        state.network.sumGradients(of: batch, count: count, into: gradients, threads: threads)
        let shared = gradients.base
        let sharedCount = state.network.layout.bias.offset
        shared.update(repeating: 0, count: sharedCount)
        for shard in shards.prefix(shardCount) {
            for index in 0..<sharedCount { shared[index] += shard.sharedGradients.base[index] }
        }
        applyGradients()
        var cost: Float = 0
        for b in 0..<count { cost += batch.costs.base[b] }
        return cost
    }

    private func run(shard index: Int, of chosen: [Int32], epoch: Int) {
        let shard = shards[index]
        shard.sharedGradients.fill(0)
        for b in index * Self.shardSize..<min(chosen.count, (index + 1) * Self.shardSize) {
            let (customer, basket) = samples[Int(chosen[b])]
            var generator = KeyedGenerator(settings.seed, 0x5A4B, epoch, Int(basket))
            let sample = TrainingSample.draw(
                customer: Int(customer), basket: Int(basket), table: table, settings: settings.sampling,
                generator: &generator)
            sample.encode(with: encoders[folds[Int(customer)]], table: table, into: shard.encoded)
            let rate = 1 - settings.keepProbability
            let dropout =
                rate > 0 ? DropoutMask(shape: state.network.shape, rate: rate, generator: &generator) : nil
            let weight = weight(of: sample, history: shard.encoded.historyCount)
            let cost = state.network.train(
                sample, weight: weight / Float(chosen.count), dropout: dropout, shard: shard, batch: batch, row: b)
            batch.costs.base[b] = cost * Float(chosen.count)
        }
    }

    private func weight(of sample: TrainingSample, history: Int) -> Float {
        let sampling = settings.sampling
        let power =
            switch (history > 0, !sample.cart.isEmpty) {
            case (true, true): sampling.historyAndCartPower
            case (true, false): sampling.historyPower
            case (false, true): sampling.cartPower
            case (false, false): sampling.strangerPower
            }
        // Relative to a basket of ten, so that the kinds of contexts keep their shares of the cost.
        var weight = Self.power(10 / Float(sample.labels.count), power)
        if history > 0 { weight *= Self.power(Float(history) / (usualHistory / 2), sampling.historyLengthPower) }
        return weight / 3.1622777
    }

    /// Roots by the square root where they are, which is the same on every machine.
    private static func power(_ x: Float, _ exponent: Float) -> Float {
        switch exponent {
        case 0: 1
        case 0.5: x.squareRoot()
        case -0.5: 1 / x.squareRoot()
        default: DefaultNetwork.exponential(exponent * DefaultNetwork.logarithm(x))
        }
    }

    private func applyGradients() {
        state.step += 1
        let step = state.step
        let warmUp = min(1, Float(step) / Float(max(1, settings.warmUpSteps)))
        let left = totalSteps > 0 ? 1 - (1 - settings.finalRate) * Float(step - 1) / Float(totalSteps) : 1
        let rate = settings.learningRate * warmUp * max(left, settings.finalRate)
        let averaging = min(settings.averaging, Float(1 + step) / Float(10 + step))
        let correction1 = 1 - Self.wholePower(0.9, step)
        let correction2 = 1 - Self.wholePower(0.999, step)
        let layout = state.network.layout
        let sharedEnd = layout.bias.offset
        let state = state
        let gradients = gradients
        let settings = settings
        let chunk = 1 << 15
        let chunks = (layout.count - sharedEnd + chunk - 1) / chunk
        parallelForEach(count: chunks + 1, threads: threads) { index in
            let range =
                index == 0
                ? 0..<sharedEnd : sharedEnd + (index - 1) * chunk..<min(layout.count, sharedEnd + index * chunk)
            let isShared = index == 0
            let start = range.lowerBound
            dami_adamw(
                Int64(range.count), gradients.base + start, rate * (isShared ? settings.sharedRate : 1),
                isShared ? 0 : settings.weightDecay, 0.9, 0.999, Float(correction1), Float(correction2), averaging,
                state.network.parameters.base + start, state.firstMoments.base + start,
                state.secondMoments.base + start, state.averaged.parameters.base + start)
        }
    }

    /// base^exponent by squaring: the same everywhere.
    private static func wholePower(_ base: Double, _ exponent: Int) -> Double {
        var result = 1.0
        var square = base
        var rest = exponent
        while rest > 0 {
            if rest & 1 == 1 { result *= square }
            square *= square
            rest >>= 1
        }
        return result
    }
}

// MARK: Checkpoints

extension DefaultTrainer {
    private var parts: [(String, FloatMatrix)] {
        [
            ("parameters", state.network.parameters), ("averaged", state.averaged.parameters),
            ("first_moments", state.firstMoments), ("second_moments", state.secondMoments),
        ]
    }

    /// Adds all that changes from step to step to a checkpoint.
    func save(to writer: inout ModelFileWriter) {
        writer.set("step", state.step)
        for (name, matrix) in parts { writer.add(name, shape: [matrix.count], Array(matrix.floats)) }
    }

    func restore(from file: ModelFile) throws(ModelFileError) {
        setStep(try file.decode(Int.self, from: "step"))
        for (name, matrix) in parts {
            let tensor = try file.tensor(name, of: Float.self, shape: [matrix.count])
            for (index, value) in tensor.buffer.enumerated() { matrix.base[index] = value }
        }
    }
}
