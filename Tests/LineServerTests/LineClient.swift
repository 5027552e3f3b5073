import Foundation
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import NIOSSL

/// A client that sends bytes and gives back the lines that come.
final class LineClient: Sendable {
    private struct State {
        var received = ByteBuffer()
        var isClosed = false
    }

    private final class Collector: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer
        let state: NIOLockedValueBox<State>

        init(state: NIOLockedValueBox<State>) { self.state = state }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let bytes = unwrapInboundIn(data)
            state.withLockedValue { _ = $0.received.writeImmutableBuffer(bytes) }
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if case .some(ChannelEvent.inputClosed) = event as? ChannelEvent {
                state.withLockedValue { $0.isClosed = true }
                context.close(promise: nil)
            }
        }

        func channelInactive(context: ChannelHandlerContext) { state.withLockedValue { $0.isClosed = true } }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            state.withLockedValue { $0.isClosed = true }
        }
    }

    enum Failure: Error {
        case timeout(received: String)
    }

    private let channel: any Channel
    private let state: NIOLockedValueBox<State>

    /// - Parameter readsItself: `false` for a client that takes nothing from the network until told so.
    init(to address: SocketAddress, readsItself: Bool = true, tls: NIOSSLContext? = nil) async throws {
        let state = NIOLockedValueBox(State())
        self.state = state
        channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(.autoRead, value: readsItself)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls {
                        let handler = try NIOSSLClientHandler(context: tls, serverHostname: "localhost")
                        try channel.pipeline.syncOperations.addHandler(handler)
                    }
                    try channel.pipeline.syncOperations.addHandler(Collector(state: state))
                }
            }
            .connect(to: address).get()
    }

    func send(_ text: String) async throws { try await send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) async throws { try await channel.writeAndFlush(ByteBuffer(bytes: bytes)) }

    /// Sends without waiting for the network to take it.
    func sendWithoutWaiting(_ text: String) { channel.writeAndFlush(ByteBuffer(string: text), promise: nil) }

    func endSending() async throws { try await channel.close(mode: .output) }

    func close() async throws { try await channel.close() }

    func startReading() async throws { try await channel.setOption(.autoRead, value: true).get() }

    var receivedByteCount: Int { state.withLockedValue { $0.received.readableBytes } }

    var received: String { state.withLockedValue { String(buffer: $0.received) } }

    /// Waits until a condition holds of what was received.
    func wait(seconds: Double = 10, until condition: @Sendable (String, Bool) -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < deadline {
            let (text, isClosed) = state.withLockedValue { (String(buffer: $0.received), $0.isClosed) }
            if condition(text, isClosed) { return }
            try await Task.sleep(for: .milliseconds(2))
        }
        throw Failure.timeout(received: String(received.suffix(500)))
    }

    /// The next line, without its end.
    func line() async throws -> String {
        try await wait { text, isClosed in text.contains("\n") || isClosed }
        return state.withLockedValue { state in
            let view = state.received.readableBytesView
            guard let end = view.firstIndex(of: 0x0A) else { return "" }
            let line = state.received.readString(length: end - view.startIndex) ?? ""
            state.received.moveReaderIndex(forwardBy: 1)
            return line
        }
    }

    /// A text reply: its lines up to the empty one.
    func reply() async throws -> [String] {
        var lines: [String] = []
        while true {
            let line = try await line()
            if line.isEmpty { return lines }
            lines.append(line)
        }
    }

    /// Sends one JSON line and reads its reply.
    func ask(_ request: String) async throws -> [String: Any] {
        try await send(request + "\n")
        return try await json()
    }

    func json() async throws -> [String: Any] {
        let line = try await line()
        return (try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]) ?? [:]
    }

    func waitForClose() async throws { try await wait { _, isClosed in isClosed } }
}
