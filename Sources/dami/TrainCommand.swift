import ArgumentParser
import Dispatch
import Foundation
import Shop
import ShopStore
import Synchronization
import Terminal
import WideDeep

/// `dami train`: a shop into a model.
struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Train a model on a shop's baskets.",
        discussion: """
            The default preset learns from baskets, histories and profiles at once, and chooses on held-out customers how \
            long to train. seed-v1 and seed-v2 are the study's networks. Ctrl-C writes a checkpoint beside the output; \
            --resume goes on from it to the same final bytes.
            """)

    enum Preset: String, ExpressibleByArgument, CaseIterable {
        case `default`
        case seedV1 = "seed-v1"
        case seedV2 = "seed-v2"
    }

    @Option(help: "The shop to train on. (default: shop.db in dami's home)") var data: String?
    @Option(name: .shortAndLong, help: "The model to write. (default: shop.model in dami's home)")
    var output: String?
    @Option(help: "Which model: \(Preset.allCases.map(\.rawValue).joined(separator: ", ")).")
    var preset = Preset.default
    @Option(help: "Passes over the baskets. (default: the preset's; default chooses by held-out customers)")
    var epochs: Int?
    @Option(help: "Samples of a step.") var batch: Int?
    @Option(help: "The optimiser's learning rate.") var learningRate: Float?
    @Option(help: "The share of hidden units kept in a step.") var keepProb: Float?
    @Option(help: "The same seed gives the same model.") var seed: Int?
    @Option(help: "Threads to work on; the model is the same on any number. (default: one for each core)")
    var threads: Int?
    @Flag(help: "Go on from the checkpoint of an interrupted training.") var resume = false
    @Flag(help: "Print a JSON line an epoch.") var json = false

    func validate() throws {
        func positive(_ name: String, _ value: Int?, limit: Int) throws {
            guard let value else { return }
            guard (1...limit).contains(value) else {
                throw ValidationError("\(name) must be between 1 and \(limit), not \(value)")
            }
        }
        try positive("--epochs", epochs, limit: 1_000_000)
        try positive("--batch", batch, limit: 65536)
        try positive("--threads", threads, limit: 1024)
        if let learningRate, !(learningRate > 0 && learningRate <= 10) {
            throw ValidationError("--learning-rate must be above 0 and at most 10")
        }
        if let keepProb, !(keepProb > 0 && keepProb <= 1) {
            throw ValidationError("--keep-prob must be above 0 and at most 1")
        }
    }

    func run() throws {
        let output = output ?? DamiHome.model
        let dataset = try ShopStore.open(data ?? DamiHome.shop, access: .readOnly).dataset(.logsAndConversations)
        try FileManager.default.createDirectoryOfFile(output)
        switch preset {
        case .default: try trainDefault(on: dataset, output: output)
        case .seedV1, .seedV2: try trainStudy(on: dataset, output: output)
        }
    }

    private func trainDefault(on dataset: PurchaseDataset, output: String) throws {
        var settings = DefaultTrainingSettings()
        settings.epochs = epochs
        if let batch { settings.batch = batch }
        if let learningRate { settings.learningRate = learningRate }
        if let keepProb { settings.keepProbability = keepProb }
        if let seed { settings.seed = seed }
        let training = DefaultModelTraining(
            dataset: dataset, settings: settings,
            threads: threads ?? ProcessInfo.processInfo.activeProcessorCount)
        let interruption = Interruption()
        let reporter = TrainingReporter(json: json)
        var control = DefaultModelTraining.Control()
        control.checkpoint = output + ".checkpoint"
        control.resumes = resume
        control.isCancelled = { interruption.isRequested }
        control.progress = { reporter.report($0) }
        let model: DefaultModel
        do {
            model = try training.run(control)
            try model.write(to: output)
        } catch let error as DefaultTrainingError {
            reporter.cancel()
            guard case .interrupted = error else { throw error }
            note("dami: \(error.message)")
            throw ExitCode(130)
        } catch {
            reporter.cancel()
            throw error
        }
        try reporter.finish(epochs: model.log.epochs.count, parameters: model.parameterCount, file: output)
    }
}

/// Whether Ctrl-C or SIGTERM came. The work asks between two steps, and ends with a checkpoint.
final class Interruption: @unchecked Sendable {
    // Unchecked for the sources, which nothing touches after `init` but `deinit`.
    private let requested = Atomic<Bool>(false)
    private let sources: [any DispatchSourceSignal]

    init() {
        let queue = DispatchQueue(label: "dami.signals")
        sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            return DispatchSource.makeSignalSource(signal: number, queue: queue)
        }
        for source in sources {
            source.setEventHandler { [weak self] in self?.requested.store(true, ordering: .relaxed) }
            source.resume()
        }
    }

    var isRequested: Bool { requested.load(ordering: .relaxed) }

    deinit {
        for source in sources { source.cancel() }
        for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
    }
}

/// Tells how training goes: a bar on stderr, and with `--json` a line an epoch on stdout.
final class TrainingReporter {
    private let json: Bool
    private var output = PatientOutput()
    private let start = ContinuousClock.now
    private var epochStart = ContinuousClock.now
    private var stage: DefaultModelTraining.Progress.Stage?
    private var display: ProgressDisplay?

    init(json: Bool) { self.json = json }

    func report(_ progress: DefaultModelTraining.Progress) {
        if progress.stage != stage {
            display?.finish()
            stage = progress.stage
            epochStart = .now
            display =
                switch progress.stage {
                case .statistics: nil
                case .trial: ProgressDisplay(title: "Trial without held-out customers", unit: .counted("samples"))
                case .training: ProgressDisplay(title: "Training", unit: .counted("samples"))
                }
        }
        guard progress.stage != .statistics else { return }
        display?.update(
            completed: progress.epoch * progress.samples + progress.samplesSeen,
            total: progress.epochs * progress.samples,
            detail: "epoch \(progress.epoch + 1), cost \(Self.decimals(progress.cost, 4))")
        guard progress.endsEpoch else { return }
        if json, progress.stage == .training {
            let seconds = Self.decimals((.now - epochStart) / .seconds(1), 3)
            output.print(
                "{\"epoch\":\(progress.epoch),\"cost\":\(Self.decimals(progress.cost, 5)),\"seconds\":\(seconds),"
                    + "\"samples\":\(progress.samples),\"time\":\"\(Self.localTime())\"}")
        }
        epochStart = .now
    }

    func cancel() { display?.cancel() }

    /// Finishes the bar; stdout stays as it is.
    func endDisplay() { display?.finish() }

    func finish(epochs: Int, parameters: Int, file: String) throws {
        endDisplay()
        let seconds = Self.decimals((.now - start) / .seconds(1), 3)
        if json {
            struct Done: Encodable {
                var done = true
                var epochs: Int
                var seconds: Double
                var parameters: Int
                var file: String
            }
            let done = Done(epochs: epochs, seconds: Double(seconds) ?? 0, parameters: parameters, file: file)
            output.print((try? JSONLine.text(of: done)) ?? "{\"done\":true}")
        } else {
            output.print("\(file): \(epochs) epochs in \(seconds) s, \(parameters) parameters")
        }
        try output.check()
    }

    static func decimals(_ value: Double, _ places: Int) -> String { String(format: "%.\(places)f", value) }

    /// The local time as ISO 8601 with its offset: 2019-11-18T03:40:41+09:00.
    static func localTime() -> String {
        var now = time(nil)
        var parts = tm()
        localtime_r(&now, &parts)
        var buffer = [CChar](repeating: 0, count: 40)
        let length = strftime(&buffer, buffer.count, "%Y-%m-%dT%H:%M:%S%z", &parts)
        var text = String(decoding: buffer.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        text.insert(":", at: text.index(text.endIndex, offsetBy: -2))
        return text
    }
}
