import Dialogue
import Foundation
import Shop

/// Keeps conversations, and what they change for customers, beyond the process that holds them.
///
/// ``MemoryConversationStore`` keeps them for the life of a process, ``ShopConversationStore`` in the shop's database;
/// a third one, for servers that share a database over the network, implements these same requirements.
///
/// Several processes may use one store at once. A conversation is changed from the version that the caller knows; where
/// someone else was quicker the outcome is a conflict, and the caller takes the newer version and does its work again.
/// A customer's cart is changed item by item, so two conversations of one customer lose neither's items, and nothing is
/// paid that is not in it, so that neither pays what the other has paid.
public protocol ConversationStore: Sendable {
    /// Whether a commit is a matter of memory alone, so that nothing is won by committing many at once.
    var isVolatile: Bool { get }

    /// The conversation of that id, with its items as numbered in `catalog`; `nil` if there is none, or it expired.
    func conversation(_ id: String, in catalog: Catalog) throws -> StoredConversation?

    /// Stores all changes as one; durable when it returns. The outcomes stand in the order of the changes: one that
    /// conflicts leaves nothing of itself, and does not touch the others.
    func commit(_ changes: [ConversationChange]) throws -> [CommitOutcome]

    /// Forgets conversations that were last used before `date`. Customers' carts and checkouts stay.
    /// - Returns: how many were forgotten.
    func removeConversations(lastUsedBefore date: Date) throws -> Int
}

/// A conversation as stored.
public struct StoredConversation: Hashable, Sendable {
    public var conversation: Conversation
    /// Counts the changes, from 1.
    public var version: Int

    public init(conversation: Conversation, version: Int) {
        self.conversation = conversation
        self.version = version
    }
}

/// What one or more lines changed in a conversation.
public struct ConversationChange: Sendable {
    /// The state to be kept; `nil` where the conversation can't be taken up again and only what it did for others matters.
    public var conversation: Conversation?
    public var id: String
    /// The stored version that the change starts from; 0 where nothing was stored before.
    public var baseVersion: Int
    /// What happened, in order.
    public var effects: [ConversationEffect]
    /// What numbers the items.
    public var catalog: Catalog
    public var date: Date

    public init(
        id: String, conversation: Conversation?, baseVersion: Int, effects: [ConversationEffect], catalog: Catalog,
        date: Date
    ) {
        self.id = id
        self.conversation = conversation
        self.baseVersion = baseVersion
        self.effects = effects
        self.catalog = catalog
        self.date = date
    }
}

/// What became of a ``ConversationChange``.
public enum CommitOutcome: Hashable, Sendable {
    case stored(version: Int)
    /// Another process changed the conversation since the version that the change starts from, or the change pays
    /// what another conversation of the customer has paid meanwhile, or is about a customer who was forgotten.
    case conflict
}
