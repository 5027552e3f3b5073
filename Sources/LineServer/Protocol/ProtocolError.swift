import Dialogue
import Shop

/// A request that got no answer from the engine, as the client sees it.
public struct ProtocolError: ReportableError, Hashable {
    /// `error.code` on the wire.
    public var code: ErrorCode
    /// One line for people.
    public var message: String

    public init(_ code: ErrorCode, _ message: String) {
        self.code = code
        self.message = message
    }
}
