import Dialogue
import Foundation
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import ServiceLifecycle
import Shop

/// The line protocol over TCP: text and JSON on one port, in front of the engine that the REPL uses.
///
///     let server = try LineServer(configuration, assistant: assistant, store: store, tokens: nil, logger: logger)
///     try await ServiceGroup(services: [server], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger).run()
///
/// `docs/PROTOCOL.md` specifies what goes over the wire. A graceful shutdown answers what was read, tells each
/// connection `shutting_down`, and returns when all have taken that or ``ServerConfiguration/drainTimeout`` is over.
public final class LineServer: Service {
    private let state: ServerState
    private let transportSecurity: NIOSSLContext?
    private let eventLoops: any EventLoopGroup
    private let bound = BoundAddress()

    /// - Throws: ``ServerConfigurationError`` where the server can't run like that; no socket is opened yet.
    public init(
        _ configuration: ServerConfiguration, assistant: any Responding, store: any ConversationStore,
        tokens: TokenBook?, logger: Logger, eventLoops: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) throws {
        try configuration.validate(hasTokens: tokens != nil)
        if let certificate = configuration.certificate, let key = configuration.privateKey {
            transportSecurity = try TransportSecurity.context(certificate: certificate, privateKey: key)
        } else {
            transportSecurity = nil
        }
        state = ServerState(
            configuration: configuration, assistant: assistant, store: store, tokens: tokens, logger: logger)
        self.eventLoops = eventLoops
    }

    /// Where the server listens, as soon as it does. With port 0 this is how to learn the port.
    public var address: SocketAddress {
        get async throws { try await bound.value() }
    }

    /// Lines that begin from now on are answered by this assistant. Conversations go on; items that its catalog
    /// doesn't have leave them.
    public func replaceAssistant(by assistant: any Responding) {
        state.engine.replace(by: assistant)
        state.metrics.reloaded()
    }

    /// Tokens that are given from now on are looked up here. Who is in stays in.
    public func replaceTokens(by tokens: TokenBook) { state.replaceTokens(by: tokens) }

    /// Whether it takes new connections.
    public var isAccepting: Bool { state.isAccepting }

    /// Connections that are open now.
    public var connectionCount: Int { state.connectionCount }

    /// Serves until the task is cancelled or a graceful shutdown is asked for.
    public func run() async throws {
        state.journal.start()
        let listener: any Channel
        do {
            listener = try await bind()
        } catch {
            state.journal.stop()
            bound.settle(.failure(error))
            throw error
        }
        if let address = listener.localAddress {
            bound.settle(.success(address))
            state.logger.info("listening", metadata: ["address": "\(address)"])
        }
        let housekeeping = eventLoops.next().scheduleRepeatedTask(initialDelay: .minutes(1), delay: .minutes(10)) {
            [state] _ in DispatchQueue.global(qos: .utility).async { state.forgetExpired() }
        }
        await withTaskCancellationHandler {
            await withGracefulShutdownHandler {
                try? await listener.closeFuture.get()
            } onGracefulShutdown: {
                listener.close(promise: nil)
            }
        } onCancel: {
            listener.close(promise: nil)
        }
        housekeeping.cancel()
        await drain()
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { [state] in
                state.journal.stop()
                continuation.resume()
            }
        }
        state.logger.info("stopped")
    }

    private func bind() async throws -> any Channel {
        let configuration = state.configuration
        let bootstrap = ServerBootstrap(group: eventLoops)
            .serverChannelOption(.backlog, value: 4096)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            // The handler reads when it has room, and lets a peer that sends no more take its replies.
            .childChannelOption(.autoRead, value: false)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            // What a peer does not read costs the work of making it: the kernel would let its share grow to megabytes.
            .childChannelOption(.socketOption(.so_sndbuf), value: 64 * 1024)
            .childChannelOption(.writeBufferWaterMark, value: .init(low: 16 * 1024, high: 64 * 1024))
            .childChannelInitializer { [state, transportSecurity] channel in
                channel.eventLoop.makeCompletedFuture {
                    if let transportSecurity {
                        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: transportSecurity))
                    }
                    try channel.pipeline.syncOperations.addHandler(LineHandler(server: state))
                }
            }
        do {
            return try await bootstrap.bind(host: configuration.host, port: configuration.port).get()
        } catch {
            throw ServerConfigurationError.cannotBind(host: configuration.host, port: configuration.port, error)
        }
    }

    /// Lets the connections take their last replies.
    private func drain() async {
        state.logger.info("draining", metadata: ["connections": "\(state.connectionCount)"])
        state.end(.drain)
        let deadline = NIODeadline.now() + .seconds(Int64(state.configuration.drainTimeout))
        while state.connectionCount > 0, NIODeadline.now() < deadline {
            try? await Task.sleep(for: .milliseconds(10))
        }
        let left = state.connectionCount
        guard left > 0 else { return }
        state.logger.warning("connections did not take their last replies", metadata: ["connections": "\(left)"])
        state.end(.abort)
    }
}

extension ServerState {
    /// Conversations that nobody spoke in for a day.
    func forgetExpired() {
        do {
            let count = try journal.store.removeConversations(
                lastUsedBefore: journal.now().addingTimeInterval(-SessionRegistry.lifetime))
            if count > 0 { logger.info("conversations expired", metadata: ["count": "\(count)"]) }
        } catch {
            logger.error("expired conversations could not be removed", metadata: ["error": "\(error)"])
        }
    }
}
