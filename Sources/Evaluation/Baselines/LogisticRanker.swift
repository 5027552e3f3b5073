import CKernels
import Features
import Shop

/// Logistic regression: the wide half of a wide and deep model alone (Cheng et al. 2016, "Wide & Deep Learning for
/// Recommender Systems"), with a weight for every pair of what is known and what may be bought.
///
/// Inputs are sparse: each item of the history by its share of the baskets, each of the cart, gender, age, and a
/// constant. The weight matrix is (inputs, labels); softmax cross-entropy over a basket's items, AdaGrad with one rate
/// an input. Every train basket is a sample an epoch, its history and profile sometimes hidden, part of it in the cart.
/// Deterministic for a seed. Time: samples × inputs set × labels.
package struct LogisticRanker: ScoringRanker {
    package struct Settings: Hashable, Sendable, CustomStringConvertible {
        package var epochs = 4
        package var learningRate = 0.2
        package init() {}
        package var description: String { "\(epochs) epochs, learning rate \(learningRate.shortDescription)" }
    }

    private let inputs: LogisticInputs
    private let weights: [Float]

    package var name: String { "logistic" }
    package var labelCount: Int { inputs.labelCount }

    package init(fittedOn dataset: PurchaseDataset, settings: Settings, seed: UInt64 = 0) {
        var trainer = LogisticTrainer(dataset: dataset, learningRate: settings.learningRate, seed: seed)
        for _ in 0..<settings.epochs { trainer.runEpoch() }
        self = trainer.ranker
    }

    init(inputs: LogisticInputs, weights: [Float]) {
        self.inputs = inputs
        self.weights = weights
    }

    /// Trains on the shop a basket earlier, asks after every epoch, and returns the number of epochs and the learning
    /// rate that did best.
    package static func tuned(on validation: PurchaseDataset, seed: UInt64 = 0) -> Settings {
        let evaluator = Evaluator(suite: TaskSuite(dataset: validation, tasks: [.warm, .warmCart(1), .cart(2), .none]))
        let samples = validation.customers.reduce(0) { $0 + $1.train.count }
        let epochLimit = max(2, min(10, 1_000_000 / max(1, samples)))
        var best = Settings()
        var bestScore = -Double.infinity
        for learningRate in [0.2, 0.6] {
            var trainer = LogisticTrainer(dataset: validation, learningRate: learningRate, seed: seed)
            var previous = -Double.infinity
            for epoch in 1...epochLimit {
                trainer.runEpoch()
                let score = evaluator.evaluate(trainer.ranker).reduce(0) { $0 + $1.mean(of: .ndcg) }
                if score > bestScore {
                    bestScore = score
                    best.epochs = epoch
                    best.learningRate = learningRate
                }
                // Once it gets worse it goes on getting worse: it memorises.
                if score < previous { break }
                previous = score
            }
        }
        return best
    }

    package func competes(in task: EvaluationTask) -> Bool { true }

    package func scores(for query: RankingQuery) -> [Double] {
        var scores = Array(repeating: Float(0), count: labelCount)
        weights.withUnsafeBufferPointer { weights in
            scores.withUnsafeMutableBufferPointer { scores in
                guard let weights = weights.baseAddress, let scores = scores.baseAddress else { return }
                for (input, value) in inputs.encode(query.context) {
                    ck_axpy(labelCount, value, weights + input * labelCount, scores)
                }
            }
        }
        return scores.map(Double.init)
    }
}

/// Which row of the weights stands for what.
struct LogisticInputs: Sendable {
    let labelCount: Int
    private let genders = Gender.allCases
    private static let ages = 10

    init(labelCount: Int) { self.labelCount = labelCount }

    var count: Int { 2 * labelCount + genders.count + Self.ages + 1 }

    /// The rows that are set, and to what.
    func encode(_ context: Context) -> [(input: Int, value: Float)] {
        var inputs: [(input: Int, value: Float)] = [(count - 1, 1)]
        if let gender = context.profile.gender.flatMap(genders.firstIndex) {
            inputs.append((2 * labelCount + gender, 1))
        }
        if let age = context.profile.age, (0..<Self.ages).contains(age / 10) {
            inputs.append((2 * labelCount + genders.count + age / 10, 1))
        }
        for item in context.cart where (0..<labelCount).contains(item) { inputs.append((labelCount + item, 1)) }
        var counts: [ItemID: Float] = [:]
        for basket in context.history {
            for item in basket.items where (0..<labelCount).contains(item) { counts[item, default: 0] += 1 }
        }
        let baskets = Float(max(1, context.history.count))
        // Sorted: the order of sums must not depend on that of a dictionary.
        return inputs + counts.sorted { $0.key < $1.key }.map { ($0.key, $0.value / baskets) }
    }
}

/// Epochs of AdaGrad over a dataset's train baskets.
struct LogisticTrainer {
    private let dataset: PurchaseDataset
    private let inputs: LogisticInputs
    private let learningRate: Float
    private let seed: UInt64
    private var epoch = 0
    private var weights: [Float]
    /// The sum of each input's squared gradients, averaged over the labels.
    private var squares: [Float]

    init(dataset: PurchaseDataset, learningRate: Double, seed: UInt64) {
        self.dataset = dataset
        self.learningRate = Float(learningRate)
        self.seed = seed
        inputs = LogisticInputs(labelCount: dataset.catalog.labelCount)
        weights = Array(repeating: 0, count: inputs.count * inputs.labelCount)
        squares = Array(repeating: 1e-6, count: inputs.count)
    }

    var ranker: LogisticRanker { LogisticRanker(inputs: inputs, weights: weights) }

    mutating func runEpoch() {
        let labelCount = inputs.labelCount
        guard labelCount > 0 else { return }
        var generator = KeyedGenerator(Int(truncatingIfNeeded: seed), epoch, 0x106)
        epoch += 1
        var order = dataset.customers.indices.flatMap { customer in
            dataset.customers[customer].train.indices.map { (customer: customer, basket: $0) }
        }
        generator.shuffle(&order)
        var gradient = Array(repeating: Float(0), count: labelCount)
        for (customer, basket) in order {
            let (context, targets) = sample(dataset.customers[customer], basket: basket, generator: &generator)
            guard !targets.isEmpty else { continue }
            step(inputs.encode(context), targets: targets, gradient: &gradient)
        }
    }

    private func sample(
        _ customer: CustomerBaskets, basket: Int, generator: inout KeyedGenerator
    ) -> (context: Context, targets: [ItemID]) {
        var items = customer.train[basket].items
        generator.shuffle(&items)
        let cartSize = generator.unit() < 0.4 ? 0 : min(items.count - 1, 1 + generator.below(4))
        var history: [Basket] = []
        if generator.unit() >= 0.25 {
            history = customer.train
            history.remove(at: basket)
        }
        let profile = generator.unit() < 0.3 ? .unknown : customer.profile
        return (
            Context(profile: profile, history: history, cart: Array(items.prefix(max(0, cartSize)))),
            Array(items.dropFirst(max(0, cartSize)))
        )
    }

    private mutating func step(
        _ active: [(input: Int, value: Float)], targets: [ItemID], gradient: inout [Float]
    ) {
        let labelCount = inputs.labelCount
        weights.withUnsafeMutableBufferPointer { weights in
            gradient.withUnsafeMutableBufferPointer { gradient in
                guard let weights = weights.baseAddress, let gradient = gradient.baseAddress else { return }
                gradient.update(repeating: 0, count: labelCount)
                for (input, value) in active { ck_axpy(labelCount, value, weights + input * labelCount, gradient) }
                _ = ck_softmax(labelCount, gradient, gradient)
                for item in targets { gradient[item] -= 1 / Float(targets.count) }
                let size = ck_dot(labelCount, gradient, gradient)
                for (input, value) in active {
                    squares[input] += size * value * value
                    let rate = learningRate * value / squares[input].squareRoot()
                    ck_axpy(labelCount, -rate, gradient, weights + input * labelCount)
                }
            }
        }
    }
}
