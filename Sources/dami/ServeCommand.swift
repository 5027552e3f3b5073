import ArgumentParser
import Dialogue
import Foundation
import LineServer
import Logging
import Metrics
import ServiceLifecycle
import Shop
import UnixSignals

/// `dami serve`: the line protocol over TCP.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Answer customers over TCP: what dami chat does, for many at once.",
        discussion: """
            Try it with `nc localhost 7447`. The protocol, text and JSON on one port, is described in docs/PROTOCOL.md.

            SIGTERM answers what was read, tells every connection, and stops; SIGHUP reads the model and the tokens file \
            anew without losing a line. A shop that was prepared again needs a restart.
            """)

    @Option(help: ArgumentHelp("The shop. (default: shop.db in dami's home)", valueName: "file")) var data: String?
    @Option(help: ArgumentHelp("The model. (default: shop.model in dami's home)", valueName: "file")) var model: String?

    @Option(help: "Where to listen: an address of this machine, or 0.0.0.0 or :: for all.")
    var host = ServerConfiguration().host
    @Option(help: "The port to listen on; 0 takes any that is free.") var port = ServerConfiguration().port
    @Option(help: ArgumentHelp("Tokens and their roles, as dami token makes them.", valueName: "file"))
    var tokens: String?
    @Flag(help: "Serve guests of other machines although nobody needs a token.") var insecure = false
    @Option(help: ArgumentHelp("A certificate chain in PEM form, for TLS.", valueName: "file"))
    var tlsCertificate: String?
    @Option(help: ArgumentHelp("The certificate's private key in PEM form.", valueName: "file")) var tlsKey: String?

    @Option(help: "Connections at once; one more is answered too_many_connections.")
    var maxConnections = ServerConfiguration().maximumConnections
    @Option(
        help: ArgumentHelp(
            "Seconds without a line after which a connection is closed; 0 for never.", valueName: "seconds"))
    var idleTimeout = ServerConfiguration().idleTimeout
    @Option(help: ArgumentHelp("The longest line; a longer one is answered line_too_long.", valueName: "bytes"))
    var maxLine = ServerConfiguration().maximumLineLength
    @Option(
        help: ArgumentHelp("Lines a second of one connection before rate_limited; 0 for no limit.", valueName: "lines"))
    var maxRate = ServerConfiguration().requestsPerSecond
    @Option(
        help: ArgumentHelp("Lines of one connection under way before the server reads no further.", valueName: "lines"))
    var maxOutstanding = ServerConfiguration().maximumOutstanding
    @Option(help: ArgumentHelp("Seconds for taking the last replies when the server stops.", valueName: "seconds"))
    var drainTimeout = ServerConfiguration().drainTimeout

    @Option(
        help: ArgumentHelp(
            "Serve /metrics (Prometheus) and /healthz on this port of --metrics-host.", valueName: "port"))
    var metricsPort: Int?
    @Option(help: ArgumentHelp("Where to serve them.", valueName: "address")) var metricsHost = "127.0.0.1"
    @Option(help: "trace, debug, info, notice, warning, error or critical.") var logLevel = LogLevel.info
    @Flag(help: "Check the configuration and its files, open no socket, and exit.") var check = false

    /// What the flags alone can tell is wrong usage, said before any file is opened.
    func validate() throws {
        do {
            try configuration.validate(hasTokens: tokens != nil)
        } catch {
            throw ValidationError(error.message)
        }
        if let metricsPort, !ServerConfiguration.ports.contains(metricsPort) {
            throw ValidationError("--metrics-port \(metricsPort): a port is between 0 and 65535")
        }
    }

    func run() async throws {
        let configuration = configuration
        let book = try tokens.map { try TokenBook(contentsOf: $0) }
        let logger = makeLogger()
        let registry = PrometheusRegistry()
        MetricsSystem.bootstrap(registry)
        let opened = try await OpenedShop.open(data: data, model: model)
        let server = try LineServer(
            configuration, assistant: opened.assistant, store: opened.store, tokens: book, logger: logger)
        if check {
            try StandardOutput.print("the configuration is good: \(opened.summary)")
            return
        }
        let room = FileLimit.raise(forConnections: maxConnections)
        if room < maxConnections {
            logger.warning(
                "fewer connections fit than may be; raise the limit of open files",
                metadata: ["--max-connections": "\(maxConnections)", "fit": "\(room)"])
        }
        try await serve(server, opened: opened, registry: registry, logger: logger)
    }

    private func serve(
        _ server: LineServer, opened: OpenedShop, registry: PrometheusRegistry, logger: Logger
    ) async throws {
        let signals = SignalService(logger: logger) {
            // What can't be read anew leaves in force what was there.
            if let tokens { server.replaceTokens(by: try TokenBook(contentsOf: tokens)) }
            server.replaceAssistant(by: try opened.reloadedAssistant())
        }
        var services: [any Service] = [signals]
        if let metricsPort {
            services.append(
                MetricsEndpoint(
                    host: metricsHost, port: metricsPort, registry: registry, logger: logger,
                    isHealthy: { server.isAccepting }))
        }
        // Stopped in the reverse order: the server first, so that the others are there while it drains.
        services.append(server)
        let group = ServiceGroup(services: services, gracefulShutdownSignals: [.sigterm], logger: quiet(logger))
        await signals.onInterrupt { await group.triggerGracefulShutdown() }
        try await group.run()
        if await signals.wasInterrupted { throw ExitCode(130) }
    }

    private var configuration: ServerConfiguration {
        var configuration = ServerConfiguration()
        configuration.host = host
        configuration.port = port
        configuration.maximumConnections = maxConnections
        configuration.maximumLineLength = maxLine
        configuration.idleTimeout = idleTimeout
        configuration.requestsPerSecond = maxRate
        configuration.maximumOutstanding = maxOutstanding
        configuration.drainTimeout = drainTimeout
        configuration.certificate = tlsCertificate
        configuration.privateKey = tlsKey
        configuration.isInsecure = insecure
        return configuration
    }

    private func makeLogger() -> Logger {
        LoggingSystem.bootstrap(StreamLogHandler.standardError)
        var logger = Logger(label: "dami")
        logger.logLevel = logLevel.level
        return logger
    }

    /// The lifecycle library's own steps are of interest to those who debug.
    private func quiet(_ logger: Logger) -> Logger {
        var quiet = logger
        if logger.logLevel == .info { quiet.logLevel = .notice }
        return quiet
    }

    /// swift-log's levels, by their names.
    enum LogLevel: String, ExpressibleByArgument, CaseIterable {
        case trace, debug, info, notice, warning, error, critical

        var level: Logger.Level { Logger.Level(rawValue: rawValue) ?? .info }
    }
}

/// Answers SIGHUP by reading things anew, and SIGINT by stopping.
private actor SignalService: Service {
    private let logger: Logger
    private let reload: @Sendable () throws -> Void
    private var interrupt: @Sendable () async -> Void = {}
    private(set) var wasInterrupted = false

    init(logger: Logger, reload: @escaping @Sendable () throws -> Void) {
        self.logger = logger
        self.reload = reload
    }

    func onInterrupt(_ body: @escaping @Sendable () async -> Void) { interrupt = body }

    func run() async throws {
        for await signal in await UnixSignalsSequence(trapping: .sighup, .sigint).cancelOnGracefulShutdown() {
            if signal == .sighup {
                do {
                    try await reloadInBackground()
                    logger.notice("reloaded")
                } catch {
                    logger.error("not reloaded; all stays as it was", metadata: ["error": "\(error)"])
                }
            } else {
                wasInterrupted = true
                await interrupt()
            }
        }
    }

    /// Reading a model takes a while, which belongs to no event loop.
    private func reloadInBackground() async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            DispatchQueue.global(qos: .userInitiated).async { [reload] in
                continuation.resume(with: Result { try reload() })
            }
        }
    }
}
