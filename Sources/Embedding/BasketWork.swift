import CKernels

/// The forward and backward pass of one basket, against vectors that stand still.
///
/// With P (p,D) the predictors, T (t,D) the targets' output vectors, and Y (p,t) the labels, the gradient of
/// Σ log σ(±x) by the logits X = P·Tᵀ is G = W ∘ (Y − σ(X)), that by P is G·T, and that by T is Gᵀ·P. W holds the weights:
/// 1 for the basket's items, k/M a predicted item for each of M negatives, 0 where a predictor must not see a target.
struct BasketWork {
    let items: ArraySlice<Int32>
    /// The basket's items, then its negatives.
    let targets: UnsafeBufferPointer<Int32>
    let settings: Doc2VecSettings
    let basket: UnsafePointer<Float>
    let outputs: UnsafePointer<Float>
    let inputs: UnsafePointer<Float>
    /// (t,D), (n,D): where the gradients go.
    let targetRows: UnsafeMutablePointer<Float>
    let inputRows: UnsafeMutablePointer<Float>

    /// (D).
    let basketGradient: UnsafeMutablePointer<Float>
    private let predictors: UnsafeMutablePointer<Float>
    private let targetVectors: UnsafeMutablePointer<Float>
    private let gradients: UnsafeMutablePointer<Float>
    private let predictorGradients: UnsafeMutablePointer<Float>
    private let scratch: UnsafeMutablePointer<Float>

    private var dimensions: Int { settings.dimensions }
    private var negatives: Int { targets.count - items.count }

    init(
        items: ArraySlice<Int32>, targets: UnsafeBufferPointer<Int32>, settings: Doc2VecSettings,
        basket: UnsafePointer<Float>, outputs: UnsafePointer<Float>, inputs: UnsafePointer<Float>,
        targetRows: UnsafeMutablePointer<Float>, inputRows: UnsafeMutablePointer<Float>
    ) {
        self.items = items
        self.targets = targets
        self.settings = settings
        self.basket = basket
        self.outputs = outputs
        self.inputs = inputs
        self.targetRows = targetRows
        self.inputRows = inputRows
        let (d, n, t) = (settings.dimensions, items.count, targets.count)
        scratch = .allocate(capacity: d + 2 * (n + 1) * d + t * d + (n + 1) * t)
        basketGradient = scratch
        predictors = basketGradient + d
        predictorGradients = predictors + (n + 1) * d
        targetVectors = predictorGradients + (n + 1) * d
        gradients = targetVectors + t * d
    }

    func deallocate() {
        scratch.deallocate()
    }

    /// PV-DBOW: the basket's vector predicts each item, and so does, as in a skip-gram whose window is the basket, the
    /// vector of each other item.
    func predictFromEach() {
        predictors.update(from: basket, count: dimensions)
        var count = 1
        if settings.itemsPredict {
            for item in items {
                (predictors + count * dimensions).update(from: input(item), count: dimensions)
                count += 1
            }
        }
        gatherTargets()
        multiplyWithTargets(predictors: count, logitsOf: 0..<targets.count)
        for p in 0..<count {
            let predicted = p == 0 ? items.count : items.count - 1
            weigh(row: p, positives: 0..<items.count, itself: p - 1, negativeWeight: weight(predicting: predicted))
        }
        ck_gemm(
            CK_TRANSPOSED, CK_PLAIN, targets.count, dimensions, count, gradients, targets.count, predictors, dimensions,
            0,
            targetRows, dimensions)
        ck_gemm(
            CK_PLAIN, CK_PLAIN, count, dimensions, targets.count, gradients, targets.count, targetVectors, dimensions,
            0,
            predictorGradients, dimensions)
        basketGradient.update(from: predictorGradients, count: dimensions)
        if settings.itemsPredict {
            inputRows.update(from: predictorGradients + dimensions, count: items.count * dimensions)
        }
    }

    /// PV-DM: the mean of the basket's vector and those of the other items predicts each item.
    func predictFromMean() {
        let n = items.count
        basketGradient.update(from: basket, count: dimensions)
        for item in items { ck_axpy(dimensions, 1, input(item), basketGradient) }
        for (position, item) in items.enumerated() {
            let predictor = predictors + position * dimensions
            predictor.update(from: basketGradient, count: dimensions)
            ck_axpy(dimensions, -1, input(item), predictor)
            ck_scale(dimensions, 1 / Float(n), predictor)
        }
        gatherTargets()
        multiplyWithTargets(predictors: n, logitsOf: n..<targets.count)
        for p in 0..<n {
            let row = gradients + p * targets.count
            row.update(repeating: -.infinity, count: n)
            row[p] = ck_dot(dimensions, predictors + p * dimensions, targetVectors + p * dimensions)
            weigh(row: p, positives: p..<p + 1, itself: -1, negativeWeight: weight(predicting: 1))
        }
        ck_gemm(
            CK_TRANSPOSED, CK_PLAIN, targets.count, dimensions, n, gradients, targets.count, predictors, dimensions, 0,
            targetRows, dimensions)
        ck_gemm(
            CK_PLAIN, CK_PLAIN, n, dimensions, targets.count, gradients, targets.count, targetVectors, dimensions, 0,
            predictorGradients, dimensions)
        // As in word2vec, each part of a mean moves by the whole error. An item is no part of its own prediction.
        basketGradient.update(repeating: 0, count: dimensions)
        for p in 0..<n { ck_axpy(dimensions, 1, predictorGradients + p * dimensions, basketGradient) }
        for p in 0..<n {
            let row = inputRows + p * dimensions
            row.update(from: basketGradient, count: dimensions)
            ck_axpy(dimensions, -1, predictorGradients + p * dimensions, row)
        }
    }

    private func input(_ item: Int32) -> UnsafePointer<Float> { inputs + Int(item) * dimensions }

    private func weight(predicting items: Int) -> Float {
        negatives > 0 ? Float(settings.negatives * items) / Float(negatives) : 0
    }

    private func gatherTargets() {
        for (position, item) in targets.enumerated() {
            (targetVectors + position * dimensions).update(from: outputs + Int(item) * dimensions, count: dimensions)
        }
    }

    /// X (p, some of t) = P·Tᵀ.
    private func multiplyWithTargets(predictors count: Int, logitsOf columns: Range<Int>) {
        ck_gemm(
            CK_PLAIN, CK_TRANSPOSED, count, columns.count, dimensions, predictors, dimensions,
            targetVectors + columns.lowerBound * dimensions, dimensions, 0, gradients + columns.lowerBound,
            targets.count)
    }

    /// Turns a row of logits into G's. A negative that is one of the basket's items counts for nothing.
    private func weigh(row: Int, positives: Range<Int>, itself: Int, negativeWeight: Float) {
        let x = gradients + row * targets.count
        ck_sigmoid(targets.count, x, x)
        for t in positives { x[t] = t == itself ? 0 : 1 - x[t] }
        for t in items.count..<targets.count { x[t] *= -negativeWeight }
    }
}
