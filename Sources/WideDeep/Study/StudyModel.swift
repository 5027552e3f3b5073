import CKernels
import Embedding
import Features
import Foundation
import Shop

/// The study's trained network, ready to serve: its weights are memory-mapped, or those of a trainer just done.
///
///     let model = try StudyModel(file: try ModelFile(path: "seed.model"))
///     let logits = model.logits(for: Context(cart: [milk]))    // one for each label
package struct StudyModel: Sendable {
    package let catalog: Catalog
    package let settings: StudySettings
    package let schema: StudySchema
    package let encoder: StudyEncoder
    package let doc2vec: Doc2Vec
    /// The mean cost of each epoch.
    package let costs: [Double]
    /// What the labels said right hide; where the shop has test baskets.
    package internal(set) var accuracy: ThresholdAccuracy?
    let weights: StudyWeights

    package var labels: Int { catalog.labelCount }

    /// The number of weights.
    package var parameterCount: Int {
        let sizes = weights.sizes
        let tower = (0..<sizes.count - 1).reduce(0) { $0 + (sizes[$1] + 1) * sizes[$1 + 1] }
        return schema.wideColumns * labels + StudySchema.genders * schema.genderDimensions
            + StudySchema.ages * schema.ageDimensions + tower
    }

    /// The logits of all labels. σ of one is the network's probability of the label.
    package func logits(for context: Context) -> [Float] {
        logits(of: encoder.encode(context))
    }

    package func logits(of features: StudyFeatures) -> [Float] {
        let (wide, deep) = parts(of: features)
        return zip(wide, deep).map { $0 + $1 }
    }

    /// The logits' two parts, for each label: wide (with the labels' bias), and deep.
    package func parts(of features: StudyFeatures) -> (wide: [Float], deep: [Float]) {
        var wide = [Float](repeating: 0, count: labels)
        var deep = wide
        let scratch = StudyScratch(sizes: weights.sizes)
        weights.wideLogits(of: features, into: &wide)
        weights.deepLogits(of: features, scratch: scratch, into: &deep)
        return (wide, deep)
    }

    /// The memory that ``writeLogits(of:scratch:into:)`` needs.
    package func makeScratch() -> StudyScratch { StudyScratch(sizes: weights.sizes) }

    /// Writes the logits without allocating; `scratch` belongs to the calling thread.
    package func writeLogits(
        of features: StudyFeatures, scratch: StudyScratch, into logits: UnsafeMutablePointer<Float>
    ) {
        weights.wideLogits(of: features, into: logits)
        weights.deepLogits(of: features, scratch: scratch, into: scratch.logits)
        ck_axpy(labels, 1, scratch.logits, logits)
    }

    /// What each wide column that is set adds to a label's logit, in the order of the columns.
    package func wideContributions(of features: StudyFeatures, to label: ItemID) -> [(name: String, value: Float)] {
        features.wide.map { (schema.name(ofColumn: Int($0)), weights.wide[Int($0) * labels + label]) }
    }

    /// The deep inputs as the network sees them: `schema.deepInputs` numbers.
    package func deepInput(of features: StudyFeatures) -> [Float] {
        let scratch = StudyScratch(sizes: weights.sizes)
        weights.fillInput(of: features, into: scratch.layers[0])
        return Array(UnsafeBufferPointer(start: scratch.layers[0], count: weights.sizes[0]))
    }
}

/// The memory of one forward pass.
package final class StudyScratch {
    fileprivate let layers: [UnsafeMutablePointer<Float>]
    fileprivate let logits: UnsafeMutablePointer<Float>
    /// The units of a layer that are not 0.
    fileprivate let active: UnsafeMutablePointer<Int32>
    fileprivate let activeValues: UnsafeMutablePointer<Float>

    /// - Parameter sizes: Of the layers, inputs first, labels last.
    package init(sizes: [Int]) {
        layers = sizes.map { .allocate(capacity: max(1, $0)) }
        logits = .allocate(capacity: max(1, sizes.last ?? 0))
        let widest = max(1, sizes.max() ?? 0)
        active = .allocate(capacity: widest)
        activeValues = .allocate(capacity: widest)
    }

    deinit {
        for layer in layers { layer.deallocate() }
        logits.deallocate()
        active.deallocate()
        activeValues.deallocate()
    }
}

/// The weights of a network that serves, wherever they lie.
struct StudyWeights: @unchecked Sendable {
    // Unchecked: read-only memory that `owner` keeps.
    let sizes: [Int]
    let wide: UnsafePointer<Float>
    let gender: UnsafePointer<Float>
    let age: UnsafePointer<Float>
    let weights: [UnsafePointer<Float>]
    let biases: [UnsafePointer<Float>]
    let genderDimensions: Int
    let ageDimensions: Int
    private let owner: Any

    init(_ parameters: StudyParameters) {
        sizes = parameters.sizes
        wide = UnsafePointer(parameters.wide.values)
        gender = UnsafePointer(parameters.gender.values)
        age = UnsafePointer(parameters.age.values)
        weights = parameters.weights.map { UnsafePointer($0.values) }
        biases = parameters.biases.map { UnsafePointer($0.values) }
        genderDimensions = parameters.gender.columns
        ageDimensions = parameters.age.columns
        owner = parameters
    }

    /// Checks every shape.
    init(file: ModelFile, schema: StudySchema, settings: StudySettings, labels: Int) throws(ModelFileError) {
        sizes = [schema.deepInputs] + settings.hidden + [labels]
        var tensors: [MappedTensor<Float>] = []
        func pointer(_ name: String, _ shape: [Int]) throws(ModelFileError) -> UnsafePointer<Float> {
            let tensor = try file.tensor(name, of: Float.self, shape: shape)
            tensors.append(tensor)
            return tensor.buffer.baseAddress!
        }
        wide = try pointer("wide", [schema.wideColumns, labels])
        gender = try pointer("gender", [StudySchema.genders, schema.genderDimensions])
        age = try pointer("age", [StudySchema.ages, schema.ageDimensions])
        var (weights, biases): ([UnsafePointer<Float>], [UnsafePointer<Float>]) = ([], [])
        for layer in 0..<sizes.count - 1 {
            weights.append(try pointer("deep.\(layer).weight", [sizes[layer], sizes[layer + 1]]))
            biases.append(try pointer("deep.\(layer).bias", [1, sizes[layer + 1]]))
        }
        self.weights = weights
        self.biases = biases
        genderDimensions = schema.genderDimensions
        ageDimensions = schema.ageDimensions
        owner = tensors
    }

    private var labels: Int { sizes[sizes.count - 1] }

    /// The labels' bias and the wide rows.
    func wideLogits(of features: StudyFeatures, into logits: UnsafeMutablePointer<Float>) {
        logits.update(from: biases[biases.count - 1], count: labels)
        ck_gather(labels, features.wide.count, features.wide, nil, wide, labels, logits)
    }

    func fillInput(of features: StudyFeatures, into input: UnsafeMutablePointer<Float>) {
        let dense = features.dense.count
        features.dense.withUnsafeBufferPointer { input.update(from: $0.baseAddress!, count: dense) }
        (input + dense).update(from: gender + features.gender * genderDimensions, count: genderDimensions)
        (input + dense + genderDimensions).update(from: age + features.age * ageDimensions, count: ageDimensions)
    }

    /// The tower. About half of the units of a layer are 0, and their weights are not read; the bits are those of the
    /// product that training takes.
    func deepLogits(of features: StudyFeatures, scratch: StudyScratch, into logits: UnsafeMutablePointer<Float>) {
        fillInput(of: features, into: scratch.layers[0])
        for layer in 0..<weights.count {
            let isLast = layer == weights.count - 1
            let width = sizes[layer + 1]
            let out = isLast ? logits : scratch.layers[layer + 1]
            let input = scratch.layers[layer]
            var count = 0
            for unit in 0..<sizes[layer] where input[unit] != 0 {
                scratch.active[count] = Int32(unit)
                scratch.activeValues[count] = input[unit]
                count += 1
            }
            out.update(repeating: 0, count: width)
            ck_gather(width, count, scratch.active, scratch.activeValues, weights[layer], width, out)
            if !isLast { ck_bias_relu_dropout(width, biases[layer], out, nil, 0) }
        }
    }
}
