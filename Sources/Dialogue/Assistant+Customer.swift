import Understanding

extension Assistant {
    public func bringUpToDate(_ conversation: inout Conversation) {
        guard let customer = conversation.customer else { return }
        do {
            guard let standing = try directory.standing(of: customer) else { return conversation.loseCustomer() }
            if conversation.record?.history.count != standing.basketCount {
                guard let record = try directory.customer(customer, today: today()) else {
                    return conversation.loseCustomer()
                }
                conversation.takeUp(record)
            }
            conversation.takeUp(cart: standing.cart, where: directory.keeps)
        } catch {
            // Where it can't be read now, the conversation goes on by what it knows itself, and the next line tries again.
        }
    }
}
