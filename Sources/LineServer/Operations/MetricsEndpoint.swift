import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import ServiceLifecycle

/// Two pages over HTTP for whoever watches the server: `/metrics` for Prometheus, `/healthz` for a load balancer.
///
/// `/healthz` answers 200 `ok` while the server takes new connections, and 503 `draining` while it stops.
public final class MetricsEndpoint: Service {
    private let host: String
    private let port: Int
    private let registry: PrometheusRegistry
    private let isHealthy: @Sendable () -> Bool
    private let logger: Logger
    private let eventLoops: any EventLoopGroup
    private let bound = BoundAddress()

    /// - Parameter port: 0 takes any free port.
    public init(
        host: String, port: Int, registry: PrometheusRegistry, logger: Logger,
        eventLoops: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        isHealthy: @escaping @Sendable () -> Bool
    ) {
        self.host = host
        self.port = port
        self.registry = registry
        self.logger = logger
        self.eventLoops = eventLoops
        self.isHealthy = isHealthy
    }

    /// Where the pages are, as soon as they are.
    public var address: SocketAddress {
        get async throws { try await bound.value() }
    }

    public func run() async throws {
        let listener: any Channel
        do {
            listener = try await ServerBootstrap(group: eventLoops)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelInitializer { [registry, isHealthy] channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                        try channel.pipeline.syncOperations.addHandler(
                            PageHandler(registry: registry, isHealthy: isHealthy))
                    }
                }
                .bind(host: host, port: port).get()
        } catch {
            let error = ServerConfigurationError.cannotBind(host: host, port: port, error)
            bound.settle(.failure(error))
            throw error
        }
        if let address = listener.localAddress { bound.settle(.success(address)) }
        // Open to the end, so that a balancer sees the server drain.
        try await cancelWhenGracefulShutdownIsOver(listener)
    }

    private func cancelWhenGracefulShutdownIsOver(_ listener: any Channel) async throws {
        await withTaskCancellationHandler {
            await withGracefulShutdownHandler {
                try? await listener.closeFuture.get()
            } onGracefulShutdown: {
                listener.close(promise: nil)
            }
        } onCancel: {
            listener.close(promise: nil)
        }
    }
}

private final class PageHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let registry: PrometheusRegistry
    private let isHealthy: @Sendable () -> Bool
    private var request: HTTPRequestHead?

    init(registry: PrometheusRegistry, isHealthy: @escaping @Sendable () -> Bool) {
        self.registry = registry
        self.isHealthy = isHealthy
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): request = head
        case .body: break
        case .end:
            guard let request else { return }
            self.request = nil
            answer(request, context)
        }
    }

    private func answer(_ request: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let (status, type, text): (HTTPResponseStatus, String, String) =
            switch (request.method, request.uri.split(separator: "?", maxSplits: 1).first.map(String.init) ?? "") {
            case (.GET, "/metrics"), (.HEAD, "/metrics"):
                (.ok, "text/plain; version=0.0.4; charset=utf-8", registry.text())
            case (.GET, "/healthz"), (.HEAD, "/healthz"):
                isHealthy()
                    ? (.ok, "text/plain; charset=utf-8", "ok\n")
                    : (.serviceUnavailable, "text/plain; charset=utf-8", "draining\n")
            case (.GET, _), (.HEAD, _): (.notFound, "text/plain; charset=utf-8", "here are /metrics and /healthz\n")
            default: (.methodNotAllowed, "text/plain; charset=utf-8", "GET or HEAD\n")
            }
        var headers = HTTPHeaders([("content-type", type), ("content-length", "\(text.utf8.count)")])
        if !request.isKeepAlive { headers.add(name: "connection", value: "close") }
        let head = HTTPResponseHead(version: request.version, status: status, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if request.method != .HEAD {
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: text)))), promise: nil)
        }
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        let isKeepAlive = request.isKeepAlive
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in
            if !isKeepAlive { bound.value.close(promise: nil) }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
