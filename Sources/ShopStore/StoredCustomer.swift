import Shop

/// A customer as the shop knows them.
public struct StoredCustomer: Hashable, Sendable {
    /// `CLNT_ID`.
    public let id: String
    public let profile: Profile
    /// All baskets, oldest first: those that the cleaning rules leave out, too, and those bought in a conversation.
    public let baskets: [StoredBasket]

    /// What the customer bought, oldest first: what a recommendation rests on.
    public var history: [Basket] { baskets.map(\.basket) }

    public init(id: String, profile: Profile, baskets: [StoredBasket]) {
        self.id = id
        self.profile = profile
        self.baskets = baskets
    }
}

/// A basket of a customer, and where it comes from.
public struct StoredBasket: Hashable, Sendable {
    public enum Split: String, Hashable, Sendable {
        case train, test
    }

    public enum Origin: String, Hashable, Sendable {
        /// The shop's purchase logs.
        case log
        /// A checkout in a conversation.
        case conversation = "dami"
    }

    /// `SESS_ID`.
    public let session: String
    /// `SESS_SEQ`.
    public let sequence: Int
    public let basket: Basket
    /// What training and evaluation use the basket for; `nil` where the rules drop it.
    public let split: Split?
    public let origin: Origin

    public init(session: String, sequence: Int, basket: Basket, split: Split?, origin: Origin) {
        self.session = session
        self.sequence = sequence
        self.basket = basket
        self.split = split
        self.origin = origin
    }
}
