import Features
import Foundation
import Shop
import WideDeep

/// `bench default-forward model=FILE`: what the default model's network is fed for some contexts, and its logits, a line of
/// JSON each, for `onnx_check_default.py`.
enum DefaultForward {
    private struct Line: Encodable {
        var features: [[Float]]
        var history: [Float]
        var cart: [Float]
        var counts: [Float]
        var historyBucket: Int
        var cartBucket: Int
        var age: Int
        var gender: Int
        var logits: [Float]
    }

    static func run(_ arguments: inout Arguments) throws {
        let model = try DefaultModel(file: try ModelFile(path: arguments.text("model", "")))
        let labels = model.catalog.labelCount
        let encoded = EncodedContext(statistics: model.statistics)
        let workspace = NetworkWorkspace(shape: model.network.shape)
        var random = KeyedGenerator(4, 4)
        for number in 0..<8 {
            let history = (0..<number).map { _ in
                Basket(items: Array(Set((0..<6).map { _ in random.below(labels) })).sorted())
            }
            let cart = Array(Set((0..<number % 4).map { _ in random.below(labels) })).sorted()
            let profile = number % 2 == 0 ? Profile(gender: .male, age: 40) : .unknown
            model.encoder.encode(Context(profile: profile, history: history, cart: cart), into: encoded)
            model.network.forward(encoded, in: workspace)
            var line = Line(
                features: CandidateFeature.allCases.map {
                    Array(UnsafeBufferPointer(start: encoded.row($0), count: labels))
                },
                history: [Float](repeating: 0, count: labels), cart: [Float](repeating: 0, count: labels),
                counts: [log1p(Float(history.count)), log1p(Float(encoded.cart.count))],
                historyBucket: encoded.historyBucket, cartBucket: encoded.cartBucket, age: encoded.ageIndex,
                gender: encoded.genderIndex,
                logits: Array(UnsafeBufferPointer(start: workspace.logits.base, count: labels)))
            for (item, weight) in zip(encoded.historyItems, encoded.historyWeights) { line.history[Int(item)] = weight }
            for item in encoded.cart { line.cart[Int(item)] = 1 }
            print(String(decoding: try JSONEncoder().encode(line), as: UTF8.self))
        }
    }
}
