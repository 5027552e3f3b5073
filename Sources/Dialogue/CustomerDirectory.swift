import Shop
import Understanding

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

/// What of a customer may change while they are logged in: by another conversation of theirs, on another device.
public struct CustomerStanding: Hashable, Sendable {
    /// What is in the cart, in the order in which it was put there.
    public var cart: [ItemID]
    /// How many baskets the history has.
    public var basketCount: Int

    public init(cart: [ItemID], basketCount: Int) {
        self.cart = cart
        self.basketCount = basketCount
    }
}

/// Looks customers up. The shop's database conforms to it at the edge; tests use a dictionary.
public protocol CustomerDirectory: Sendable {
    /// The customer of that id, or `nil` where there is none.
    func customer(_ id: String, today: CalendarDay) throws -> CustomerRecord?
    /// Where the customer stands now, or `nil` where there is none of that id. Asked before every line of somebody
    /// who is logged in, and so to be had quickly.
    func standing(of id: String) throws -> CustomerStanding?
    /// Whether customers' carts can hold the item beyond a conversation: a shop keeps none that it does not sell.
    func keeps(_ item: ItemID) -> Bool
    /// The usual number of days until an item is bought again, where the shop's log can tell.
    func repurchaseDays(of item: ItemID) -> Double?
}

/// The directory of a shop without customers: a model that stands alone.
public struct EmptyCustomerDirectory: CustomerDirectory {
    public init() {}
    public func customer(_ id: String, today: CalendarDay) throws -> CustomerRecord? { nil }
    public func standing(of id: String) throws -> CustomerStanding? { nil }
    public func keeps(_ item: ItemID) -> Bool { false }
    public func repurchaseDays(of item: ItemID) -> Double? { nil }
}
