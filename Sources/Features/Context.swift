import Shop

/// All that a recommendation may rest on. Everything in it may be missing.
public struct Context: Hashable, Sendable {
    public var profile: Profile
    /// Earlier baskets, oldest first.
    public var history: [Basket]
    /// What is in the cart now, distinct, in the order in which it was put there.
    public var cart: [ItemID]

    public init(profile: Profile = .unknown, history: [Basket] = [], cart: [ItemID] = []) {
        self.profile = profile
        self.history = history
        self.cart = cart
    }
}
