import Foundation

/// What may be written to a file descriptor: a plain value, decided once from the descriptor and the environment.
///
/// | | escape codes | colour | more than ASCII as decoration |
/// | --- | --- | --- | --- |
/// | not a terminal | never | never | no |
/// | `TERM=dumb`, or none | never | never | no |
/// | `NO_COLOR` set and not empty | yes | never | yes |
/// | `LC_ALL`, `LC_CTYPE` or `LANG` names another charset than UTF-8 | yes | yes | no |
///
/// Replies are UTF-8 everywhere, for their items are Korean; it is the ornaments (❯, ·, █) that give way.
public struct TerminalCapabilities: Hashable, Sendable {
    public var isTerminal: Bool
    public var mayEscape: Bool
    public var mayColour: Bool
    public var showsUnicode: Bool

    public init(isTerminal: Bool, mayEscape: Bool, mayColour: Bool, showsUnicode: Bool) {
        self.isTerminal = isTerminal
        self.mayEscape = mayEscape
        self.mayColour = mayColour
        self.showsUnicode = showsUnicode
    }

    /// What may be written to `descriptor` in this environment.
    public init(
        descriptor: Int32, environment: [String: String] = ProcessInfo.processInfo.environment
    ) {
        self.init(isTerminal: isatty(descriptor) == 1, environment: environment)
    }

    init(isTerminal: Bool, environment: [String: String]) {
        let term = environment["TERM"] ?? ""
        let isSmart = isTerminal && !term.isEmpty && term != "dumb"
        self.init(
            isTerminal: isTerminal,
            mayEscape: isSmart,
            // https://no-color.org: present and not empty, whatever its value.
            mayColour: isSmart && (environment["NO_COLOR"] ?? "").isEmpty,
            showsUnicode: isSmart && Self.namesUTF8OrNothing(environment))
    }

    /// Whether the environment names a UTF-8 locale, or none at all, as in a container: a terminal of today.
    ///
    /// `C` and `POSIX` are what an unset locale is, too; they tell nothing of the window. But a person who sets one
    /// of them asks for ASCII, so the ornaments give way.
    private static func namesUTF8OrNothing(_ environment: [String: String]) -> Bool {
        for name in ["LC_ALL", "LC_CTYPE", "LANG"] {
            guard let value = environment[name], !value.isEmpty else { continue }
            let folded = value.lowercased()
            return folded.contains("utf-8") || folded.contains("utf8")
        }
        return true
    }

    /// The window's size, or `nil` where the descriptor has none.
    public static func size(of descriptor: Int32) -> (columns: Int, rows: Int)? {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return (Int(size.ws_col), Int(size.ws_row))
    }
}
