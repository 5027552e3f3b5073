import CKernels
import Embedding
import Features

/// Trains the study's network on batches.
///
/// A batch goes through three rounds of tasks on the pool, between which all threads wait:
///
/// 1. **prepare**: the wide rows that the batch touches catch up with the steps that they had no gradient in, and the
///    tower's weights are packed for the products to come;
/// 2. **pass**: shards of rows go forward and backward, each on its own;
/// 3. **move**: tiles of weights sum their gradients over the whole batch and take their step.
///
/// Every sum is taken within one task in a fixed order, so the weights are the same, to the bit, on any number of threads.
///
/// Letters: R rows of the batch, L labels, layer l maps sizes[l] to sizes[l+1].
final class StudyTrainer: @unchecked Sendable {
    // Unchecked: tasks write to rows and tiles of their own.
    let parameters: StudyParameters
    let settings: StudySettings
    let samples: StudySamples
    let pool: WorkerPool
    let batch: StudyBatch

    var wideSchedule: OptimiserSchedule
    var deepSchedule: OptimiserSchedule
    /// Batches taken so far.
    var step = 0
    private var wideGroups = RowGroups()

    static let shardRows = 64
    static let tileRows = 96

    init(parameters: StudyParameters, settings: StudySettings, samples: StudySamples, pool: WorkerPool) {
        self.parameters = parameters
        self.settings = settings
        self.samples = samples
        self.pool = pool
        wideSchedule = OptimiserSchedule(settings.wideOptimiser, rate: settings.learningRate)
        deepSchedule = OptimiserSchedule(settings.deepOptimiser, rate: settings.learningRate)
        batch = StudyBatch(parameters: parameters, capacity: min(settings.batch, max(1, samples.count)))
    }

    /// One step on the given samples.
    ///
    /// - Returns: The sum, over rows and labels, of the sigmoid cross-entropy before the step.
    func train(on rows: ArraySlice<Int32>) -> Double {
        step += 1
        wideSchedule.prepare(upTo: step)
        deepSchedule.prepare(upTo: step)
        batch.begin(rows, samples: samples)
        groupColumns()
        prepare()
        pass()
        move()
        return batch.losses[0..<rows.count].reduce(0) { $0 + Double($1) }
    }

    private func groupColumns() {
        batch.columns.withUnsafeBufferPointer { columns in
            batch.columnRows.withUnsafeBufferPointer { rows in
                wideGroups.group(keys: columns, keyCount: max(1, parameters.wide.rows), rows: rows)
            }
        }
    }

    // MARK: Round 1

    private static let columnsATask = 32

    private func prepare() {
        let layers = parameters.weights.count
        let columnTasks = (wideGroups.keys.count + Self.columnsATask - 1) / Self.columnsATask
        let kernels = ck_kernels_in_use()!
        nonisolated(unsafe) let table = kernels
        pool.run(tasks: 2 * layers + columnTasks) { task in
            if task < 2 * layers {
                let weight = parameters.weights[task / 2]
                if task % 2 == 0 {
                    ck_gemm_pack(
                        table, CK_PLAIN, weight.columns, weight.rows, weight.values, weight.columns,
                        batch.packedForward[task / 2])
                } else {
                    ck_gemm_pack(
                        table, CK_TRANSPOSED, weight.rows, weight.columns, weight.values, weight.columns,
                        batch.packedBackward[task / 2])
                }
                return
            }
            let first = (task - 2 * layers) * Self.columnsATask
            for index in first..<min(first + Self.columnsATask, wideGroups.keys.count) {
                parameters.wide.catchUp(row: Int(wideGroups.keys[index]), to: step - 1, by: wideSchedule)
            }
        }
    }

    // MARK: Round 2

    private func pass() {
        let rows = batch.count
        pool.run(tasks: (rows + Self.shardRows - 1) / Self.shardRows) { shard in
            let range = shard * Self.shardRows..<min(rows, (shard + 1) * Self.shardRows)
            StudyPass(
                parameters: parameters, settings: settings, batch: batch, samples: samples, step: step, rows: range
            )
            .run()
        }
    }

    // MARK: Round 3

    private func move() {
        let layers = parameters.weights.count
        let tiles = batch.tiles
        let columnTasks = (wideGroups.keys.count + Self.columnsATask - 1) / Self.columnsATask
        pool.run(tasks: tiles.count + columnTasks + 1) { task in
            if task < tiles.count {
                moveTile(layer: tiles[task].layer, rows: tiles[task].rows)
            } else if task == tiles.count {
                for layer in 0..<layers { moveBias(layer: layer) }
                moveEmbeddings()
            } else {
                let first = (task - tiles.count - 1) * Self.columnsATask
                moveColumns(first..<min(first + Self.columnsATask, wideGroups.keys.count))
            }
        }
    }

    /// dW[rows] = Xᵀ[rows] · dY, over the batch; then the step.
    private func moveTile(layer: Int, rows: Range<Int>) {
        let weight = parameters.weights[layer]
        let gradient = batch.weightGradients[layer] + rows.lowerBound * weight.columns
        ck_gemm(
            CK_TRANSPOSED, CK_PLAIN, rows.count, weight.columns, batch.count,
            batch.activations[layer] + rows.lowerBound,
            weight.rows, batch.deltas[layer], weight.columns, 0, gradient, weight.columns)
        weight.step(step, rows: rows, gradient: gradient, by: deepSchedule)
    }

    private func moveBias(layer: Int) {
        let bias = parameters.biases[layer]
        withUnsafeTemporaryAllocation(of: Float.self, capacity: bias.columns) { sum in
            sum.initialize(repeating: 0)
            for row in 0..<batch.count {
                ck_axpy(bias.columns, 1, batch.deltas[layer] + row * bias.columns, sum.baseAddress!)
            }
            bias.step(step, rows: 0..<1, gradient: sum.baseAddress!, by: deepSchedule)
        }
    }

    private func moveEmbeddings() {
        let (gender, age) = (parameters.gender, parameters.age)
        let width = gender.columns + age.columns
        withUnsafeTemporaryAllocation(of: Float.self, capacity: gender.count + age.count) { sums in
            sums.initialize(repeating: 0)
            let genderSums = sums.baseAddress!
            let ageSums = genderSums + gender.count
            for row in 0..<batch.count {
                let delta = batch.embeddingDeltas + row * width
                let sample = Int(batch.samples[row])
                ck_axpy(gender.columns, 1, delta, genderSums + Int(samples.genders[sample]) * gender.columns)
                ck_axpy(age.columns, 1, delta + gender.columns, ageSums + Int(samples.ages[sample]) * age.columns)
            }
            gender.step(step, rows: 0..<gender.rows, gradient: genderSums, by: deepSchedule)
            age.step(step, rows: 0..<age.rows, gradient: ageSums, by: deepSchedule)
        }
    }

    /// A wide row's gradient is the sum of the logits' gradients of the rows that have its column.
    private func moveColumns(_ indices: Range<Int>) {
        let labels = parameters.labels
        let logitDeltas = batch.deltas[parameters.weights.count - 1]
        withUnsafeTemporaryAllocation(of: Float.self, capacity: labels) { sum in
            wideGroups.rows.withUnsafeBufferPointer { rows in
                for index in indices {
                    sum.initialize(repeating: 0)
                    let range = wideGroups.starts[index]..<wideGroups.starts[index + 1]
                    ck_gather(
                        labels, range.count, rows.baseAddress! + range.lowerBound, nil, logitDeltas, labels,
                        sum.baseAddress!)
                    let column = Int(wideGroups.keys[index])
                    parameters.wide.step(step, rows: column..<column + 1, gradient: sum.baseAddress!, by: wideSchedule)
                }
            }
        }
    }

    /// Brings every wide row to the last step: what a model file holds, and what dense steps would have given.
    func settle() {
        wideSchedule.prepare(upTo: max(1, step))
        let rows = parameters.wide.rows
        pool.run(tasks: (rows + Self.columnsATask - 1) / Self.columnsATask) { task in
            for row in task * Self.columnsATask..<min(rows, (task + 1) * Self.columnsATask) {
                parameters.wide.catchUp(row: row, to: step, by: wideSchedule)
            }
        }
    }
}
