import Features
import Foundation
import Shop
import Synchronization
import TestSupport
import Testing

@testable import WideDeep

@Suite struct DefaultModelTrainingTests {
    private func settings(epochs: Int? = 2) -> DefaultTrainingSettings {
        var settings = DefaultTrainingSettings()
        settings.epochs = epochs
        settings.batch = 64
        return settings
    }

    private func temporaryPath() -> String {
        FileManager.default.temporaryDirectory.appendingPathComponent("dami-\(UUID().uuidString)").path
    }

    private func bytes(of model: DefaultModel) throws -> Data {
        let path = temporaryPath()
        defer { try? FileManager.default.removeItem(atPath: path) }
        try model.write(to: path)
        return try Data(contentsOf: URL(fileURLWithPath: path))
    }

    @Test func theSameSeedGivesTheSameBytesOnAnyNumberOfThreads() throws {
        let dataset = TasteShop().dataset
        let one = try DefaultModelTraining(dataset: dataset, settings: settings(), threads: 1).run()
        let three = try DefaultModelTraining(dataset: dataset, settings: settings(), threads: 3).run()
        #expect(try bytes(of: one) == bytes(of: three))
    }

    @Test(arguments: [3, 11, 18])
    func anInterruptedTrainingGoesOnToTheSameBytes(stopAfter: Int) throws {
        let dataset = TasteShop().dataset
        let training = DefaultModelTraining(dataset: dataset, settings: settings(), threads: 2)
        let whole = try training.run()
        let checkpoint = temporaryPath()
        let asked = Atomic<Int>(0)
        var control = DefaultModelTraining.Control()
        control.checkpoint = checkpoint
        control.isCancelled = { asked.wrappingAdd(1, ordering: .relaxed).oldValue == stopAfter }
        #expect(throws: DefaultTrainingError.self) { try training.run(control) }
        #expect(FileManager.default.fileExists(atPath: checkpoint))
        control.resumes = true
        control.isCancelled = { false }
        let resumed = try training.run(control)
        #expect(try bytes(of: whole) == bytes(of: resumed))
        #expect(!FileManager.default.fileExists(atPath: checkpoint))
    }

    @Test func aCheckpointOfOtherSettingsIsRefused() throws {
        let checkpoint = temporaryPath()
        defer { try? FileManager.default.removeItem(atPath: checkpoint) }
        var control = DefaultModelTraining.Control()
        control.checkpoint = checkpoint
        control.isCancelled = { true }
        let dataset = TasteShop().dataset
        #expect(throws: DefaultTrainingError.self) {
            try DefaultModelTraining(dataset: dataset, settings: settings(), threads: 1).run(control)
        }
        control.resumes = true
        #expect(throws: DefaultTrainingError.self) {
            try DefaultModelTraining(dataset: dataset, settings: settings(epochs: 5), threads: 1).run(control)
        }
    }

    @Test func aFileServesWhatWasTrained() throws {
        let dataset = TasteShop().dataset
        let model = try DefaultModelTraining(dataset: dataset, settings: settings(), threads: 2).run()
        let path = temporaryPath()
        defer { try? FileManager.default.removeItem(atPath: path) }
        try model.write(to: path)
        let read = try DefaultModel(file: ModelFile(path: path))
        #expect(read.catalog == model.catalog)
        #expect(read.calibration == model.calibration)
        #expect(read.repurchaseDays == model.repurchaseDays)
        let context = Context(
            profile: Profile(gender: .male, age: 30), history: dataset.customers[3].train, cart: [1, 8])
        func logits(_ model: DefaultModel) -> [Float] {
            let encoded = EncodedContext(statistics: model.statistics)
            let workspace = NetworkWorkspace(shape: model.network.shape)
            model.encoder.encode(context, into: encoded)
            model.network.forward(encoded, in: workspace)
            return Array(workspace.logits.floats.prefix(model.catalog.labelCount))
        }
        #expect(logits(read) == logits(model))
    }

    @Test func divergenceStopsWithOneClearLine() {
        var settings = settings()
        settings.learningRate = 1e30
        settings.warmUpSteps = 1
        let training = DefaultModelTraining(dataset: TasteShop().dataset, settings: settings, threads: 1)
        #expect {
            try training.run()
        } throws: { error in
            (error as? DefaultTrainingError)?.message.contains("--learning-rate") == true
        }
    }

    @Test func aShopWithoutBasketsIsRefused() {
        let empty = PurchaseDataset(catalog: TasteShop().catalog, customers: [])
        #expect(throws: DefaultTrainingError.self) {
            try DefaultModelTraining(dataset: empty, settings: settings(), threads: 1).run()
        }
    }

    @Test func theUsualNumberOfDaysBetweenPurchasesIsTheirMedian() throws {
        let catalog = Catalog(
            subcategories: (0..<2).map {
                Subcategory(name: "\($0)", middleCategory: nil, category: "c")
            })
        let baskets = [(0, 100), (0, 107), (0, 117), (0, 118)].map { Basket(items: [$0.0], day: $0.1) }
        let customer = CustomerBaskets(
            id: "1", profile: .unknown, train: baskets + [Basket(items: [1], day: 120)], test: nil)
        let training = DefaultModelTraining(
            dataset: PurchaseDataset(catalog: catalog, customers: [customer]), settings: settings(), threads: 1)
        #expect(training.repurchaseDays() == [7, 0, 7])
    }
}

@Suite struct CalibrationTests {
    @Test func fittedProbabilitiesMeanWhatTheySay() {
        // Outcomes drawn from sigmoid(0.7 x + 1.5).
        var generator = KeyedGenerator(5)
        var counts = CalibrationCounts()
        for _ in 0..<60_000 {
            let x = -8 * generator.unit()
            let p = 1 / (1 + exp(-(0.7 * x + 1.5)))
            counts.add(logShare: x, isHit: generator.unit() < p)
        }
        let scale = counts.fit(prior: .init(slope: 1, intercept: 0), strength: 1)
        #expect(abs(scale.slope - 0.7) < 0.05)
        #expect(abs(scale.intercept - 1.5) < 0.1)
        let (error, predictions) = counts.error(of: scale)
        #expect(error / predictions < 0.01)
    }

    @Test func nothingSeenKeepsThePrior() {
        let prior = Calibration.Scale(slope: 1.1, intercept: 2)
        #expect(CalibrationCounts().fit(prior: prior, strength: 5) == prior)
    }
}
