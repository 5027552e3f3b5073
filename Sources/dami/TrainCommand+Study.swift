import ArgumentParser
import Foundation
import Shop
import Terminal
import WideDeep

extension TrainCommand {
    /// Trains `seed-v1` or `seed-v2`, the flags given in place of the preset's numbers.
    func trainStudy(on dataset: PurchaseDataset, output: String) throws {
        guard var settings = StudySettings(preset: preset.rawValue) else {
            throw ValidationError("the preset \(preset.rawValue) is not one of the study's")
        }
        if let epochs { settings.epochs = epochs }
        if let batch { settings.batch = batch }
        if let learningRate { settings.learningRate = learningRate }
        if let keepProb { settings.keepProbability = keepProb }
        if let seed { settings.seed = seed }
        let interruption = Interruption()
        let reporter = StudyReporter(json: json)
        var control = StudyTraining.Control()
        control.checkpoint = output + ".checkpoint"
        control.resumes = resume
        control.isCancelled = { interruption.isRequested }
        control.progress = { reporter.report($0) }
        let threads = threads ?? ProcessInfo.processInfo.activeProcessorCount
        let model: StudyModel
        do {
            model = try StudyTraining(dataset: dataset, settings: settings, threads: threads).run(control)
            try model.write(to: output)
        } catch let error as StudyTrainingError {
            reporter.cancel()
            guard case .interrupted = error else { throw error }
            note("dami: \(error.message)")
            throw ExitCode(130)
        } catch {
            reporter.cancel()
            throw error
        }
        try reporter.finish(model, file: output)
    }
}

/// Tells how the study's training goes: its own line an epoch and a bar on stderr, JSON on stdout where asked for.
private final class StudyReporter {
    private let json: Bool
    private var output = PatientOutput()
    private let start = ContinuousClock.now
    private var epochStart = ContinuousClock.now
    private var stage: StudyTraining.Progress.Stage?
    private var display: ProgressDisplay?

    init(json: Bool) { self.json = json }

    func report(_ progress: StudyTraining.Progress) {
        if progress.stage != stage {
            display?.finish()
            stage = progress.stage
            epochStart = .now
            display = ProgressDisplay(
                title: progress.stage == .doc2vec ? "Doc2Vec" : "Training",
                unit: .counted(progress.stage == .doc2vec ? "baskets" : "samples"),
                total: progress.epochs * progress.samples)
        }
        let detail = progress.stage == .training ? ", cost \(TrainingReporter.decimals(progress.cost, 5))" : ""
        display?.update(
            completed: progress.epoch * progress.samples + progress.samplesSeen,
            detail: "epoch \(progress.epoch)\(detail)")
        guard progress.endsEpoch, progress.stage == .training else { return }
        endEpoch(progress)
        epochStart = .now
    }

    private func endEpoch(_ progress: StudyTraining.Progress) {
        let time = TrainingReporter.localTime()
        let cost = TrainingReporter.decimals(progress.cost, 5)
        if json {
            let seconds = TrainingReporter.decimals((.now - epochStart) / .seconds(1), 3)
            output.print(
                "{\"epoch\":\(progress.epoch),\"cost\":\(cost),\"seconds\":\(seconds),\"samples\":\(progress.samples),"
                    + "\"time\":\"\(time)\"}")
        } else {
            // As the study printed it, without the offset: 2019-11-18 03:40:41.
            let moment = time.prefix(19).replacing("T", with: " ")
            display?.note("[epoch: \(progress.epoch)] [Cost: \(cost)] [\(moment)]")
        }
    }

    func cancel() { display?.cancel() }

    func finish(_ model: StudyModel, file: String) throws {
        display?.finish()
        let seconds = TrainingReporter.decimals((.now - start) / .seconds(1), 3)
        if let accuracy = model.accuracy, !json {
            func percent(_ share: Double) -> String { TrainingReporter.decimals(share * 100, 3) + " %" }
            output.print("accuracy at \(accuracy.threshold): \(percent(accuracy.value)) of (basket, label) cells")
            output.print(
                "  it hides: predicting nothing at all has \(percent(accuracy.allZero)); of the labels that hold, "
                    + "\(percent(accuracy.positivesFound)) were said; recall@10 \(TrainingReporter.decimals(accuracy.recall, 4)), "
                    + "ndcg@10 \(TrainingReporter.decimals(accuracy.ndcg, 4)) on \(accuracy.baskets) test baskets")
        }
        if json {
            struct Done: Encodable {
                var done = true
                var epochs: Int
                var seconds: Double
                var parameters: Int
                var file: String
                var accuracy: ThresholdAccuracy?
            }
            let done = Done(
                epochs: model.costs.count, seconds: Double(seconds) ?? 0, parameters: model.parameterCount, file: file,
                accuracy: model.accuracy)
            output.print((try? JSONLine.text(of: done)) ?? "{\"done\":true}")
        } else {
            output.print("\(file): \(model.costs.count) epochs in \(seconds) s, \(model.parameterCount) parameters")
        }
        try output.check()
    }
}
