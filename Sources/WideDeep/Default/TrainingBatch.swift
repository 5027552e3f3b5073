import CKernels
import Features

/// What the samples of a batch leave behind for the gradients of parameters that many samples share.
///
/// A sample is one row of each matrix. Samples are run in shards of fixed size, and every sum over samples is taken in
/// their order, so that the gradient is the same on any number of threads.
final class TrainingBatch {
    /// Gradients with respect to the logits, to each layer's output before its activation, and to the pools.
    let logitGradients: FloatMatrix
    let secondGradients: FloatMatrix
    let firstGradients: FloatMatrix
    let historyPoolGradients: FloatMatrix
    let cartPoolGradients: FloatMatrix
    /// What went forward: layers' outputs and the pools.
    let first: FloatMatrix
    let second: FloatMatrix
    let historyPools: FloatMatrix
    let cartPools: FloatMatrix
    let counts: FloatMatrix
    var samples: [Row]
    /// Costs of the samples, weighted.
    let costs: FloatMatrix

    /// Of a sample, what is sparse.
    struct Row {
        var historyItems: [Int32] = []
        var historyWeights: [Float] = []
        var historyScale: Float = 0
        var cart: [Int32] = []
        var cartScale: Float = 0
        var age = 0
        var gender = 0
    }

    init(shape: NetworkShape, capacity: Int) {
        func matrix(_ columns: Int) -> FloatMatrix { FloatMatrix(rows: capacity, columns: columns) }
        logitGradients = matrix(shape.labels)
        secondGradients = matrix(shape.secondLayer)
        firstGradients = matrix(shape.firstLayer)
        historyPoolGradients = matrix(shape.embedding)
        cartPoolGradients = matrix(shape.embedding)
        first = matrix(shape.firstLayer)
        second = matrix(shape.secondLayer)
        historyPools = matrix(shape.embedding)
        cartPools = matrix(shape.embedding)
        counts = matrix(2)
        costs = FloatMatrix(rows: 1, columns: capacity)
        samples = [Row](repeating: Row(), count: capacity)
    }
}

/// A worker's own buffers: one for each shard of a batch.
final class TrainingShard {
    let encoded: EncodedContext
    let workspace: NetworkWorkspace
    let probabilities: FloatMatrix
    /// Gradients of the shared wide weights, laid out as they begin the parameter vector.
    let sharedGradients: FloatMatrix
    let gateGradients: FloatMatrix
    let biasGradients: FloatMatrix

    init(shape: NetworkShape, layout: ParameterLayout, statistics: PurchaseStatistics) {
        encoded = EncodedContext(statistics: statistics)
        workspace = NetworkWorkspace(shape: shape)
        probabilities = FloatMatrix(rows: 1, columns: shape.labels)
        sharedGradients = FloatMatrix(rows: 1, columns: layout.bias.offset)
        gateGradients = FloatMatrix(rows: 1, columns: NetworkShape.features)
        biasGradients = FloatMatrix(rows: 1, columns: shape.sharedUnits)
    }
}
