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
    /// Acts, state and timings, a line each; empty unless staff asked for it (`/trace on`).
    public var trace: [String]

    public init(utterance: Utterance, reply: Reply, events: [ConversationEvent] = [], trace: [String] = []) {
        self.utterance = utterance
        self.reply = reply
        self.events = events
        self.trace = trace
    }
}

/// The engine behind the REPL, the server and `replay`: (conversation, request) to (conversation, turn).
///
/// Shared by all conversations of a process; the conversation is the caller's value.
///
///     var conversation = Conversation(id: "s-1", role: .guest)
///     let turn = assistant.respond(to: .text("추천해줘"), in: &conversation)
///     assistant.text(of: turn, in: conversation)            // what the REPL prints
///     assistant.json(of: turn, in: conversation, id: "1")   // the protocol's JSON line
public protocol Responding: Sendable {
    var catalog: Catalog { get }
    /// Takes up what other conversations have done to the customer who is logged in: what the store holds of them is
    /// what counts. Called before a line by whoever keeps what lines do, while nothing of the conversation waits to be
    /// stored: the store would not know of that yet.
    func bringUpToDate(_ conversation: inout Conversation)
    func respond(to request: Request, in conversation: inout Conversation) -> Turn
    /// What the REPL prints, and a text line is answered with: non-empty lines, joined by "\n", without a line feed
    /// at the end. After `/json on` it is the protocol's JSON line with a null id.
    func text(of turn: Turn, in conversation: Conversation) -> String
    /// The protocol's JSON line, without a line feed. `id` is a JSON value, as text.
    func json(of turn: Turn, in conversation: Conversation, id: String) -> String
}

extension Responding {
    /// An engine without customers has nothing to take up.
    public func bringUpToDate(_ conversation: inout Conversation) {}
}
