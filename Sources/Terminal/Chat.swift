import Dialogue
import Foundation
import Shop
import Understanding

/// The REPL: `dami chat`, at a terminal or in a pipe.
///
///     let chat = Chat(assistant: assistant, conversation: Conversation(id: "chat", role: .customer))
///     exit(try chat.run())
///
/// It takes any ``Dialogue/Responding``, and a closure that keeps what lines do.
public struct Chat {
    private let engine: ChatEngine
    private let history: HistoryFile

    /// - Parameters:
    ///   - printsJSON: the protocol's JSON in place of text.
    ///   - keep: stores what a line did, before it is answered; when it throws, the line is refused, or answered again
    ///     where it throws ``OutdatedConversation``.
    public init(
        assistant: any Responding, conversation: Conversation, printsJSON: Bool = false,
        history: HistoryFile = HistoryFile(path: HistoryFile.defaultPath()),
        keep: @escaping (_ turn: Turn, _ before: Conversation, _ after: Conversation) throws -> Void = { _, _, _ in }
    ) {
        engine = ChatEngine(assistant: assistant, conversation: conversation, printsJSON: printsJSON, keep: keep)
        self.history = history
    }

    /// Whether there is somebody at a terminal to talk with.
    public static var isInteractive: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 }

    /// Talks until the end.
    ///
    /// - Parameter login: the customer who is talking, logged in before the first line.
    /// - Returns: the exit status.
    /// - Throws: ``ChatError/loginRefused(_:)``, or a ``Shop/ReportableError`` where the terminal can't be used.
    public func run(login: String? = nil) throws -> Int32 {
        var engine = engine
        var opening: ChatEngine.Answer?
        if let login {
            let answer = engine.answer(.acts([.login(customer: login)]))
            guard answer.kind != .error else { throw ChatError.loginRefused(answer.refusal ?? answer.text) }
            opening = answer
        }
        guard Self.isInteractive else {
            Self.leaveWhenInterrupted()
            var chat = PipedChat(engine: engine)
            return chat.run()
        }
        if opening == nil, !engine.printsJSON { opening = engine.answer(.acts([.greet])) }
        return try TerminalChat(engine: engine, history: history).run(opening: opening)
    }

    /// Ctrl-C in a pipe: every line before it is answered and kept, so there is nothing to do but to say so.
    private static func leaveWhenInterrupted() {
        // A shell's background job ignores Ctrl-C, and goes on doing so.
        guard let before = signal(SIGINT, { _ in _exit(130) }), unsafeBitCast(before, to: Int.self) == 1 else { return }
        signal(SIGINT, SIG_IGN)
    }

    /// The language that somebody expects who has said nothing yet: that of the environment where it names Korean or
    /// English, else that of the shop's names.
    public static func expectedLanguage(
        environment: [String: String] = ProcessInfo.processInfo.environment, catalog: Catalog
    ) -> ReplyLanguage {
        for name in ["LC_ALL", "LC_MESSAGES", "LANG"] {
            guard let value = environment[name], !value.isEmpty else { continue }
            if value.hasPrefix("ko") { return .korean }
            if value.hasPrefix("en") { return .english }
            break
        }
        let sample = catalog.subcategories.prefix(50).map(\.name).joined()
        return sample.unicodeScalars.contains { (0xAC00...0xD7A3).contains($0.value) } ? .korean : .english
    }
}

/// Why a chat did not begin.
public enum ChatError: ReportableError {
    /// Why dami refused the login.
    case loginRefused(String)

    public var message: String {
        switch self {
        case .loginRefused(let reason): "--customer: \(reason)"
        }
    }
}
