import Dialogue
import Logging
import NIOConcurrencyHelpers
import NIOCore

/// What the connections of a server share.
final class ServerState: Sendable {
    let configuration: ServerConfiguration
    let engine: Engine
    let journal: Journal
    let sessions: SessionRegistry
    let attempts = TokenAttempts()
    let metrics = ServerMetrics()
    let logger: Logger
    private let tokens: NIOLockedValueBox<TokenBook?>
    private let turnQueues = NIOLockedValueBox<[ObjectIdentifier: NIOLoopBound<TurnQueue>]>([:])
    private let open = NIOLockedValueBox(Open())

    private struct Open {
        var connections: [ObjectIdentifier: @Sendable (Farewell) -> Void] = [:]
        var isDraining = false
    }

    /// How a connection is asked to end.
    enum Farewell: Sendable {
        /// Answer what was read, say that the server stops, close.
        case drain
        /// Close as it is.
        case abort
    }

    init(
        configuration: ServerConfiguration, assistant: any Responding, store: any ConversationStore, tokens: TokenBook?,
        logger: Logger
    ) {
        self.configuration = configuration
        self.logger = logger
        self.tokens = NIOLockedValueBox(tokens)
        engine = Engine(assistant)
        journal = Journal(store: store, logger: logger)
        sessions = SessionRegistry(engine: engine, journal: journal)
    }

    var limits: LineConnection.Limits {
        LineConnection.Limits(
            lineLength: configuration.maximumLineLength, outstanding: configuration.maximumOutstanding,
            requestsPerSecond: configuration.requestsPerSecond)
    }

    /// The queue of an event loop, to be asked for on that loop.
    func turns(of eventLoop: any EventLoop) -> TurnQueue {
        turnQueues.withLockedValue { queues in
            let id = ObjectIdentifier(eventLoop)
            if let queue = queues[id] { return queue }
            let queue = NIOLoopBound(TurnQueue(eventLoop: eventLoop), eventLoop: eventLoop)
            queues[id] = queue
            return queue
        }.value
    }

    // MARK: - Tokens

    /// `nil` where the server was started without a tokens file.
    var tokenBook: TokenBook? { tokens.withLockedValue { $0 } }

    func replaceTokens(by book: TokenBook) { tokens.withLockedValue { $0 = book } }

    // MARK: - Connections

    /// What became of a connection that was accepted.
    enum Admission {
        case admitted
        case full
        case draining
    }

    func admit(_ id: ObjectIdentifier, end: @escaping @Sendable (Farewell) -> Void) -> Admission {
        let (admission, count) = open.withLockedValue { open in
            if open.isDraining { return (Admission.draining, open.connections.count) }
            if open.connections.count >= configuration.maximumConnections { return (.full, open.connections.count) }
            open.connections[id] = end
            return (.admitted, open.connections.count)
        }
        if case .admitted = admission { metrics.accepted(connections: count) }
        return admission
    }

    func ended(_ id: ObjectIdentifier) {
        let count = open.withLockedValue { open in
            open.connections[id] = nil
            return open.connections.count
        }
        metrics.closed(connections: count)
    }

    var isAccepting: Bool { open.withLockedValue { !$0.isDraining } }

    var connectionCount: Int { open.withLockedValue { $0.connections.count } }

    /// Asks every connection to end, and admits no more.
    func end(_ farewell: Farewell) {
        let ends = open.withLockedValue { open in
            open.isDraining = true
            return Array(open.connections.values)
        }
        for end in ends { end(farewell) }
    }
}
