import Recommender
import Shop

/// The answer to a line, structured and rendered.
public struct Reply: Sendable {
    /// `reply.kind` on the wire.
    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        case recommendations, question, confirmation, cart, profile, explanation, help, smalltalk, error, goodbye
        case unknown
    }

    public var kind: Kind
    /// Non-empty lines, joined by "\n"; no control character, no blank line.
    public var text: String
    /// Present exactly when the reply recommends.
    public var recommendations: [Recommendation]?

    public init(kind: Kind, text: String, recommendations: [Recommendation]? = nil) {
        self.kind = kind
        self.text = text
        self.recommendations = recommendations
    }
}
