import Shop

/// What other conversations of the same customer did, and what a shop forgot, taken up between two lines.
extension Conversation {
    /// Takes up the customer's record as it is now. What was bought elsewhere since can't be undone here either.
    mutating func takeUp(_ newer: CustomerRecord) {
        if let record, newer.history.count > record.history.count { undoStack.bar(.checkout) }
        record = newer
    }

    /// Takes up the cart as it is kept.
    ///
    /// Undoing a line of this conversation must not undo what another did, so the carts to go back to change alike.
    ///
    /// - Parameter isKept: whether an item is kept beyond the conversation; one that is not stays where it is.
    mutating func takeUp(cart stored: [ItemID], where isKept: (ItemID) -> Bool) {
        let storedItems = Set(stored)
        let ownItems = Set(cart)
        let removed = Set(cart.filter { !storedItems.contains($0) && isKept($0) })
        let added = stored.filter { !ownItems.contains($0) }
        guard !removed.isEmpty || !added.isEmpty else { return }
        known.change(adding: added, removing: removed)
        undoStack.rebase(to: known) { $0.change(adding: added, removing: removed) }
    }

    /// The customer is gone from the shop: the conversation is a stranger's, who can't go back to what was before.
    mutating func loseCustomer() {
        forgetVisit()
        undoStack.bar(.logout)
        hasLostCustomer = true
    }

    /// Forgets the customer who is logged in, and all that they or a stranger said: somebody else may sit down next.
    mutating func forgetVisit() {
        customer = nil
        record = nil
        forgetTalk()
    }

    /// Forgets what was said, not who is logged in.
    mutating func forgetTalk() {
        known = Known()
        purchases = []
        shown = nil
        showsCart = false
        focus = []
        pending = []
        hasAskedProfile = false
    }
}

extension Conversation.Known {
    /// What is put in the cart is no longer excluded, whoever put it there.
    fileprivate mutating func change(adding added: [ItemID], removing removed: Set<ItemID>) {
        cart.removeAll(where: removed.contains)
        cart += added.filter { !cart.contains($0) }
        excluded.removeAll(where: added.contains)
    }
}
