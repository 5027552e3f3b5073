import Dialogue
import Foundation
import Logging
import NIOCore
import ServiceLifecycle
import Testing

@testable import LineServer

/// Runs `body` with a server on a free port, then stops it gracefully.
func withServer(
    assistant: any Responding = EchoAssistant(), store: any ConversationStore = MemoryConversationStore(),
    tokens: String? = nil, configure: (inout ServerConfiguration) -> Void = { _ in },
    _ body: @escaping @Sendable (LineServer, SocketAddress, ServiceGroup) async throws -> Void
) async throws {
    var configuration = ServerConfiguration()
    configuration.port = 0
    configuration.drainTimeout = 5
    configure(&configuration)
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let server = try LineServer(
        configuration, assistant: assistant, store: store, tokens: try tokens.map { try TokenBook($0) }, logger: logger)
    let services = ServiceGroup(services: [server], logger: logger)
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await services.run() }
        do {
            try await body(server, try await server.address, services)
        } catch {
            await services.triggerGracefulShutdown()
            throw error
        }
        await services.triggerGracefulShutdown()
        try await group.waitForAll()
    }
}
