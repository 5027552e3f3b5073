import Dispatch
import Foundation

/// Ends the program with status 130 at Ctrl-C or SIGTERM, once what is half done has been cleared away.
///
/// For work that cannot be gone on with later; `train`, which can, asks an ``Interruption`` instead.
final class InterruptExit {
    private let sources: [any DispatchSourceSignal]

    /// - Parameter cleanup: run on a queue of its own while the work goes on.
    init(cleanup: @escaping @Sendable () -> Void) {
        let queue = DispatchQueue(label: "dami.interrupt")
        sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler {
                cleanup()
                note("\ndami: interrupted")
                _exit(130)
            }
            source.resume()
            return source
        }
    }

    deinit {
        for source in sources { source.cancel() }
        for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
    }
}
