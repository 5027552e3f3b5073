import CKernels
import Features

/// The default model's network: for candidate j in context c,
///
///     logit(j | c) = b_j + age_j + gender_j                              what a label sells by itself
///                  + (u_h + v_k) · f_j + o · tanh(A f_j + a_h + a_k)     wide: f_j are the candidate's features
///                  + (relu(relu(x W₁) W₂) W₃)_j                          deep: x pools embeddings of history and cart
///
/// h and k are the buckets of history length and cart size: how much to trust a feature depends on how much is known.
/// The network is a value of plain numbers; ``NetworkWorkspace`` holds what one forward pass needs.
package struct DefaultNetwork: Sendable {
    package let shape: NetworkShape
    package let layout: ParameterLayout
    package let parameters: FloatMatrix

    package init(shape: NetworkShape, parameters: FloatMatrix) {
        self.shape = shape
        layout = ParameterLayout(shape)
        precondition(parameters.count >= layout.count, "too few parameters for the network's shape")
        self.parameters = parameters
    }

    /// A network that starts as popularity and, with a history, half of what customers alike buy.
    package init(shape: NetworkShape, seed: Int) {
        let layout = ParameterLayout(shape)
        let network = DefaultNetwork(shape: shape, parameters: FloatMatrix(rows: 1, columns: layout.count))
        var generator = KeyedGenerator(seed, 0x1217)
        func fill(_ block: ParameterBlock, deviation: Float) {
            let spread = deviation * Float(3).squareRoot()
            let pointer = network.pointer(block)
            for index in 0..<block.count { pointer[index] = (generator.unit() * 2 - 1) * spread }
        }
        func he(_ inputs: Int) -> Float { (2 / Float(inputs)).squareRoot() }
        fill(layout.hidden, deviation: 1 / Float(3 * NetworkShape.features).squareRoot())
        fill(layout.hiddenBias, deviation: 0.1)
        fill(layout.historyEmbedding, deviation: 0.05)
        fill(layout.cartEmbedding, deviation: 0.05)
        let inputs = 2 * shape.embedding + 14
        for block in [layout.firstHistory, layout.firstCart, layout.firstCounts, layout.firstAge, layout.firstGender] {
            fill(block, deviation: 1 / Float(3 * inputs).squareRoot())
        }
        fill(layout.second, deviation: he(shape.firstLayer) * 0.5)
        let F = NetworkShape.features
        for bucket in 0..<NetworkShape.buckets {
            let gates = network.pointer(layout.historyGates) + bucket * F
            gates[CandidateFeature.popularity.rawValue] = 1
            if bucket > 0 { gates[CandidateFeature.neighbourMixture.rawValue] = 0.5 }
        }
        self = network
    }

    package func pointer(_ block: ParameterBlock) -> UnsafeMutablePointer<Float> { parameters.base + block.offset }

    package func row(_ block: ParameterBlock, _ row: Int) -> UnsafeMutablePointer<Float> {
        parameters.base + block.offset + row * block.columns
    }

    // MARK: Forward

    /// The logits of all candidates, into `workspace.logits`; padding gets what zero features give.
    package func forward(_ context: EncodedContext, in workspace: NetworkWorkspace) {
        if shape.parts != .wide { deepLayers(context, in: workspace, dropout: nil) }
        labelWeights(context, in: workspace)
        deepLogits(in: workspace)
        candidates(context, in: workspace, keepsArguments: false)
    }

    /// `logits` = the labels' own weights.
    func labelWeights(_ context: EncodedContext, in workspace: NetworkWorkspace) {
        let P = Int64(shape.stride)
        let z = workspace.logits.base
        var one: Float = 1
        z.update(from: pointer(layout.bias), count: shape.stride)
        dami_add_rows(P, 1, nil, &one, row(layout.ageBias, context.ageIndex), P, z)
        dami_add_rows(P, 1, nil, &one, row(layout.genderBias, context.genderIndex), P, z)
    }

    /// `logits` += the deep half.
    func deepLogits(in workspace: NetworkWorkspace) {
        guard shape.parts != .wide else { return }
        let P = Int64(shape.stride)
        dami_add_rows(
            P, Int64(shape.secondLayer), nil, workspace.second.base, pointer(layout.last), P, workspace.logits.base)
    }

    /// `logits` += the shared wide weights' sum over features.
    func candidates(_ context: EncodedContext, in workspace: NetworkWorkspace, keepsArguments: Bool) {
        guard shape.parts != .deep else { return }
        sharedWeights(context, in: workspace)
        dami_candidate_forward(
            Int64(shape.stride), Int64(NetworkShape.features), Int64(shape.sharedUnits), context.features.base,
            workspace.gates.base, pointer(layout.hidden), workspace.hiddenBias.base, pointer(layout.output),
            keepsArguments ? workspace.arguments.base : nil, workspace.logits.base)
    }

    /// The shared weights for a context's buckets.
    func sharedWeights(_ context: EncodedContext, in workspace: NetworkWorkspace) {
        let history = row(layout.historyGates, context.historyBucket)
        let cart = row(layout.cartGates, context.cartBucket)
        for f in 0..<NetworkShape.features { workspace.gates.base[f] = history[f] + cart[f] }
        let a = pointer(layout.hiddenBias)
        let b = row(layout.historyHiddenBias, context.historyBucket)
        let c = row(layout.cartHiddenBias, context.cartBucket)
        for k in 0..<shape.sharedUnits { workspace.hiddenBias.base[k] = a[k] + b[k] + c[k] }
    }

    /// Pools embeddings and runs the two hidden layers. With `dropout`, each unit is kept with its probability and scaled.
    func deepLayers(_ context: EncodedContext, in workspace: NetworkWorkspace, dropout: DropoutMask?) {
        let E = Int64(shape.embedding)
        let D = Int64(shape.firstLayer)
        let historyScale = 1 / (1 + context.historySum).squareRoot()
        let cartScale = 1 / (1 + Float(context.cart.count)).squareRoot()
        workspace.historyScale = historyScale
        workspace.cartScale = cartScale
        workspace.historyPool.fill(0)
        workspace.cartPool.fill(0)
        dami_add_rows(
            E, Int64(context.historyItems.count), context.historyItems, context.historyWeights,
            pointer(layout.historyEmbedding), E, workspace.historyPool.base)
        while workspace.ones.count < context.cart.count { workspace.ones.append(1) }
        dami_add_rows(
            E, Int64(context.cart.count), context.cart, workspace.ones, pointer(layout.cartEmbedding), E,
            workspace.cartPool.base)
        dami_affine(E, historyScale, 0, workspace.historyPool.base, workspace.historyPool.base)
        dami_affine(E, cartScale, 0, workspace.cartPool.base, workspace.cartPool.base)
        workspace.counts.base[0] = NetworkWorkspace.logCount(context.historyCount)
        workspace.counts.base[1] = NetworkWorkspace.logCount(context.cart.count)

        let first = workspace.first.base
        var one: Float = 1
        first.update(from: pointer(layout.firstBias), count: shape.firstLayer)
        dami_add_rows(D, 1, nil, &one, row(layout.firstAge, context.ageIndex), D, first)
        dami_add_rows(D, 1, nil, &one, row(layout.firstGender, context.genderIndex), D, first)
        dami_add_rows(D, 2, nil, workspace.counts.base, pointer(layout.firstCounts), D, first)
        dami_add_rows(D, E, nil, workspace.historyPool.base, pointer(layout.firstHistory), D, first)
        dami_add_rows(D, E, nil, workspace.cartPool.base, pointer(layout.firstCart), D, first)
        activate(first, count: shape.firstLayer, mask: dropout?.first)

        let second = workspace.second.base
        second.update(from: pointer(layout.secondBias), count: shape.secondLayer)
        dami_add_rows(Int64(shape.secondLayer), D, nil, first, pointer(layout.second), Int64(shape.secondLayer), second)
        activate(second, count: shape.secondLayer, mask: dropout?.second)
    }

    private func activate(_ units: UnsafeMutablePointer<Float>, count: Int, mask: [Float]?) {
        if let mask {
            for k in 0..<count { units[k] = units[k] > 0 ? units[k] * mask[k] : 0 }
        } else {
            for k in 0..<count { units[k] = units[k] > 0 ? units[k] : 0 }
        }
    }
}

extension DefaultNetwork {
    /// The kernels' own logarithm and exponential of one number: the same on every machine.
    package static func logarithm(_ x: Float) -> Float { throughLanes(x) { dami_log_affine(lanes, 1, 0, $0, $0) } }
    package static func exponential(_ x: Float) -> Float { throughLanes(x) { _ = dami_exp_sum(lanes, 0, $0, $0) } }

    private static let lanes = Int64(DAMI_LANES)

    private static func throughLanes(_ x: Float, _ body: (UnsafeMutablePointer<Float>) -> Void) -> Float {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: Int(lanes)) { buffer in
            guard let base = buffer.baseAddress else { return x }
            buffer.initialize(repeating: x)
            body(base)
            return buffer[0]
        }
    }
}

/// What each hidden unit is multiplied by: 0, or 1 / keep.
struct DropoutMask {
    var first: [Float]
    var second: [Float]

    init(shape: NetworkShape, rate: Float, generator: inout KeyedGenerator) {
        let scale = 1 / (1 - rate)
        func draw(_ count: Int) -> [Float] { (0..<count).map { _ in generator.unit() < rate ? 0 : scale } }
        first = draw(shape.firstLayer)
        second = draw(shape.secondLayer)
    }
}

/// The numbers of one forward pass; used again and again, by one thread at a time.
package final class NetworkWorkspace {
    package let logits: FloatMatrix
    let gates: FloatMatrix
    let hiddenBias: FloatMatrix
    let arguments: FloatMatrix
    let historyPool: FloatMatrix
    let cartPool: FloatMatrix
    let counts: FloatMatrix
    let first: FloatMatrix
    let second: FloatMatrix
    var ones: [Float] = []
    var historyScale: Float = 1
    var cartScale: Float = 1

    package init(shape: NetworkShape) {
        logits = FloatMatrix(rows: 1, columns: shape.labels)
        gates = FloatMatrix(rows: 1, columns: NetworkShape.features)
        hiddenBias = FloatMatrix(rows: 1, columns: shape.sharedUnits)
        arguments = FloatMatrix(rows: shape.sharedUnits, columns: shape.labels)
        historyPool = FloatMatrix(rows: 1, columns: shape.embedding)
        cartPool = FloatMatrix(rows: 1, columns: shape.embedding)
        counts = FloatMatrix(rows: 1, columns: 2)
        first = FloatMatrix(rows: 1, columns: shape.firstLayer)
        second = FloatMatrix(rows: 1, columns: shape.secondLayer)
    }

    /// log(1 + count), from the kernel's own logarithm.
    static func logCount(_ count: Int) -> Float { logTable[min(count, logTable.count - 1)] }
    private static let logTable: [Float] = {
        let counts = (0..<128).map { Float($0) }
        var logs = counts
        dami_log_affine(128, 1, 1, counts, &logs)
        return logs
    }()
}
