import Features
import Shop
import TestSupport
import Testing

@testable import WideDeep

@Suite struct DefaultNetworkTests {
    private let table = BasketTable(dataset: TasteShop().dataset)
    private let statistics: PurchaseStatistics
    private let encoder: FeatureEncoder
    private var shape: NetworkShape

    init() throws {
        let builder = StatisticsBuilder(
            table: table, encoding: EncoderSettings(), settings: StatisticsSettings(), seed: 1, threads: 1)
        statistics = try builder.build().all
        encoder = FeatureEncoder(statistics: statistics, settings: EncoderSettings())
        shape = NetworkShape(labels: table.labelCount)
        shape.embedding = 16
        shape.firstLayer = 16
        shape.secondLayer = 16
        shape.sharedUnits = 5
    }

    private func samples(_ count: Int) -> [TrainingSample] {
        (0..<count).map { index in
            var generator = KeyedGenerator(9, index)
            let customer = index % table.customerCount
            return TrainingSample.draw(
                customer: customer, basket: table.baskets(of: customer).lowerBound + 2, table: table,
                settings: SamplingSettings(), generator: &generator)
        }
    }

    /// The cost of a few samples, and its gradient as training computes it.
    private func costAndGradient(_ network: DefaultNetwork, _ samples: [TrainingSample]) -> (Double, FloatMatrix) {
        let batch = TrainingBatch(shape: shape, capacity: samples.count)
        let shard = TrainingShard(shape: shape, layout: network.layout, statistics: statistics)
        var cost = 0.0
        for (row, sample) in samples.enumerated() {
            sample.encode(with: encoder, table: table, into: shard.encoded)
            cost += Double(
                network.train(sample, weight: 0.3, dropout: nil, shard: shard, batch: batch, row: row))
        }
        let gradients = FloatMatrix(rows: 1, columns: network.layout.count)
        network.sumGradients(of: batch, count: samples.count, into: gradients, threads: 1)
        gradients.base.update(from: shard.sharedGradients.base, count: network.layout.bias.offset)
        return (cost, gradients)
    }

    @Test func theGradientOfEveryBlockIsThatOfFiniteDifferences() {
        let network = DefaultNetwork(shape: shape, seed: 4)
        // Nothing at zero, so that every path carries a gradient.
        var generator = KeyedGenerator(11)
        for index in 0..<network.layout.count { network.parameters.base[index] += (generator.unit() - 0.5) * 0.2 }
        let samples = samples(6)
        let (_, gradients) = costAndGradient(network, samples)
        for block in network.layout.blocks {
            var exact = 0.0
            var measured = 0.0
            // Along a random direction within the block.
            let step: Float = 2e-3 / Float(block.count).squareRoot()
            let direction = (0..<block.count).map { _ in generator.unit() < 0.5 ? step : -step }
            func move(_ factor: Float) {
                for index in 0..<block.count {
                    network.parameters.base[block.offset + index] += factor * direction[index]
                }
            }
            for index in 0..<block.count {
                exact += Double(gradients.base[block.offset + index]) * Double(direction[index])
            }
            move(1)
            let up = costAndGradient(network, samples).0
            move(-2)
            let down = costAndGradient(network, samples).0
            move(1)
            measured = (up - down) / 2
            #expect(abs(exact - measured) <= 0.03 * abs(exact) + 2e-5, "\(block.name): \(exact) against \(measured)")
        }
    }

    @Test func trainingAndServingSeeTheSame() {
        let network = DefaultNetwork(shape: shape, seed: 2)
        let training = EncodedContext(statistics: statistics)
        let serving = EncodedContext(statistics: statistics)
        let workspace = NetworkWorkspace(shape: shape)
        for sample in samples(40) {
            sample.encode(with: encoder, table: table, into: training)
            let all = table.baskets(of: sample.customer)
            let shown =
                switch sample.history {
                case .hidden: [Int]()
                case .before: Array(all.lowerBound..<sample.basket)
                case .others: all.filter { $0 != sample.basket }
                }
            let context = Context(
                profile: sample.showsProfile ? table.profiles[sample.customer] : .unknown,
                history: shown.map { Basket(items: table.items(of: $0).map { ItemID($0) }) },
                cart: sample.cart.map { ItemID($0) })
            encoder.encode(context, into: serving)
            #expect(training.features.floats.elementsEqual(serving.features.floats))
            network.forward(training, in: workspace)
            let trained = Array(workspace.logits.floats)
            network.forward(serving, in: workspace)
            #expect(trained == Array(workspace.logits.floats))
        }
    }

    @Test func partsOfAScoreSumToIt() {
        let network = DefaultNetwork(shape: shape, seed: 2)
        let encoded = EncodedContext(statistics: statistics)
        let workspace = NetworkWorkspace(shape: shape)
        let customer = table.baskets(of: 0).lowerBound
        encoder.encode(
            Context(history: [Basket(items: table.items(of: customer).map { ItemID($0) })], cart: [2]), into: encoded)
        network.forward(encoded, in: workspace)
        for item in 0..<table.labelCount {
            let sum = network.parts(of: item, in: encoded, workspace: workspace).reduce(0) { $0 + $1.value }
            #expect(abs(sum - Double(workspace.logits.base[item])) < 1e-4)
        }
    }
}
