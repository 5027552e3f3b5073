import Embedding
import Foundation

/// `bench doc2vec baskets=FILE [architecture=pv-dbow] [threads=2] [epochs=20] [output=FILE]`: items a second, and the
/// vectors. FILE has a basket a line, item numbers separated by spaces.
enum Doc2VecBench {
    static func run(_ arguments: inout Arguments) throws {
        let lines = try String(contentsOfFile: arguments.text("baskets", ""), encoding: .utf8).split(separator: "\n")
        let baskets = BasketList(lines.map { $0.split(separator: " ").compactMap { Int($0) } })
        let vocabulary = Int(baskets.items.max() ?? 0) + 1
        var settings = Doc2VecSettings()
        settings.architecture = .init(rawValue: arguments.text("architecture", "pv-dbow"))!
        settings.epochs = arguments.number("epochs", 20)
        settings.dimensions = arguments.number("dimensions", 300)
        settings.rate = Float(arguments.decimal("rate", Double(settings.rate)))
        settings.trainsItems = arguments.text("items", "yes") == "yes"
        let pool = WorkerPool(threads: arguments.number("threads", 2))
        let start = DispatchTime.now().uptimeNanoseconds
        var seconds = 0.0
        let doc2vec = Doc2Vec.train(on: baskets, vocabulary: vocabulary, settings: settings, pool: pool) { _ in
            seconds = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
            return true
        }
        let total = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
        let rate = Double(settings.epochs * baskets.items.count) / seconds
        var vector = [Float](repeating: 0, count: settings.dimensions)
        let sample = (0..<min(10_000, baskets.count)).map { baskets[$0].map { Int($0) } }
        let inference = Bench.best(of: 5) {
            for basket in sample { doc2vec.embed(basket, into: &vector) }
        }
        print(
            "{\"words_per_second\":\(rate),\"seconds\":\(total),\"inference_microseconds\":\(inference / Double(sample.count) * 1e6)}"
        )
        let output = arguments.text("output", "")
        guard !output.isEmpty else { return }
        try doc2vec.items.withUnsafeBytes { Data($0) }.write(to: URL(filePath: output + ".items"))
        try doc2vec.outputs.withUnsafeBytes { Data($0) }.write(to: URL(filePath: output + ".outputs"))
        let vectors = (0..<baskets.count).flatMap { doc2vec.vector(of: baskets[$0].map { Int($0) }) }
        try vectors.withUnsafeBytes { Data($0) }.write(to: URL(filePath: output + ".baskets"))
    }
}
