import Shop

/// A request that got no answer from the engine, as the client sees it.
public struct ProtocolError: ReportableError, Hashable {
    /// `error.code` on the wire.
    public enum Code: String, Hashable, Sendable, CaseIterable {
        /// The line begins with `{` and is no JSON.
        case badJSON = "bad_json"
        /// It is JSON, but no request.
        case badRequest = "bad_request"
        /// The line is longer than the server reads; the rest of it is skipped.
        case lineTooLong = "line_too_long"
        /// The line is not UTF-8; it is skipped.
        case notUTF8 = "not_utf8"
        /// A structured act names an item or category that is not in the catalog.
        case unknownItem = "unknown_item"
        /// A token that is not in the file, a session of another role, a command of another role.
        case unauthorised
        /// The server holds as many connections as it may.
        case tooManyConnections = "too_many_connections"
        /// More requests, or more wrong tokens, than a connection may send in that time.
        case rateLimited = "rate_limited"
        /// Nothing was asked for longer than the server waits.
        case idleTimeout = "idle_timeout"
        /// The server stops.
        case shuttingDown = "shutting_down"
        /// The server is at fault; its log says more.
        case `internal`
    }

    public var code: Code
    /// One line for people.
    public var message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
