import NIOConcurrencyHelpers
import NIOCore

/// Where replies that waited for the disk come back to their connection's event loop.
///
/// Replies that come at once wake the loop once.
final class ReplyMailbox: Sendable {
    private struct Letters {
        var waiting: [(LineConnection.Ticket, LineConnection.Answer)] = []
        var isCollectionScheduled = false
    }

    private let eventLoop: any EventLoop
    private let letters = NIOLockedValueBox(Letters())
    private let notify: @Sendable () -> Void

    /// - Parameter notify: called on `eventLoop` when replies wait; it calls ``collect()``.
    init(eventLoop: any EventLoop, notify: @escaping @Sendable () -> Void) {
        self.eventLoop = eventLoop
        self.notify = notify
    }

    /// From any thread.
    func deliver(_ answer: LineConnection.Answer, for ticket: LineConnection.Ticket) {
        let mustSchedule = letters.withLockedValue { letters in
            letters.waiting.append((ticket, answer))
            defer { letters.isCollectionScheduled = true }
            return !letters.isCollectionScheduled
        }
        if mustSchedule { eventLoop.execute(notify) }
    }

    /// All replies that wait, in the order in which they came.
    func collect() -> [(LineConnection.Ticket, LineConnection.Answer)] {
        letters.withLockedValue { letters in
            defer { letters = Letters() }
            return letters.waiting
        }
    }
}
