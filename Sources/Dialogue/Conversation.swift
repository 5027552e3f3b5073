import Shop
import Understanding

/// Who is on the other side, and so what they may ask for.
public enum Role: String, Hashable, Sendable, Codable {
    /// A person at the terminal: a customer, who logs in only as themselves (by `--customer`).
    case customer
    /// A connection without a token, or with a guest's: its own conversation only.
    case guest
    /// A chat front-end: may log in any customer.
    case frontend
    /// Support staff: a front-end's rights, and the staff commands.
    case staff

    public var mayLogIn: Bool { self == .frontend || self == .staff }
    public var mayUseStaffCommands: Bool { self == .staff }
}

/// A known customer's data, as the shop's store has it.
public struct CustomerRecord: Hashable, Sendable, Codable {
    public var id: String
    public var profile: Profile
    /// Oldest first, checkouts in dami among them.
    public var history: [Basket]
    /// What the customer left in the cart.
    public var cart: [ItemID]
    /// What is due to be bought again, most urgent first.
    public var due: [DueItem]
    public var coupons: [ItemID]

    public struct DueItem: Hashable, Sendable, Codable {
        public var item: ItemID
        /// The day last bought and the day due, from 1970-01-01.
        public var lastDay: Int
        public var dueDay: Int

        public init(item: ItemID, lastDay: Int, dueDay: Int) {
            self.item = item
            self.lastDay = lastDay
            self.dueDay = dueDay
        }
    }

    public init(
        id: String, profile: Profile, history: [Basket], cart: [ItemID] = [], due: [DueItem] = [],
        coupons: [ItemID] = []
    ) {
        self.id = id
        self.profile = profile
        self.history = history
        self.cart = cart
        self.due = due
        self.coupons = coupons
    }
}

/// Looks customers up. The shop's database conforms to it at the edge; tests use a dictionary.
public protocol CustomerDirectory: Sendable {
    /// The customer of that id, or `nil` where there is none.
    func customer(_ id: String, today: CalendarDay) throws -> CustomerRecord?
    /// The usual number of days until an item is bought again, where the shop's log can tell.
    func repurchaseDays(of item: ItemID) -> Double?
}

/// A change that must outlive the process. The edge that runs an ``Assistant`` stores these before it answers.
public enum ConversationEvent: Hashable, Sendable, Codable {
    case profileChanged(customer: String?, Profile)
    case cartChanged(customer: String?, [ItemID])
    /// A checkout becomes a basket of the customer's history.
    case checkedOut(customer: String?, items: [ItemID])
    case loggedIn(customer: String)
    case loggedOut(customer: String)
}

/// The state of one conversation: a plain value that a store can keep.
public struct Conversation: Hashable, Sendable, Codable {
    public var id: String
    public var role: Role
    /// The language that was asked for; `nil` follows the language of each line.
    public var fixedLanguage: ReplyLanguage?
    public var profile: Profile
    /// In the order in which things were put there.
    public var cart: [ItemID]
    public var excluded: [ItemID]
    /// The customer who is logged in.
    public var customer: String?

    public init(id: String, role: Role, language: ReplyLanguage? = nil) {
        self.id = id
        self.role = role
        self.fixedLanguage = language
        self.profile = .unknown
        self.cart = []
        self.excluded = []
        self.customer = nil
    }
}
