import Foundation
import Synchronization

/// Threads that share out numbered tasks, for loops that are too short to start threads for.
///
///     let pool = WorkerPool(threads: 2)
///     pool.run(tasks: 8) { task in sums[task] = sum(of: part(task)) }
///
/// The caller works, too; `run` comes back when all tasks are done. Which thread takes which task is left to chance, so a
/// result is the same on any number of threads exactly when each task writes what no other reads or writes.
///
/// Between loops a worker looks for the next one for some microseconds before it sleeps, as training steps follow each
/// other closely.
package final class WorkerPool: Sendable {
    /// How many threads work, the caller among them.
    package let threads: Int
    private let shared = Shared()

    /// - Parameter threads: At least 1; by default as many as the machine has processors for this process.
    package init(threads: Int = ProcessInfo.processInfo.activeProcessorCount) {
        self.threads = max(1, threads)
        for _ in 1..<self.threads {
            let thread = Thread { [shared] in shared.work() }
            thread.stackSize = 1 << 20
            thread.start()
        }
    }

    deinit {
        shared.stop()
    }

    /// Runs `body(0)` … `body(tasks - 1)`, each once, and waits for all.
    ///
    /// Not to be called from two threads at once, nor from within a task.
    package func run(tasks: Int, _ body: @Sendable (Int) -> Void) {
        guard threads > 1, tasks > 1 else {
            for task in 0..<tasks { body(task) }
            return
        }
        withoutActuallyEscaping(body) { body in
            shared.run(tasks: tasks, workers: threads - 1, body)
        }
    }

    /// What the threads share: the loop at hand, and how far it is.
    private final class Shared: @unchecked Sendable {
        // Unchecked: `body` and `tasks` are written by the caller while no worker reads them, which `generation` and
        // `working` order; `isStopped` and sleeping go by the condition's lock.
        private var body: (@Sendable (Int) -> Void)?
        private var tasks = 0
        private var isStopped = false
        private let condition = NSCondition()
        private let generation = Atomic<Int>(0)
        private let next = Atomic<Int>(0)
        private let working = Atomic<Int>(0)

        /// About twenty microseconds.
        private static let patience = 4000

        func run(tasks: Int, workers: Int, _ body: @escaping @Sendable (Int) -> Void) {
            self.body = body
            self.tasks = tasks
            next.store(0, ordering: .relaxed)
            working.store(workers, ordering: .relaxed)
            condition.lock()
            generation.add(1, ordering: .releasing)
            condition.broadcast()
            condition.unlock()
            takeTasks()
            var looks = 0
            while working.load(ordering: .acquiring) > 0 {
                looks += 1
                if looks > Self.patience { sched_yield() }
            }
            self.body = nil
        }

        private func takeTasks() {
            guard let body else { return }
            while true {
                let task = next.add(1, ordering: .relaxed).oldValue
                guard task < tasks else { return }
                body(task)
            }
        }

        func work() {
            var seen = 0
            while true {
                seen = nextGeneration(after: seen)
                guard seen >= 0 else { return }
                takeTasks()
                working.subtract(1, ordering: .releasing)
            }
        }

        /// Waits for the next loop; −1 where there will be none.
        private func nextGeneration(after seen: Int) -> Int {
            for _ in 0..<Self.patience {
                let now = generation.load(ordering: .acquiring)
                if now != seen { return now }
            }
            condition.lock()
            defer { condition.unlock() }
            while generation.load(ordering: .acquiring) == seen {
                if isStopped { return -1 }
                condition.wait()
            }
            return generation.load(ordering: .acquiring)
        }

        func stop() {
            condition.lock()
            isStopped = true
            condition.broadcast()
            condition.unlock()
        }
    }
}
