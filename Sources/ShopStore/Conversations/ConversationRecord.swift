import Foundation

/// A conversation as the shop's file keeps it.
public struct ConversationRecord: Hashable, Sendable {
    public var id: String
    /// Who was on the other side.
    public var role: String
    /// The `CLNT_ID` of who was logged in.
    public var customer: String?
    /// Counts the changes, from 1.
    public var version: Int
    public var lastUsed: Date
    /// The snapshot's layout, known to whoever wrote it.
    public var format: Int
    public var snapshot: Data

    public init(
        id: String, role: String, customer: String?, version: Int, lastUsed: Date, format: Int, snapshot: Data
    ) {
        self.id = id
        self.role = role
        self.customer = customer
        self.version = version
        self.lastUsed = lastUsed
        self.format = format
        self.snapshot = snapshot
    }
}

/// What is to be stored of a conversation: its newest snapshot, and what it did to customers.
public struct ConversationUpdate: Hashable, Sendable {
    public var id: String
    public var date: Date
    /// Its `version` is the one that the update starts from, 0 where nothing was stored before. `nil` where the
    /// conversation itself need not be kept.
    public var record: ConversationRecord?
    /// In the order in which they happened.
    public var changes: [CustomerChange]

    public init(id: String, date: Date, record: ConversationRecord?, changes: [CustomerChange]) {
        self.id = id
        self.date = date
        self.record = record
        self.changes = changes
    }
}

/// Something that happened in a conversation and concerns more than it. Items are named, since numbers are a model's.
public enum CustomerChange: Hashable, Sendable {
    case loggedIn(customer: String)
    case loggedOut(customer: String)
    /// Said as a difference, so that two conversations of one customer don't undo each other's changes.
    case cart(customer: String, added: [String], removed: [String])
    /// Becomes a session of the customer's history; of a stranger, an event alone.
    case checkedOut(customer: String?, items: [String])

    public var customer: String? {
        switch self {
        case .loggedIn(let customer), .loggedOut(let customer), .cart(let customer, _, _): customer
        case .checkedOut(let customer, _): customer
        }
    }
}

/// What became of a ``ConversationUpdate``.
public enum UpdateOutcome: Hashable, Sendable {
    case stored(version: Int)
    /// Somebody else changed or removed the conversation, or the customer in it was forgotten, or had already paid
    /// elsewhere: nothing was stored.
    case conflict
}
