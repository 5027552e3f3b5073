import Embedding
import Features
import Foundation
import Testing

@testable import WideDeep

struct StudyTrainerTests {
    @Test(arguments: Optimiser.allCases)
    func threeStepsAgreeWithPyTorch(_ optimiser: Optimiser) throws {
        let golden = try SmallStudy.golden()
        let run = try #require(golden.runs[optimiser.rawValue])
        let trainer = SmallStudy.trainer(golden, wideOptimiser: optimiser)
        for (index, expected) in run.losses.enumerated() {
            let first = Int32(index * golden.batch)
            let loss = trainer.train(on: Array(first..<first + Int32(golden.batch))[...])
            #expect(abs(loss - expected) < 1e-4 * abs(expected))
        }
        trainer.settle()
        for parameter in trainer.parameters.all {
            let expected = try #require(run.final[parameter.name])
            for (found, expected) in zip(parameter.array, expected) {
                #expect(abs(Double(found) - expected) <= 1e-4 * max(abs(expected), 1e-2), "\(parameter.name)")
            }
        }
    }

    @Test(arguments: [Float(1), 0.6])
    func everyLayersGradientAgreesWithFiniteDifferences(keepProbability: Float) throws {
        let golden = try SmallStudy.golden()
        let trainer = SmallStudy.trainer(
            golden, wideOptimiser: .sgd, deepOptimiser: .sgd, rate: 1, keepProbability: keepProbability)
        let rows = (0..<Int32(golden.batch)).map { $0 }[...]
        let before = trainer.parameters.all.map(\.array)
        _ = trainer.train(on: rows)
        let gradients = zip(before, trainer.parameters.all).map { zip($0, $1.array).map { $0 - $1 } }
        /// The mean loss with one weight moved, under the same dropout.
        func loss(_ parameter: Int, _ index: Int, _ shift: Float) -> Double {
            for (parameter, values) in zip(trainer.parameters.all, before) {
                parameter.values.update(from: values, count: values.count)
            }
            trainer.parameters.all[parameter].values[index] += shift
            trainer.step = 0
            return trainer.train(on: rows) / Double(golden.batch * golden.labels)
        }
        for parameter in gradients.indices {
            let name = trainer.parameters.all[parameter].name
            for index in stride(from: 0, to: gradients[parameter].count, by: 3) {
                let step: Float = 4e-3
                let numeric = (loss(parameter, index, step) - loss(parameter, index, -step)) / Double(2 * step)
                // A unit that crosses 0 within the step bends the difference: such are few and small.
                #expect(abs(numeric - Double(gradients[parameter][index])) < 2e-3, "\(name)[\(index)]")
            }
        }
    }

    @Test(arguments: [2, 3])
    func theNumberOfThreadsChangesNoBit(threads: Int) throws {
        let golden = try SmallStudy.golden()
        func trained(_ threads: Int) -> [[Float]] {
            let trainer = SmallStudy.trainer(golden, wideOptimiser: .adam, keepProbability: 0.5, threads: threads)
            for first in stride(from: Int32(0), to: 12, by: 4) { _ = trainer.train(on: Array(first..<first + 4)[...]) }
            trainer.settle()
            return trainer.parameters.all.map(\.array)
        }
        #expect(trained(threads) == trained(1))
    }
}

/// The network of Tests/Fixtures/study_step.py.
enum SmallStudy {
    struct Golden: Decodable {
        struct Run: Decodable {
            var losses: [Double]
            var final: [String: [Double]]
        }
        var rate: Float
        var batch: Int
        var hidden: [Int]
        var labels: Int
        var columns: Int
        var denseInputs: Int
        var wide: [[Int32]]
        var labelRows: [[Int32]]
        var dense: [[Float]]
        var genders: [Int]
        var ages: [Int]
        var initial: [String: [Float]]
        var runs: [String: Run]
    }

    static func golden() throws -> Golden {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let file = folder.deletingLastPathComponent().appending(path: "Fixtures/study_step.json")
        return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
    }

    static func trainer(
        _ golden: Golden, wideOptimiser: Optimiser, deepOptimiser: Optimiser = .adam, rate: Float? = nil,
        keepProbability: Float = 1, threads: Int = 1
    ) -> StudyTrainer {
        var settings = StudySettings(preset: "seed-v1")!
        settings.hidden = golden.hidden
        settings.batch = golden.batch
        settings.learningRate = rate ?? golden.rate
        settings.keepProbability = keepProbability
        settings.wideOptimiser = wideOptimiser
        settings.deepOptimiser = deepOptimiser
        let samples = StudySamples(
            wide: golden.wide, labels: golden.labelRows, genders: golden.genders, ages: golden.ages,
            fillDense: { sample, out in out.update(from: golden.dense[sample], count: golden.denseInputs) })
        let parameters = StudyParameters(
            wideColumns: golden.columns, denseInputs: golden.denseInputs, genderDimensions: 4, ageDimensions: 6,
            labels: golden.labels, settings: settings)
        for parameter in parameters.all {
            parameter.values.update(from: golden.initial[parameter.name]!, count: parameter.count)
        }
        return StudyTrainer(
            parameters: parameters, settings: settings, samples: samples, pool: WorkerPool(threads: threads))
    }
}
