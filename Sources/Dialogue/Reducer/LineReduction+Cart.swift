import Shop
import Understanding

extension LineReduction {
    /// What a cart holds at most: more than any basket, and little enough to store.
    static let maximumCart = 1_000

    mutating func add(_ mention: Mention) {
        guard case .found(let items, let misses) = resolve(mention, for: .add) else { return }
        add(items, misses: misses, isFromList: mention.items.isEmpty && mention.ordinals != nil)
    }

    /// - Parameter isFromList: Whether the items were picked from the list shown last. The list then stays as it is,
    ///   for the next pick; otherwise dami recommends what goes with the cart.
    mutating func add(_ items: [ItemID], misses: Misses, isFromList: Bool) {
        var change = CartChange(misses: misses)
        var inCart = Set(state.cart)
        for item in items {
            if inCart.count < Self.maximumCart, inCart.insert(item).inserted {
                state.known.cart.append(item)
                change.changed.append(item)
            } else {
                change.unchanged.append(item)
            }
        }
        if !state.excluded.isEmpty {
            let added = Set(change.changed)
            state.known.excluded.removeAll(where: added.contains)
        }
        change.cartCount = state.cart.count
        if !items.isEmpty { state.focus = items }
        parts.append(.added(change))
        if !change.changed.isEmpty, !isFromList { suggestion = .cartChanged }
    }

    mutating func remove(_ mention: Mention) {
        guard case .found(let items, let misses) = resolve(mention, for: .remove) else { return }
        remove(items, misses: misses)
    }

    mutating func remove(_ items: [ItemID], misses: Misses = Misses()) {
        var change = CartChange(misses: misses)
        for item in items {
            if let index = state.cart.firstIndex(of: item) {
                state.known.cart.remove(at: index)
                change.changed.append(item)
            } else {
                change.unchanged.append(item)
            }
        }
        change.cartCount = state.cart.count
        if !items.isEmpty { state.focus = items }
        parts.append(.removed(change))
    }

    mutating func clearCart() {
        let items = state.cart
        state.known.cart = []
        parts.append(.cleared(items))
    }

    mutating func checkOut() {
        let items = state.cart
        guard !items.isEmpty else {
            parts.append(.nothingToCheckOut)
            return
        }
        tellCart()
        events.append(.checkedOut(customer: state.customer, items: items))
        state.known.cart = []
        tellCart()
        state.focus = []
        let basket = Basket(items: items, day: facts.today)
        if state.customer != nil {
            state.record?.history.append(basket)
        } else {
            state.purchases = (state.purchases + [basket]).suffix(Self.maximumPurchases)
        }
        bar(.checkout)
        let again = items.compactMap { item in
            facts.repurchaseDays[item].map { Repurchase(item: item, days: max(1, Int($0.rounded()))) }
        }
        parts.append(.checkedOut(items, again: again))
        suggestion = .checkedOut(items)
    }

    /// Baskets kept of somebody who is not logged in.
    private static let maximumPurchases = 20
}
