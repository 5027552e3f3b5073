import Dialogue
import Shop
import Understanding

/// A conversation and the engine that answers it, apart from where lines come from and replies go.
///
/// What a line changes is kept before it is answered; where that fails, the line is as if it had not been said.
struct ChatEngine {
    /// Stores what a line did, given the conversation before and after it. Throws ``OutdatedConversation`` where another
    /// conversation was quicker.
    typealias Keep = (_ turn: Turn, _ before: Conversation, _ after: Conversation) throws -> Void

    /// What is printed for a line.
    struct Answer: Hashable {
        /// Without a line feed at its end.
        var text: String
        var kind: Reply.Kind
        /// Whether the conversation is over.
        var isLast: Bool
        /// Why the line was refused, where it was.
        var refusal: String?
    }

    let assistant: any Responding
    private(set) var conversation: Conversation
    /// Whether every line is answered with the protocol's JSON.
    let printsJSON: Bool
    let keep: Keep

    init(
        assistant: any Responding, conversation: Conversation, printsJSON: Bool = false,
        keep: @escaping Keep = { _, _, _ in }
    ) {
        self.assistant = assistant
        self.conversation = conversation
        self.printsJSON = printsJSON
        self.keep = keep
    }

    var texts: ChatTexts { ChatTexts(language: conversation.language) }

    mutating func answer(_ request: Request) -> Answer {
        var attempts = 0
        while true {
            do {
                return try kept(request)
            } catch is OutdatedConversation where attempts < Self.maximumAttempts {
                // What was done elsewhere is taken up, and the line answered from there.
                attempts += 1
            } catch {
                let reason = (error as? any ReportableError)?.message ?? "\(error)"
                return refuse(.internal, texts.notKept(reason))
            }
        }
    }

    /// Each attempt finds what another conversation has just done; somebody would have to be that quick each time.
    private static let maximumAttempts = 10

    private mutating func kept(_ request: Request) throws -> Answer {
        var before = conversation
        assistant.bringUpToDate(&before)
        var after = before
        let turn = assistant.respond(to: request, in: &after)
        try keep(turn, before, after)
        conversation = after
        return answer(turn)
    }

    /// The answer to a line that is not text.
    func refuse(_ code: ErrorCode, _ message: String) -> Answer {
        let message = message.split(whereSeparator: \.isNewline).joined(separator: " ")
        let reply = Reply(
            kind: .error, text: "! \(code.rawValue): \(message)", refusal: .init(code: code, message: message),
            language: conversation.language)
        return answer(
            Turn(utterance: Utterance(text: "", language: .init(conversation.language), spanned: []), reply: reply))
    }

    private func answer(_ turn: Turn) -> Answer {
        let text =
            printsJSON
            ? assistant.json(of: turn, in: conversation, id: "null") : assistant.text(of: turn, in: conversation)
        return Answer(
            text: text, kind: turn.reply.kind, isLast: turn.reply.endsConversation, refusal: turn.reply.refusal?.message
        )
    }
}

/// What a line did can't be kept, because another conversation of the customer has changed what it rests on: it is to be
/// answered again.
public struct OutdatedConversation: ReportableError {
    public init() {}
    public var message: String { "another conversation of the customer was quicker each time; say it again" }
}

extension Utterance.Language {
    init(_ language: ReplyLanguage) {
        switch language {
        case .korean: self = .korean
        case .english: self = .english
        }
    }
}
