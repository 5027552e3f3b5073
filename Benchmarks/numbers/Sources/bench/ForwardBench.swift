import Features
import Foundation
import Shop
import WideDeep

/// `bench forward model=FILE`: microseconds of one recommendation of a study's model: encoding, logits, ten best.
enum ForwardBench {
    static func run(_ arguments: inout Arguments) throws {
        let model = try StudyModel(file: try ModelFile(path: arguments.text("model", "")))
        var random = KeyedGenerator(9, 9)
        let contexts = (0..<500).map { _ in
            Context(
                profile: Profile(gender: .female, age: 30), cart: (0..<4).map { _ in random.below(model.labels) })
        }
        let features = contexts.map { model.encoder.encode($0) }
        let scratch = model.makeScratch()
        let logits = UnsafeMutableBufferPointer<Float>.allocate(capacity: model.labels)
        let encoding = Bench.best(of: 20) { for context in contexts { _ = model.encoder.encode(context) } }
        let forward = Bench.best(of: 40) {
            for feature in features { model.writeLogits(of: feature, scratch: scratch, into: logits.baseAddress!) }
        }
        let choosing = Bench.best(of: 20) { for _ in contexts { _ = TopItems.best(10, of: .init(logits)) } }
        func microseconds(_ seconds: Double) -> Double { seconds / Double(contexts.count) * 1e6 }
        let columns = features.reduce(0) { $0 + $1.wide.count } / features.count
        print(
            "{\"forward_microseconds\":\(microseconds(forward)),\"encode_microseconds\":\(microseconds(encoding)),"
                + "\"top10_microseconds\":\(microseconds(choosing)),\"wide_columns_set\":\(columns)}")
    }
}
