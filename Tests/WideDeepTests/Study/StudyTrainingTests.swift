import Features
import Foundation
import Shop
import TestSupport
import Testing

@testable import WideDeep

struct StudyTrainingTests {
    /// Twelve items in three categories; everybody buys around one of them.
    static let shop: PurchaseDataset = {
        let catalog = Catalog(
            subcategories: (0..<12).map {
                Subcategory(name: "item \($0)", middleCategory: nil, category: "category \($0 % 3)")
            })
        var random = SplitMix(state: 3)
        let customers = (0..<30).map { number in
            let taste = number % 3
            let baskets = (0..<5).map { _ in
                var items: [ItemID] = []
                for _ in 0..<4 {
                    let item = random.unit() < 0.8 ? Int(random.next() % 4) * 3 + taste : Int(random.next() % 12)
                    if !items.contains(item) { items.append(item) }
                }
                return Basket(items: items)
            }
            return CustomerBaskets(
                id: String(number),
                profile: Profile(gender: number % 2 == 0 ? .female : nil, age: 10 + number % 5 * 10),
                train: Array(baskets.prefix(4)), test: baskets[4])
        }
        return PurchaseDataset(catalog: catalog, customers: customers)
    }()

    static func settings() -> StudySettings {
        var settings = StudySettings(preset: "seed-v1")!
        settings.hidden = [8, 6]
        settings.batch = 16
        settings.epochs = 3
        settings.learningRate = 0.01
        settings.doc2vec.dimensions = 6
        settings.doc2vec.epochs = 2
        return settings
    }

    @Test func costFallsAndThePresetsHaveTheStudysNumbers() throws {
        let model = try StudyTraining(dataset: Self.shop, settings: Self.settings(), threads: 1).run()
        #expect(model.costs.count == 3 && model.costs[2] < model.costs[0])
        let first = try #require(StudySettings(preset: "seed-v1"))
        #expect(first.epochs == 10 && first.batch == 256 && first.keepProbability == 0.5 && first.learningRate == 1e-4)
        let second = try #require(StudySettings(preset: "seed-v2"))
        #expect(
            second.epochs == 501 && second.keepProbability == 0.7 && second.learningRate == 1e-7
                && second.threshold == 0.7)
    }

    @Test func aSavedModelGivesTheSameLogitsAndTheSameBytes() throws {
        try withFile { path in
            let model = try StudyTraining(dataset: Self.shop, settings: Self.settings(), threads: 1).run()
            try model.write(to: path)
            let bytes = try Data(contentsOf: URL(filePath: path))
            let loaded = try StudyModel(file: try ModelFile(path: path))
            let context = Context(profile: Profile(gender: .male, age: 30), cart: [2, 5])
            #expect(loaded.logits(for: context) == model.logits(for: context))
            #expect(loaded.parameterCount == model.parameterCount)
            #expect(loaded.accuracy == model.accuracy)
            try loaded.write(to: path)
            #expect(try Data(contentsOf: URL(filePath: path)) == bytes)
        }
    }

    @Test(arguments: [1, 6, 7, 8, 17])
    func aResumedRunWritesTheBytesOfAnUninterruptedOne(batchesBeforeTheStop: Int) throws {
        try withFile { path in
            let whole = try StudyTraining(dataset: Self.shop, settings: Self.settings(), threads: 1).run()
            try whole.write(to: path)
            let expected = try Data(contentsOf: URL(filePath: path))
            var control = StudyTraining.Control()
            control.checkpoint = path + ".checkpoint"
            var batches = 0
            control.progress = { if $0.stage == .training { batches += 1 } }
            control.isCancelled = { batches == batchesBeforeTheStop }
            #expect(throws: StudyTrainingError.interrupted(checkpoint: path + ".checkpoint")) {
                try StudyTraining(dataset: Self.shop, settings: Self.settings(), threads: 2).run(control)
            }
            control.isCancelled = { false }
            control.resumes = true
            try StudyTraining(dataset: Self.shop, settings: Self.settings(), threads: 2).run(control).write(to: path)
            #expect(try Data(contentsOf: URL(filePath: path)) == expected)
            #expect(!FileManager.default.fileExists(atPath: path + ".checkpoint"))
        }
    }

    @Test func aCheckpointOfOtherSettingsIsRefused() throws {
        try withFile { path in
            var control = StudyTraining.Control()
            control.checkpoint = path
            var batches = 0
            control.progress = { if $0.stage == .training { batches += 1 } }
            control.isCancelled = { batches == 2 }
            _ = try? StudyTraining(dataset: Self.shop, settings: Self.settings(), threads: 1).run(control)
            control.isCancelled = { false }
            control.resumes = true
            var other = Self.settings()
            other.learningRate = 0.02
            #expect(throws: StudyTrainingError.otherCheckpoint(path: path)) {
                try StudyTraining(dataset: Self.shop, settings: other, threads: 1).run(control)
            }
        }
    }

    @Test func divergenceStopsWithAClearLine() {
        var settings = Self.settings()
        settings.learningRate = 1e8
        settings.wideOptimiser = .sgd
        settings.deepOptimiser = .sgd
        settings.epochs = 50
        let error = #expect(throws: StudyTrainingError.self) {
            try StudyTraining(dataset: Self.shop, settings: settings, threads: 1).run()
        }
        #expect(error?.message.contains("--learning-rate") == true)
    }

    @Test func aShopWithoutSamplesAndBadSettingsAreRefused() {
        let empty = PurchaseDataset(catalog: Self.shop.catalog, customers: [])
        #expect(throws: StudyTrainingError.noSamples) {
            try StudyTraining(dataset: empty, settings: Self.settings(), threads: 1).run()
        }
        var settings = Self.settings()
        settings.keepProbability = 0
        #expect(throws: StudyTrainingError.self) {
            try StudyTraining(dataset: Self.shop, settings: settings, threads: 1).run()
        }
    }

    @Test func trainingSamplesAreWhatServingEncodes() throws {
        let model = try StudyTraining(dataset: Self.shop, settings: Self.settings(), threads: 1).run()
        let samples = StudySamples(dataset: Self.shop, labels: .next, encoder: model.encoder)
        #expect(samples.count == 30 * 3)
        var sample = 0
        for customer in Self.shop.customers {
            for (basket, next) in zip(customer.train, customer.train.dropFirst()) {
                let served = model.encoder.encode(Context(profile: customer.profile, cart: basket.items))
                var dense = [Float](repeating: .nan, count: model.schema.denseInputs)
                samples.fillDense(sample, &dense)
                #expect(dense == served.dense)
                #expect(Array(samples.wide[sample]) == served.wide)
                #expect(Int(samples.genders[sample]) == served.gender && Int(samples.ages[sample]) == served.age)
                #expect(samples.labels[sample].map { Int($0) } == next.items)
                sample += 1
            }
        }
    }

    @Test func servingGivesTheBitsOfTrainingsForwardPass() throws {
        var settings = Self.settings()
        settings.keepProbability = 1
        let model = try StudyTraining(dataset: Self.shop, settings: settings, threads: 1).run()
        let features = model.encoder.encode(Context(cart: [1, 2, 3]))
        let scratch = StudyScratch(sizes: model.weights.sizes)
        var direct = [Float](repeating: 0, count: model.labels)
        model.writeLogits(of: features, scratch: scratch, into: &direct)
        #expect(direct == model.logits(of: features))
    }
}
