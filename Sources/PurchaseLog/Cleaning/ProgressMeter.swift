import Synchronization

/// Adds up what chunks read on several threads.
final class ProgressMeter: Sendable {
    private let state: Mutex<(bytes: Int, rows: Int)> = Mutex((0, 0))
    private let total: Int
    private let report: @Sendable (PreparationProgress) -> Void

    init(total: Int, report: @escaping @Sendable (PreparationProgress) -> Void) {
        self.total = total
        self.report = report
    }

    func advance(bytes: Int, rows: Int) {
        state.withLock { state in
            state.bytes += bytes
            state.rows += rows
            report(PreparationProgress(bytes: min(state.bytes, total), totalBytes: total, rows: state.rows))
        }
    }
}
