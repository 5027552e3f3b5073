import NIOCore

/// The connections of one event loop that have lines left after their turn, in the order in which they go on.
///
/// An event loop runs all tasks that are ready before it looks at its sockets again, those too that a task has just added. A
/// thousand connections that go on by `execute` would so keep a loop from everybody else. Here they go on for a slice of time,
/// then the sockets have theirs: a line that just came waits for a slice at most, however much others have sent. Connections
/// that send little go before the heavy ones, which get what the slice leaves, and one turn at least.
final class TurnQueue {
    private let eventLoop: any EventLoop
    private let now: () -> NIODeadline
    private var waiting: CircularBuffer<() -> Void> = []
    private var heavyWaiting: CircularBuffer<() -> Void> = []
    private var isScheduled = false

    /// How long connections go on before the sockets are looked at.
    private static let slice = TimeAmount.microseconds(300)
    /// Long enough for the loop not to take it for due at once.
    private static let pause = TimeAmount.microseconds(20)
    /// While others ask, heavy connections leave the processor, too: on a busy machine their work would else keep the threads
    /// waiting that others' lines come from.
    private static let pauseBesideOthers = TimeAmount.microseconds(300)
    private static let sliceBesideOthers = TimeAmount.microseconds(100)
    private static let othersAskWithin = TimeAmount.milliseconds(2)
    private var lastLight = NIODeadline.uptimeNanoseconds(0)

    /// - Parameter now: the clock that slices are measured by.
    init(eventLoop: any EventLoop, now: @escaping () -> NIODeadline = NIODeadline.now) {
        self.eventLoop = eventLoop
        self.now = now
    }

    /// Whether others wait for their turn: then a connection whose bytes just came takes few lines before it waits, too.
    var isBusy: Bool { !waiting.isEmpty || !heavyWaiting.isEmpty }

    /// - Parameter isHeavy: whether the connection sent more at once than a person types.
    func add(isHeavy: Bool, _ turn: @escaping () -> Void) {
        eventLoop.preconditionInEventLoop()
        if isHeavy { heavyWaiting.append(turn) } else { waiting.append(turn) }
        schedule()
    }

    /// A connection that sends little was served now.
    func servedLight(at now: NIODeadline) { lastLight = now }

    private func schedule() {
        guard !isScheduled else { return }
        isScheduled = true
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        eventLoop.scheduleTask(in: pause) { bound.value.run() }
    }

    private var pause: TimeAmount {
        waiting.isEmpty && othersAsk ? Self.pauseBesideOthers : Self.pause
    }

    private var othersAsk: Bool { now() - lastLight < Self.othersAskWithin }

    private func run() {
        let end = now() + (othersAsk ? Self.sliceBesideOthers : Self.slice)
        heavyWaiting.popFirst()?()
        // A turn may add itself again: those go on in the next slice, or later in this one.
        while now() < end, let turn = waiting.popFirst() ?? heavyWaiting.popFirst() { turn() }
        // Only now: were the next slice scheduled by a turn of this one, it would be due before the sockets are looked at.
        isScheduled = false
        if isBusy { schedule() }
    }
}
