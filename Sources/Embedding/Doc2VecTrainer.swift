import CKernels
import Features
import Shop

extension Doc2Vec {
    /// What a trainer tells after each epoch.
    package struct Progress: Sendable {
        package var epoch: Int
        package var epochs: Int
        /// Items of baskets trained on, so far.
        package var items: Int
    }

    /// Trains vectors on baskets.
    ///
    /// - Parameters:
    ///   - baskets: Items below `vocabulary`.
    ///   - progress: Called after each epoch on the calling thread; `false` stops early.
    package static func train(
        on baskets: BasketList, vocabulary: Int, settings: Doc2VecSettings, pool: WorkerPool,
        progress: (Progress) -> Bool = { _ in true }
    ) -> Doc2Vec {
        let trainer = Doc2VecTrainer(baskets: baskets, vocabulary: vocabulary, settings: settings, pool: pool)
        for epoch in 0..<settings.epochs {
            trainer.runEpoch(epoch)
            let report = Progress(epoch: epoch, epochs: settings.epochs, items: (epoch + 1) * baskets.items.count)
            guard progress(report) else { break }
        }
        return trainer.result()
    }
}

/// The state of a training run.
///
/// Baskets are taken in blocks. Within a block the vectors of items stand still, while each basket's own vector moves and
/// what it asks of items is noted, a row an item; then each item adds up the rows meant for it, in the order of the
/// baskets. So no two threads write the same vector, and the result is the same, to the bit, on any number of them.
///
/// A basket's negatives are drawn once and shared by all its predictions, with weights that keep k of them a prediction.
/// That turns the work of a basket into three small matrix products.
///
/// Letters: D dimensions, V vocabulary, n items of a basket, k negatives a prediction, M negatives a basket. A *target* is
/// an item to be told from the others: the basket's items, then its negatives. A *predictor* is what targets are
/// predicted from.
final class Doc2VecTrainer: @unchecked Sendable {
    // Unchecked: tasks of the pool write rows of their own, as said above.
    let baskets: BasketList
    let settings: Doc2VecSettings
    private let vocabulary: Int
    private let pool: WorkerPool
    private let noise: NoiseDistribution
    private let counts: [Int]

    var dimensions: Int { settings.dimensions }

    /// (baskets, D): the baskets' vectors.
    private var basketVectors: VectorTable
    /// (V, D): what predictors are multiplied with.
    private var outputs: VectorTable
    /// (V, D): items as predictors, where they are.
    private var inputs: VectorTable
    private var block = Doc2VecBlock()

    private static let blockSize = 16

    init(baskets: BasketList, vocabulary: Int, settings: Doc2VecSettings, pool: WorkerPool) {
        self.baskets = baskets
        self.vocabulary = vocabulary
        self.settings = settings
        self.pool = pool
        var counts = [Int](repeating: 0, count: vocabulary)
        for item in baskets.items { counts[Int(item)] += 1 }
        self.counts = counts
        noise = NoiseDistribution(counts: counts)
        let dimensions = settings.dimensions
        outputs = VectorTable(rows: vocabulary, dimensions: dimensions)
        inputs = VectorTable(rows: settings.itemsPredict ? vocabulary : 0, dimensions: dimensions)
        basketVectors = VectorTable(rows: baskets.count, dimensions: dimensions)
        inputs.fillRandomly(seed: settings.seed, stream: 1)
        basketVectors.fillRandomly(seed: settings.seed, stream: 2)
    }

    deinit {
        basketVectors.deallocate()
        outputs.deallocate()
        inputs.deallocate()
        block.deallocate()
    }

    func runEpoch(_ epoch: Int) {
        // Strides through all baskets, so that those of one customer fall into different blocks.
        let count = baskets.count
        let stride = Self.stride(over: count)
        let steps = Double(max(1, settings.epochs * count))
        var first = 0
        while first < count {
            let size = min(Self.blockSize, count - first)
            let done = Float(Double(epoch * count + first) / steps)
            let rate = settings.rate - (settings.rate - settings.lowestRate) * done
            let chosen = (first..<first + size).map { Int((UInt64($0) * UInt64(stride)) % UInt64(count)) }
            block.begin(chosen, of: baskets, settings: settings)
            runBlock(epoch: epoch, rate: rate)
            first += size
        }
    }

    /// About the golden section of the count, and prime to it.
    private static func stride(over count: Int) -> Int {
        var stride = max(1, Int(Double(count) * 0.618))
        func divisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : divisor(b, a % b) }
        while divisor(stride, count) != 1 { stride += 1 }
        return stride
    }

    private func runBlock(epoch: Int, rate: Float) {
        pool.run(tasks: block.baskets.count) { index in
            let basket = block.baskets[index]
            guard !baskets[basket].isEmpty else { return }
            var random = KeyedGenerator(settings.seed, 3, epoch, basket)
            let targets = block.targets(ofBasketAt: index)
            for (position, item) in baskets[basket].enumerated() { targets[position] = item }
            for position in baskets[basket].count..<targets.count {
                targets[position] = Int32(noise.draw(&random))
            }
            let work = BasketWork(
                items: baskets[basket], targets: UnsafeBufferPointer(targets), settings: settings,
                basket: basketVectors.row(basket), outputs: outputs.values, inputs: inputs.values,
                targetRows: block.targetRow(ofBasketAt: index), inputRows: block.inputRow(ofBasketAt: index))
            switch settings.architecture {
            case .distributedBagOfWords: work.predictFromEach()
            case .distributedMemory: work.predictFromMean()
            }
            basketVectors.move(basket, by: work.basketGradient, rate: rate)
            work.deallocate()
        }
        block.groupByItem(vocabulary: vocabulary)
        move(block.groupedTargets, of: outputs, rows: { [block] in block.targetGradients }, rate: rate)
        if settings.itemsPredict {
            move(block.groupedInputs, of: inputs, rows: { [block] in block.inputGradients }, rate: rate)
        }
    }

    /// Adds up the rows of each item and takes a step.
    private func move(
        _ groups: RowGroups, of table: VectorTable, rows: @Sendable () -> UnsafeMutablePointer<Float>, rate: Float
    ) {
        let batch = 8
        pool.run(tasks: (groups.keys.count + batch - 1) / batch) { task in
            withUnsafeTemporaryAllocation(of: Float.self, capacity: dimensions) { sum in
                for index in task * batch..<min(groups.keys.count, (task + 1) * batch) {
                    sum.initialize(repeating: 0)
                    let range = groups.starts[index]..<groups.starts[index + 1]
                    groups.rows.withUnsafeBufferPointer { chosen in
                        ck_gather(
                            dimensions, range.count, chosen.baseAddress! + range.lowerBound, nil, rows(), dimensions,
                            sum.baseAddress!)
                    }
                    table.move(Int(groups.keys[index]), by: sum.baseAddress!, rate: rate)
                }
            }
        }
    }

    func result() -> Doc2Vec {
        let total = Double(max(1, baskets.items.count))
        let inference = BasketInference(
            outputs: outputs.array, dimensions: dimensions, noise: noise.probabilities,
            frequencies: counts.map { Double($0) / total }, negatives: settings.negatives)
        return Doc2Vec(
            settings: settings, vocabulary: vocabulary, items: itemVectors(), outputs: outputs.array,
            inference: inference)
    }

    /// An item's vectors as predictor and as target say different things of it: what it leads to, and what leads to it.
    /// Their sum, each taken at the same scale, finds better neighbours than either.
    private func itemVectors() -> [Float] {
        guard settings.itemsPredict else { return outputs.array }
        let (inputScale, outputScale) = (inputs.inverseMeanLength, outputs.inverseMeanLength)
        return zip(inputs.array, outputs.array).map { $0 * inputScale + $1 * outputScale }
    }
}
