import Foundation
import NIOCore
import Shop

/// How a ``LineServer`` is run: each limit with its default.
public struct ServerConfiguration: Hashable, Sendable {
    public var host = "127.0.0.1"
    /// 0 takes any free port.
    public var port = 7447
    /// Connections at once; one more is answered `too_many_connections` and closed.
    public var maximumConnections = 16_000
    /// Bytes of a line, without its end.
    public var maximumLineLength = 65_536
    /// Seconds without a complete line after which a connection is closed; 0 waits for ever.
    public var idleTimeout = 600
    /// Requests a second of one connection; 0 sets no limit.
    public var requestsPerSecond = 50_000
    /// Lines of one connection that are read and not yet answered; beyond that the server reads no further.
    public var maximumOutstanding = 256
    /// Wrong tokens of one connection, after which it is closed.
    public var maximumTokenFailures = 5
    /// Seconds that a stopping server gives its connections to take their last replies.
    public var drainTimeout = 10
    /// The files of TLS, both or none.
    public var certificate: String?
    public var privateKey: String?
    /// Whether to serve beyond this machine although nobody needs a token.
    public var isInsecure = false

    public init() {}

    public static let ports = 0...65_535
    /// Each connection is an open file, and those are numbered by 32 bits.
    static let mostConnections = Int(Int32.max) - FileLimit.reserve

    /// Checks what can be checked without opening a file or a socket.
    public func validate(hasTokens: Bool) throws(ServerConfigurationError) {
        if (certificate == nil) != (privateKey == nil) { throw ServerConfigurationError.halfOfTLS }
        if !hasTokens, !isInsecure, !Self.isLoopback(host) { throw ServerConfigurationError.openToAll(host: host) }
        for (name, value, range) in [
            ("--max-connections", maximumConnections, 1...Self.mostConnections),
            ("--max-line", maximumLineLength, 64 ... .max), ("--idle-timeout", idleTimeout, 0 ... .max),
            ("--max-rate", requestsPerSecond, 0 ... .max), ("--max-outstanding", maximumOutstanding, 1 ... .max),
            ("--drain-timeout", drainTimeout, 0 ... .max),
        ] where !range.contains(value) {
            throw ServerConfigurationError.outOfRange(name: name, value: value, range: range)
        }
        if !Self.ports.contains(port) { throw ServerConfigurationError.port(port) }
    }

    /// Whether only this machine can connect to the host.
    static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" || host == "::1" || host == "[::1]" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}

/// A configuration that a server can't run with.
public enum ServerConfigurationError: ReportableError, Hashable {
    case halfOfTLS
    case openToAll(host: String)
    case outOfRange(name: String, value: Int, range: ClosedRange<Int>)
    case port(Int)
    case tls(String)
    case cannotBind(host: String, port: Int, reason: String)

    static func cannotBind(host: String, port: Int, _ error: any Error) -> ServerConfigurationError {
        let reason = (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(error)"
        return .cannotBind(host: host, port: port, reason: reason)
    }

    public var message: String {
        switch self {
        case .halfOfTLS: "--tls-certificate and --tls-key go together: give both or none"
        case .openToAll(let host):
            "--host \(host) is open to other machines: give --tokens FILE, or --insecure to serve guests without"
        case .outOfRange(let name, let value, let range) where value < range.lowerBound:
            "\(name) \(value): at least \(range.lowerBound)"
        case .outOfRange(let name, let value, let range): "\(name) \(value): at most \(range.upperBound)"
        case .port(let port): "--port \(port): a port is between 0 and 65535"
        case .tls(let reason): reason
        case .cannotBind(let host, let port, let reason): "can't listen on \(host):\(port): \(reason)"
        }
    }
}
