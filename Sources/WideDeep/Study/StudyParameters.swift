import Features

/// The study's weights: wide (columns, labels), gender (3, 4), age (10, 6), and the tower, whose layer l is (sizes[l],
/// sizes[l+1]) with a bias of sizes[l+1]; the last is the labels' layer.
final class StudyParameters: @unchecked Sendable {
    // Unchecked: see `Parameter`.
    let sizes: [Int]
    let wide: Parameter
    let gender: Parameter
    let age: Parameter
    let weights: [Parameter]
    let biases: [Parameter]

    var all: [Parameter] { [wide, gender, age] + weights + biases }
    var count: Int { all.reduce(0) { $0 + $1.count } }
    var labels: Int { sizes.last! }
    var inputs: Int { sizes[0] }

    convenience init(schema: StudySchema, labels: Int, settings: StudySettings) {
        self.init(
            wideColumns: schema.wideColumns, denseInputs: schema.denseInputs, genderDimensions: schema.genderDimensions,
            ageDimensions: schema.ageDimensions, labels: labels, settings: settings)
    }

    init(
        wideColumns: Int, denseInputs: Int, genderDimensions: Int, ageDimensions: Int, labels: Int,
        settings: StudySettings
    ) {
        let sizes = [denseInputs + genderDimensions + ageDimensions] + settings.hidden + [labels]
        let deep = settings.deepOptimiser
        self.sizes = sizes
        wide = Parameter("wide", rows: wideColumns, columns: labels, optimiser: settings.wideOptimiser, isLazy: true)
        gender = Parameter("gender", rows: StudySchema.genders, columns: genderDimensions, optimiser: deep)
        age = Parameter("age", rows: StudySchema.ages, columns: ageDimensions, optimiser: deep)
        weights = (0..<sizes.count - 1).map {
            Parameter("deep.\($0).weight", rows: sizes[$0], columns: sizes[$0 + 1], optimiser: deep)
        }
        biases = (0..<sizes.count - 1).map {
            Parameter("deep.\($0).bias", rows: 1, columns: sizes[$0 + 1], optimiser: deep)
        }
    }

    /// He's initialisation for the tower (He et al. 2015: normal, variance 2 / inputs), small normal numbers for the
    /// embeddings, zeros for the wide part and the biases.
    func initialise(seed: Int) {
        for (layer, weight) in weights.enumerated() {
            Self.fill(weight, deviation: (2 / Float(weight.rows)).squareRoot(), seed: seed, stream: layer)
        }
        Self.fill(gender, deviation: 0.1, seed: seed, stream: 100)
        Self.fill(age, deviation: 0.1, seed: seed, stream: 101)
    }

    private static func fill(_ parameter: Parameter, deviation: Float, seed: Int, stream: Int) {
        var random = KeyedGenerator(seed, 11, stream)
        for i in 0..<parameter.count {
            // The sum of twelve uniform numbers less six is close to normal, and the same with every C library.
            var sum: Float = -6
            for _ in 0..<12 { sum += random.unit() }
            parameter.values[i] = sum * deviation
        }
    }
}
