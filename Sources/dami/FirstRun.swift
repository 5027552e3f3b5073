import ArgumentParser
import Foundation
import Shop
import ShopStore
import Terminal
import WideDeep

/// The shop and the model that a conversation runs on; on a machine where there are none, a sample is made.
///
/// A named file is taken as it is. Where neither is named and dami's home has no model, one is trained: on the shop
/// that is there, else on a synthetic sample shop. Everything is made in a directory beside and renamed when it is whole,
/// so that an interrupted first run leaves nothing; two programs that start at once wait for each other.
struct FirstRun {
    /// What to open. The shop may be missing where a model was named: dami talks with strangers without it.
    struct Files: Hashable {
        var shop: String?
        var model: String
    }

    /// How large the sample shop is.
    static let sampleCustomers = 6_000

    private let home: String
    private let exists: (String) -> Bool

    init(home: String = DamiHome.directory) {
        self.home = home
        self.exists = { FileManager.default.fileExists(atPath: $0) }
    }

    private var shopPath: String { home + "/shop.db" }
    private var modelPath: String { home + "/shop.model" }

    /// The files to open for `--data` and `--model`, made first where there are none.
    func files(data: String?, model: String?) throws -> Files {
        if let model { return Files(shop: data ?? (exists(shopPath) ? shopPath : nil), model: model) }
        if exists(modelPath) { return Files(shop: data ?? (exists(shopPath) ? shopPath : nil), model: modelPath) }
        if let data { throw FirstRunError.noModel(path: modelPath, data: data) }
        try makeMissing()
        return Files(shop: shopPath, model: modelPath)
    }

    private func makeMissing() throws {
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
        let lock = try DirectoryLock(in: home)
        defer { lock.release() }
        // Somebody else may have made them while this one waited.
        if exists(modelPath) { return }
        let workshop = home + "/.making-\(getpid())"
        let interruption = Interruption()
        defer { try? FileManager.default.removeItem(atPath: workshop) }
        try FileManager.default.createDirectory(atPath: workshop, withIntermediateDirectories: true)
        var shop = shopPath
        if exists(shopPath) {
            note("dami: no model yet; training one on \(shopPath)")
        } else {
            note("dami: no shop and no model yet; making a synthetic sample shop and training on it, once, in \(home)")
            shop = workshop + "/shop.db"
            try ShopStore.createSample(at: shop, customers: Self.sampleCustomers)
        }
        if interruption.isRequested { throw ExitCode(130) }
        let model = workshop + "/shop.model"
        try train(on: shop, output: model, interruption)
        if shop != shopPath { try rename(shop, to: shopPath) }
        try rename(model, to: modelPath)
    }

    private func train(on shop: String, output: String, _ interruption: Interruption) throws {
        let dataset = try ShopStore.open(shop, access: .readOnly).dataset()
        let training = DefaultModelTraining(
            dataset: dataset, settings: DefaultTrainingSettings(),
            threads: ProcessInfo.processInfo.activeProcessorCount)
        let reporter = TrainingReporter(json: false)
        var control = DefaultModelTraining.Control()
        control.isCancelled = { interruption.isRequested }
        control.progress = { reporter.report($0) }
        do {
            try training.run(control).write(to: output)
            reporter.endDisplay()
        } catch {
            reporter.cancel()
            guard case .interrupted? = error as? DefaultTrainingError else { throw error }
            throw ExitCode(130)
        }
    }

    private func rename(_ from: String, to: String) throws {
        guard Foundation.rename(from, to) == 0 else {
            throw FirstRunError.unwritable(path: to, reason: String(cString: strerror(errno)))
        }
    }
}

/// Why a first run could not make what was missing.
enum FirstRunError: ReportableError {
    case noModel(path: String, data: String)
    case unwritable(path: String, reason: String)

    var message: String {
        switch self {
        case .noModel(let path, let data):
            "\(path): no such model; train one with dami train --data \(data) --output \(path), or name one with --model"
        case .unwritable(let path, let reason):
            "\(path): can't be written (\(reason)); set DAMI_HOME to a directory that can"
        }
    }
}

/// Keeps a second program out of a directory while the first one makes things there.
private struct DirectoryLock {
    private let descriptor: Int32

    init(in directory: String) throws {
        let path = directory + "/.lock"
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw FirstRunError.unwritable(path: path, reason: String(cString: strerror(errno)))
        }
        if flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            note("dami: another dami is making the sample shop; waiting for it")
            while flock(descriptor, LOCK_EX) != 0, errno == EINTR {}
        }
    }

    func release() { close(descriptor) }
}
