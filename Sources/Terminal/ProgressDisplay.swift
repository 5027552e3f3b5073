import Foundation
import Shop
import Synchronization

/// Shows a ``ProgressBar`` on stderr while a work goes on. May be called from any thread.
///
///     let progress = ProgressDisplay(title: "Reading", unit: .bytes, total: size)
///     for chunk in chunks {
///         …
///         progress.update(completed: offset)            // cheap: draws at most ten times a second
///     }
///     progress.finish()                                  // "Reading: 812.0 MB in 1.6 s"
///
/// On a terminal one line is drawn over and over. Elsewhere (a log file, a pipe) there are plain lines, seldom: one
/// every ten seconds, and the summary. An escape code is only written to a terminal that is not `TERM=dumb`.
public final class ProgressDisplay: Sendable {
    private struct State {
        var bar: ProgressBar
        var lastDrawn: Double
        /// The columns that stand on the line now, to be wiped on a terminal without escape codes.
        var drawnWidth = 0
        var isOver = false
    }

    private let state: Mutex<State>
    private let output: Output
    private let start: ContinuousClock.Instant
    private let now: @Sendable () -> ContinuousClock.Instant

    /// - Parameters:
    ///   - title: what is done, short.
    ///   - total: how many units there are, or `nil` where that is not known.
    public convenience init(title: String, unit: ProgressBar.Unit, total: Int? = nil) {
        self.init(ProgressBar(title: title, unit: unit, total: total), output: .standardError())
    }

    init(
        _ bar: ProgressBar, output: Output,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }
    ) {
        self.output = output
        self.now = now
        start = now()
        state = Mutex(State(bar: bar, lastDrawn: -.infinity))
        state.withLock { draw(&$0, elapsed: 0) }
    }

    /// Tells how far the work is.
    ///
    /// - Parameter detail: free text behind the counts; `nil` keeps the one before.
    public func update(completed: Int, total: Int? = nil, detail: String? = nil) {
        state.withLock { state in
            guard !state.isOver else { return }
            state.bar.completed = completed
            if let total { state.bar.total = total }
            if let detail { state.bar.detail = detail }
            let elapsed = elapsed()
            guard elapsed - state.lastDrawn >= output.interval else { return }
            draw(&state, elapsed: elapsed)
        }
    }

    /// Prints a line above the bar.
    public func note(_ line: String) {
        state.withLock { state in
            wipe(&state)
            output.write(line + "\n")
            if output.isTerminal, !state.isOver { draw(&state, elapsed: elapsed()) }
        }
    }

    /// Ends the bar with its summary line. What comes later is ignored.
    public func finish(completed: Int? = nil, detail: String? = nil) {
        state.withLock { state in
            guard !state.isOver else { return }
            if let completed { state.bar.completed = completed }
            if let detail { state.bar.detail = detail }
            wipe(&state)
            state.isOver = true
            output.write(state.bar.summary(elapsed: elapsed()) + "\n")
        }
    }

    /// Takes the bar away without a word, as before an error message.
    public func cancel() {
        state.withLock { state in
            guard !state.isOver else { return }
            wipe(&state)
            state.isOver = true
        }
    }

    private func elapsed() -> Double { (now() - start) / .seconds(1) }

    private func draw(_ state: inout State, elapsed: Double) {
        state.lastDrawn = elapsed
        guard output.isTerminal else {
            // The first line would say nothing; a short work leaves the summary alone.
            if elapsed > 0 {
                output.write(state.bar.line(elapsed: elapsed, width: 100, glyphs: .ascii) + "\n")
            }
            return
        }
        // The last column stays free: some terminals wrap as soon as it is written.
        let line = state.bar.line(elapsed: elapsed, width: max(1, output.width() - 1), glyphs: output.glyphs)
        let width = line.displayWidth
        if output.mayEscape {
            output.write("\r\(line)\u{1B}[K")
        } else {
            output.write("\r" + line.padded(toWidth: state.drawnWidth))
        }
        state.drawnWidth = width
    }

    private func wipe(_ state: inout State) {
        guard output.isTerminal, state.drawnWidth > 0 else { return }
        if output.mayEscape {
            output.write("\r\u{1B}[K")
        } else {
            output.write("\r" + String(repeating: " ", count: state.drawnWidth) + "\r")
        }
        state.drawnWidth = 0
    }
}

extension ProgressDisplay {
    /// Where a bar is drawn, and what may be written there.
    struct Output: Sendable {
        var isTerminal: Bool
        /// Whether escape codes may be written.
        var mayEscape: Bool
        var glyphs: ProgressBar.Glyphs
        /// The columns of the window, asked for at each drawing, so that a resize is followed.
        var width: @Sendable () -> Int
        var write: @Sendable (String) -> Void

        /// The least time between two drawings, in seconds.
        var interval: Double { isTerminal ? 0.1 : 10 }

        static func standardError(environment: [String: String] = ProcessInfo.processInfo.environment) -> Output {
            let capabilities = TerminalCapabilities(descriptor: STDERR_FILENO, environment: environment)
            return Output(
                isTerminal: capabilities.isTerminal,
                mayEscape: capabilities.mayEscape,
                glyphs: capabilities.showsUnicode ? .blocks : .ascii,
                width: { TerminalCapabilities.size(of: STDERR_FILENO)?.columns ?? 80 },
                write: { FileHandle.standardError.write(Data($0.utf8)) })
        }
    }
}
