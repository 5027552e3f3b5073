import Features

/// The sizes of the default network, and where each of its parameters stands in one flat vector.
package struct NetworkShape: Hashable, Sendable, Codable {
    package var labels: Int
    /// Numbers of an item's embedding; a multiple of 16, as are the layers' sizes.
    package var embedding: Int = 48
    package var firstLayer: Int = 128
    package var secondLayer: Int = 64
    /// Hidden units of the small network that all candidates share.
    package var sharedUnits: Int = 16

    /// Which half works: an ablation leaves one out. Labels' own weights stay with either.
    package enum Parts: String, Hashable, Sendable, Codable { case both, wide, deep }
    package var parts = Parts.both

    package init(labels: Int) { self.labels = labels }

    /// Whether a network can have these sizes: a file may claim anything.
    package var isSound: Bool {
        func fits(_ size: Int) -> Bool { size > 0 && size <= 4096 && size % 16 == 0 }
        return labels >= 0 && labels <= 1 << 20 && fits(embedding) && fits(firstLayer) && fits(secondLayer)
            && sharedUnits > 0 && sharedUnits <= 256
    }

    /// Floats in a row of candidates.
    package var stride: Int { FloatMatrix.padded(labels) }
    /// Buckets of history length, and of cart size: what the shared weights depend on.
    package static let buckets = 4
    static let features = CandidateFeature.count
}

/// A named part of the parameter vector, (rows, columns), rows one after the other.
package struct ParameterBlock: Sendable {
    package let name: String
    package let rows: Int
    package let columns: Int
    package let offset: Int
    /// Weights that all candidates share learn faster and don't decay.
    package let isShared: Bool

    package var count: Int { rows * columns }
    package var range: Range<Int> { offset..<offset + count }
}

/// The blocks of a network, in the order of the vector.
package struct ParameterLayout: Sendable {
    package private(set) var blocks: [ParameterBlock] = []
    package private(set) var count = 0

    // The wide half, shared by all candidates: weights by history and by cart, and the small network.
    package let historyGates, cartGates, hidden, hiddenBias, historyHiddenBias, cartHiddenBias, output: ParameterBlock
    // The wide half's weights of each label.
    package let bias, ageBias, genderBias: ParameterBlock
    // The deep half.
    package let historyEmbedding, cartEmbedding: ParameterBlock
    package let firstHistory, firstCart, firstCounts, firstAge, firstGender, firstBias: ParameterBlock
    package let second, secondBias, last: ParameterBlock

    package init(_ shape: NetworkShape) {
        var blocks: [ParameterBlock] = []
        var offset = 0
        func block(_ name: String, _ rows: Int, _ columns: Int, shared: Bool = false) -> ParameterBlock {
            let block = ParameterBlock(name: name, rows: rows, columns: columns, offset: offset, isShared: shared)
            // Each block starts at a whole vector.
            offset += FloatMatrix.padded(rows * columns)
            blocks.append(block)
            return block
        }
        let F = NetworkShape.features
        let H = shape.sharedUnits
        let B = NetworkShape.buckets
        let P = shape.stride
        historyGates = block("wide.history_gates", B, F, shared: true)
        cartGates = block("wide.cart_gates", B, F, shared: true)
        hidden = block("wide.hidden", H, F, shared: true)
        hiddenBias = block("wide.hidden_bias", 1, H, shared: true)
        historyHiddenBias = block("wide.history_hidden_bias", B, H, shared: true)
        cartHiddenBias = block("wide.cart_hidden_bias", B, H, shared: true)
        output = block("wide.output", 1, H, shared: true)
        bias = block("wide.bias", 1, P)
        ageBias = block("wide.age_bias", PurchaseStatistics.ageCount, P)
        genderBias = block("wide.gender_bias", PurchaseStatistics.genderCount, P)
        historyEmbedding = block("deep.history_embedding", shape.labels, shape.embedding)
        cartEmbedding = block("deep.cart_embedding", shape.labels, shape.embedding)
        firstHistory = block("deep.first.history", shape.embedding, shape.firstLayer)
        firstCart = block("deep.first.cart", shape.embedding, shape.firstLayer)
        firstCounts = block("deep.first.counts", 2, shape.firstLayer)
        firstAge = block("deep.first.age", PurchaseStatistics.ageCount, shape.firstLayer)
        firstGender = block("deep.first.gender", PurchaseStatistics.genderCount, shape.firstLayer)
        firstBias = block("deep.first.bias", 1, shape.firstLayer)
        second = block("deep.second.weight", shape.firstLayer, shape.secondLayer)
        secondBias = block("deep.second.bias", 1, shape.secondLayer)
        last = block("deep.last", shape.secondLayer, P)
        self.blocks = blocks
        count = offset
    }
}
