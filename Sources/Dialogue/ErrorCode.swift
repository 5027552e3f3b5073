/// The error codes of the line protocol.
public enum ErrorCode: String, Hashable, Sendable, Codable, CaseIterable {
    case badJSON = "bad_json"
    case badRequest = "bad_request"
    case lineTooLong = "line_too_long"
    case notUTF8 = "not_utf8"
    case unknownItem = "unknown_item"
    case unauthorised
    case tooManyConnections = "too_many_connections"
    case rateLimited = "rate_limited"
    case idleTimeout = "idle_timeout"
    case shuttingDown = "shutting_down"
    case `internal`
}
