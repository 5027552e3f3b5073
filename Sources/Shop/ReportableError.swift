/// An error that a person is meant to read: one line that says what was wrong, where, and what to do.
///
/// Every error that leaves a target conforms to it. The command line prints ``message`` and exits with 1; the server
/// answers with it. The message holds no line break and no control character.
public protocol ReportableError: Error, CustomStringConvertible, Sendable {
    /// One line, without a full stop at its end.
    var message: String { get }
}

extension ReportableError {
    public var description: String { message }
}
