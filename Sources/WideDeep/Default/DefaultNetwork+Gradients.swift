import CKernels
import Features

extension DefaultNetwork {
    /// Forward and backward for one sample; `weight` multiplies its cost. Returns the weighted cost.
    ///
    /// The cost is softmax cross-entropy over the labels, -Σ log p_j, with cart items taken out of the softmax.
    func train(
        _ sample: TrainingSample, weight: Float, dropout: DropoutMask?, shard: TrainingShard, batch: TrainingBatch,
        row index: Int
    ) -> Float {
        let context = shard.encoded
        let workspace = shard.workspace
        if shape.parts != .wide { deepLayers(context, in: workspace, dropout: dropout) }
        labelWeights(context, in: workspace)
        deepLogits(in: workspace)
        candidates(context, in: workspace, keepsArguments: true)

        let gradient = batch.logitGradients.row(index)
        let cost = softmaxGradient(sample, weight: weight, workspace: workspace, into: gradient)
        if shape.parts != .deep { backwardCandidates(context, gradient: gradient, shard: shard) }
        // Without a deep half its rows of the batch stay zero, and so do its gradients.
        if shape.parts != .wide {
            backwardDeep(
                workspace: workspace, dropout: dropout, batch: batch, row: index, gradient: gradient)
        }
        batch.samples[index] = TrainingBatch.Row(
            historyItems: context.historyItems, historyWeights: context.historyWeights,
            historyScale: workspace.historyScale, cart: context.cart, cartScale: workspace.cartScale,
            age: context.ageIndex, gender: context.genderIndex)
        return cost
    }

    /// weight * (|labels| softmax(z) - labels), and the cost.
    private func softmaxGradient(
        _ sample: TrainingSample, weight: Float, workspace: NetworkWorkspace,
        into gradient: UnsafeMutablePointer<Float>
    ) -> Float {
        let P = Int64(shape.stride)
        let z = workspace.logits.base
        for j in shape.labels..<shape.stride { z[j] = -1e30 }
        for item in sample.cart { z[Int(item)] = -1e30 }
        let greatest = dami_max(P, z)
        let sum = dami_exp_sum(P, greatest, z, gradient)
        let logSum = Self.logarithm(sum)
        let count = Float(sample.labels.count)
        dami_affine(P, weight * count / sum, 0, gradient, gradient)
        var cost: Float = 0
        for item in sample.labels {
            cost += logSum + greatest - z[Int(item)]
            gradient[Int(item)] -= weight
        }
        return cost * weight
    }

    private func backwardCandidates(
        _ context: EncodedContext, gradient: UnsafeMutablePointer<Float>, shard: TrainingShard
    ) {
        let shared = shard.sharedGradients.base
        shard.gateGradients.fill(0)
        shard.biasGradients.fill(0)
        dami_candidate_backward(
            Int64(shape.stride), Int64(NetworkShape.features), Int64(shape.sharedUnits), context.features.base,
            pointer(layout.output), gradient, shard.workspace.arguments.base, shard.gateGradients.base,
            shared + layout.hidden.offset, shard.biasGradients.base, shared + layout.output.offset)
        let F = NetworkShape.features
        let history = shared + layout.historyGates.offset + context.historyBucket * F
        let cart = shared + layout.cartGates.offset + context.cartBucket * F
        for f in 0..<F {
            history[f] += shard.gateGradients.base[f]
            cart[f] += shard.gateGradients.base[f]
        }
        let H = shape.sharedUnits
        let historyBias = shared + layout.historyHiddenBias.offset + context.historyBucket * H
        let cartBias = shared + layout.cartHiddenBias.offset + context.cartBucket * H
        for k in 0..<H {
            shared[layout.hiddenBias.offset + k] += shard.biasGradients.base[k]
            historyBias[k] += shard.biasGradients.base[k]
            cartBias[k] += shard.biasGradients.base[k]
        }
    }

    private func backwardDeep(
        workspace: NetworkWorkspace, dropout: DropoutMask?, batch: TrainingBatch, row: Int,
        gradient: UnsafeMutablePointer<Float>
    ) {
        let P = Int64(shape.stride)
        let S = shape.secondLayer
        let D = shape.firstLayer
        let E = shape.embedding
        let dSecond = batch.secondGradients.row(row)
        dami_dot_rows(P, Int64(S), pointer(layout.last), P, gradient, dSecond)
        slope(dSecond, units: workspace.second.base, count: S, mask: dropout?.second)
        let dFirst = batch.firstGradients.row(row)
        dami_dot_rows(Int64(S), Int64(D), pointer(layout.second), Int64(S), dSecond, dFirst)
        slope(dFirst, units: workspace.first.base, count: D, mask: dropout?.first)
        dami_dot_rows(
            Int64(D), Int64(E), pointer(layout.firstHistory), Int64(D), dFirst, batch.historyPoolGradients.row(row))
        dami_dot_rows(
            Int64(D), Int64(E), pointer(layout.firstCart), Int64(D), dFirst, batch.cartPoolGradients.row(row))
        batch.first.row(row).update(from: workspace.first.base, count: D)
        batch.second.row(row).update(from: workspace.second.base, count: S)
        batch.historyPools.row(row).update(from: workspace.historyPool.base, count: E)
        batch.cartPools.row(row).update(from: workspace.cartPool.base, count: E)
        batch.counts.row(row).update(from: workspace.counts.base, count: 2)
    }

    /// Through dropout and relu: nothing passes a unit that was 0.
    private func slope(
        _ gradient: UnsafeMutablePointer<Float>, units: UnsafeMutablePointer<Float>, count: Int, mask: [Float]?
    ) {
        for k in 0..<count { gradient[k] = units[k] > 0 ? gradient[k] * (mask?[k] ?? 1) : 0 }
    }

    // MARK: Sums over a batch

    /// Adds up the gradients of all parameters but the shared ones, from what the samples left in `batch`.
    func sumGradients(of batch: TrainingBatch, count: Int, into gradients: FloatMatrix, threads: Int) {
        let tasks = gradientTasks(of: batch, count: count, into: gradients)
        parallelForEach(count: tasks.count, threads: threads) { tasks[$0]() }
    }

    /// Pieces of work that write to different parameters.
    private func gradientTasks(
        of batch: TrainingBatch, count: Int, into gradients: FloatMatrix
    ) -> [@Sendable () -> Void] {
        nonisolated(unsafe) let batch = batch
        let layout = layout
        let shape = shape
        let base = gradients
        let ones = [Float](repeating: 1, count: count)
        var tasks: [@Sendable () -> Void] = []

        /// gradient of W (inputs, outputs) = inputsᵀ outputs, sixteen rows a task.
        func dense(_ block: ParameterBlock, inputs: FloatMatrix, outputs: FloatMatrix) {
            for start in stride(from: 0, to: block.rows, by: 16) {
                tasks.append {
                    var column = [Float](repeating: 0, count: count)
                    for k in start..<min(start + 16, block.rows) {
                        for b in 0..<count { column[b] = inputs[b, k] }
                        let row = base.base + block.offset + k * block.columns
                        row.update(repeating: 0, count: block.columns)
                        dami_add_rows(
                            Int64(block.columns), Int64(count), nil, column, outputs.base, Int64(outputs.stride), row)
                    }
                }
            }
        }
        func sum(_ block: ParameterBlock, _ outputs: FloatMatrix) {
            tasks.append {
                let row = base.base + block.offset
                row.update(repeating: 0, count: block.columns)
                dami_add_rows(
                    Int64(block.columns), Int64(count), nil, ones, outputs.base, Int64(outputs.stride), row)
            }
        }
        func byRow(_ block: ParameterBlock, _ outputs: FloatMatrix, _ row: @escaping @Sendable (Int) -> Int) {
            tasks.append {
                let start = base.base + block.offset
                start.update(repeating: 0, count: block.count)
                var one: Float = 1
                for b in 0..<count {
                    dami_add_rows(
                        Int64(block.columns), 1, nil, &one, outputs.row(b), Int64(outputs.stride),
                        start + row(b) * block.columns)
                }
            }
        }
        func embedding(
            _ block: ParameterBlock, _ outputs: FloatMatrix,
            _ parts: @escaping @Sendable (Int) -> (items: [Int32], weights: [Float]?, scale: Float)
        ) {
            tasks.append {
                let start = base.base + block.offset
                start.update(repeating: 0, count: block.count)
                for b in 0..<count {
                    let (items, weights, scale) = parts(b)
                    for (index, item) in items.enumerated() {
                        var weight = (weights?[index] ?? 1) * scale
                        dami_add_rows(
                            Int64(block.columns), 1, nil, &weight, outputs.row(b), Int64(outputs.stride),
                            start + Int(item) * block.columns)
                    }
                }
            }
        }
        embedding(layout.historyEmbedding, batch.historyPoolGradients) {
            let sample = batch.samples[$0]
            return (sample.historyItems, sample.historyWeights, sample.historyScale)
        }
        embedding(layout.cartEmbedding, batch.cartPoolGradients) {
            (batch.samples[$0].cart, nil, batch.samples[$0].cartScale)
        }
        dense(layout.last, inputs: batch.second, outputs: batch.logitGradients)
        sum(layout.bias, batch.logitGradients)
        byRow(layout.ageBias, batch.logitGradients) { batch.samples[$0].age }
        byRow(layout.genderBias, batch.logitGradients) { batch.samples[$0].gender }
        dense(layout.second, inputs: batch.first, outputs: batch.secondGradients)
        sum(layout.secondBias, batch.secondGradients)
        dense(layout.firstHistory, inputs: batch.historyPools, outputs: batch.firstGradients)
        dense(layout.firstCart, inputs: batch.cartPools, outputs: batch.firstGradients)
        dense(layout.firstCounts, inputs: batch.counts, outputs: batch.firstGradients)
        sum(layout.firstBias, batch.firstGradients)
        byRow(layout.firstAge, batch.firstGradients) { batch.samples[$0].age }
        byRow(layout.firstGender, batch.firstGradients) { batch.samples[$0].gender }
        _ = shape
        return tasks
    }
}
