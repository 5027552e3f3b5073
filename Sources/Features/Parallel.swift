import Dispatch
import Synchronization

/// Runs `body(0)`, …, `body(count - 1)`, up to `threads` at a time, and returns when all are done.
///
/// Which thread runs what is left to chance: bodies write to places of their own, so that the result isn't.
package func parallelForEach(count: Int, threads: Int, _ body: @Sendable (Int) -> Void) {
    guard threads > 1, count > 1 else {
        for index in 0..<count { body(index) }
        return
    }
    let next = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: min(threads, count)) { _ in
        while true {
            let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
            guard index < count else { return }
            body(index)
        }
    }
}
