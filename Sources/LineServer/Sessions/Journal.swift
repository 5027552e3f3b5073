import Foundation
import Logging
import NIOConcurrencyHelpers

/// Stores the changes of all sessions, many at a time, on a thread of its own.
///
/// While one commit waits for the disk the next one gathers: the slower the disk, the larger the groups, and the
/// event loops never wait.
final class Journal: Sendable {
    private struct Queue {
        /// Replies wait for these.
        var sessions: [Session] = []
        /// Nobody waits for these: they go along with others, or after a second.
        var unhurried: [Session] = []
        var unhurriedAt = DispatchTime.now()
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

    /// The session has something to store that nobody waits for. From any thread.
    func enqueueUnhurried(_ session: Session) {
        queue.withLockedValue { $0.unhurried.append(session) }
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

    private static let patience = DispatchTimeInterval.seconds(1)

    private func run() {
        while true {
            let isInHurry = wakeUp.wait(timeout: .now() + Self.patience) == .success
            let (sessions, isStopping) = takeSessions(isInHurry: isInHurry)
            if !sessions.isEmpty {
                commit(sessions)
                afterCommit.withLockedValue { $0 }?(sessions)
            }
            if isStopping, queue.withLockedValue({ $0.sessions.isEmpty && $0.unhurried.isEmpty }) {
                ended.signal()
                return
            }
        }
    }

    private func takeSessions(isInHurry: Bool) -> (sessions: [Session], isStopping: Bool) {
        queue.withLockedValue { queue in
            var sessions = queue.sessions
            queue.sessions.removeAll(keepingCapacity: true)
            let now = DispatchTime.now()
            if !isInHurry || queue.isStopping || now >= queue.unhurriedAt + Self.patience {
                queue.unhurriedAt = now
                sessions += queue.unhurried
                queue.unhurried.removeAll(keepingCapacity: true)
            }
            return (sessions, queue.isStopping)
        }
    }

    private func commit(_ sessions: [Session]) {
        // A session may stand here twice, in a hurry and not: the second time there is nothing left to store.
        let pairs = sessions.compactMap { session in session.takeChange().map { (session, $0) } }
        let (sessions, changes) = (pairs.map(\.0), pairs.map(\.1))
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
