import Shop
import Understanding

/// A line of the protocol, read.
public enum Request: Hashable, Sendable {
    /// What a person would type, slash commands included.
    case text(String)
    /// Structured acts, as from the parser.
    case acts([Act])
}

/// The answer to one request, ready to be sent as text or as JSON.
public struct Turn: Sendable {
    /// Acts as understood, for the JSON form.
    public var utterance: Utterance
    public var reply: Reply
    /// What must be stored before the reply is sent.
    public var events: [ConversationEvent]
}

/// The engine behind the REPL, the server and `replay`: (conversation, request) to (conversation, turn).
///
/// Shared by all conversations of a process; the conversation is the caller's value.
///
///     var conversation = Conversation(id: "s-1", role: .guest)
///     let turn = assistant.respond(to: .text("추천해줘"), in: &conversation)
///     turn.reply.text            // what the REPL prints: non-empty lines, joined by "\n"
///     assistant.json(of: turn, in: conversation, id: "1")   // the protocol's JSON line
public protocol Responding: Sendable {
    var catalog: Catalog { get }
    func respond(to request: Request, in conversation: inout Conversation) -> Turn
    /// The protocol's JSON line, without a line feed. `id` is a JSON value, as text.
    func json(of turn: Turn, in conversation: Conversation, id: String) -> String
}
