import Foundation
import Logging
import NIOConcurrencyHelpers

/// Stores the changes of all sessions, many at a time, on a thread of its own.
///
/// While one commit waits for the disk the next one gathers: the slower the disk, the larger the groups, and the
/// event loops never wait.
final class Journal: Sendable {
    private struct Queue {
        var sessions: [Session] = []
        var isStopping = false
        var isRunning = false
    }

    let store: any ConversationStore
    let now: @Sendable () -> Date
    private let logger: Logger
    private let queue = NIOLockedValueBox(Queue())
    private let wakeUp = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)
    /// Called after each group, with its sessions.
    private let afterCommit = NIOLockedValueBox<(@Sendable ([Session]) -> Void)?>(nil)

    init(store: any ConversationStore, logger: Logger, now: @escaping @Sendable () -> Date = { Date() }) {
        self.store = store
        self.logger = logger
        self.now = now
    }

    /// Whether changes are kept in memory alone, and so at once.
    var isVolatile: Bool { store.isVolatile }

    func onCommit(_ body: @escaping @Sendable ([Session]) -> Void) {
        afterCommit.withLockedValue { $0 = body }
    }

    /// Starts the thread; until then changes gather.
    func start() {
        let isFirst = queue.withLockedValue { queue in
            defer { queue.isRunning = true }
            return !queue.isRunning
        }
        guard isFirst else { return }
        let thread = Thread { self.run() }
        thread.name = "dami journal"
        thread.start()
    }

    /// Stores what is left and ends the thread. Blocks until that is done.
    func stop() {
        let wasRunning = queue.withLockedValue { queue in
            defer { queue.isStopping = true }
            return queue.isRunning && !queue.isStopping
        }
        guard wasRunning else { return }
        wakeUp.signal()
        ended.wait()
    }

    /// The session has something to store. From any thread.
    func enqueue(_ session: Session) {
        let isFirst = queue.withLockedValue { queue in
            queue.sessions.append(session)
            return queue.sessions.count == 1
        }
        if isFirst { wakeUp.signal() }
    }

    /// Stores one change in memory; `nil` where that failed, which is logged.
    func commitNow(_ change: ConversationChange) -> CommitOutcome? {
        do {
            return try store.commit([change]).first
        } catch {
            logger.error("a conversation could not be kept", metadata: ["error": "\(error)"])
            return nil
        }
    }

    private func run() {
        while true {
            wakeUp.wait()
            let (sessions, isStopping) = queue.withLockedValue { queue in
                defer { queue.sessions.removeAll(keepingCapacity: true) }
                return (queue.sessions, queue.isStopping)
            }
            if !sessions.isEmpty {
                commit(sessions)
                afterCommit.withLockedValue { $0 }?(sessions)
            }
            if isStopping, queue.withLockedValue({ $0.sessions.isEmpty }) {
                ended.signal()
                return
            }
        }
    }

    private func commit(_ sessions: [Session]) {
        let changes = sessions.map { $0.takeChange() }
        do {
            let outcomes = try store.commit(changes)
            for (index, outcome) in outcomes.enumerated() {
                switch outcome {
                case .stored(let version): sessions[index].stored(changes[index], version: version)
                case .conflict:
                    sessions[index].conflicted(
                        with: try store.conversation(sessions[index].id, in: changes[index].catalog))
                }
            }
        } catch {
            logger.error(
                "changes could not be stored", metadata: ["error": "\(error)", "sessions": "\(sessions.count)"])
            for session in sessions { session.failed() }
        }
    }
}
