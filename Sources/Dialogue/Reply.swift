import Recommender
import Shop
import Understanding

/// The answer to a line, structured and rendered.
public struct Reply: Sendable, Hashable {
    /// `reply.kind` on the wire.
    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        case recommendations, explanation, question, cart, profile, goodbye, error, confirmation, help, smalltalk
        case unknown

        /// Where one line held several acts, the kind that comes first here is the reply's.
        var precedence: Int { Self.order[self]! }
        private static let order = Dictionary(uniqueKeysWithValues: allCases.enumerated().map { ($1, $0) })
    }

    /// A question that the reply asks: a line may answer it, and need not.
    public struct Question: Hashable, Sendable {
        /// `item` (which of several), or `profile` (age and gender).
        public var slot: String
        /// What would answer it, each a line that can be sent as it is.
        public var options: [String]

        public init(slot: String, options: [String]) {
            self.slot = slot
            self.options = options
        }
    }

    /// Why a line was refused.
    public struct Refusal: Hashable, Sendable {
        public var code: ErrorCode
        /// In the language of the reply; one line.
        public var message: String

        public init(code: ErrorCode, message: String) {
            self.code = code
            self.message = message
        }
    }

    public var kind: Kind
    /// Non-empty lines, joined by "\n"; no control character, no blank line. Where `kind` is `.error`, the one line
    /// `! CODE: message` of the text protocol.
    public var text: String
    /// Present exactly when the reply recommends.
    public var recommendations: [Recommendation]?
    public var question: Question?
    /// Present exactly when `kind` is `.error`.
    public var refusal: Refusal?
    /// Whether the conversation is over: the edge says no more and closes.
    public var endsConversation: Bool
    /// The language that `text` is in.
    public var language: ReplyLanguage

    public init(
        kind: Kind, text: String, recommendations: [Recommendation]? = nil, question: Question? = nil,
        refusal: Refusal? = nil, endsConversation: Bool = false, language: ReplyLanguage = .korean
    ) {
        self.kind = kind
        self.text = text
        self.recommendations = recommendations
        self.question = question
        self.refusal = refusal
        self.endsConversation = endsConversation
        self.language = language
    }
}
