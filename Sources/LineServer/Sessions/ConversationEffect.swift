import Dialogue
import Shop

/// What a line did beyond its conversation, in a form that can be stored beside what others did meanwhile.
///
/// An event of the dialogue holds the cart as it is after the line; stored as such it would undo what another
/// conversation of the same customer did since this one looked. So carts become differences.
public enum ConversationEffect: Hashable, Sendable {
    case loggedIn(customer: String)
    case loggedOut(customer: String)
    case cart(customer: String, added: [ItemID], removed: [ItemID])
    case checkedOut(customer: String?, items: [ItemID])

    /// The effects of a line.
    ///
    /// - Parameters:
    ///   - events: what the dialogue says happened, in order.
    ///   - before: the conversation before the line.
    ///   - after: the conversation after it; the record of who is logged in tells the cart that a login found.
    public static func effects(
        of events: [ConversationEvent], before: Conversation, after: Conversation
    ) -> [ConversationEffect] {
        var cart = before.customer == nil ? [] : before.cart
        var effects: [ConversationEffect] = []
        for event in events {
            switch event {
            case .loggedIn(let customer):
                cart = after.customer == customer ? after.record?.cart ?? [] : []
                effects.append(.loggedIn(customer: customer))
            case .loggedOut(let customer):
                cart = []
                effects.append(.loggedOut(customer: customer))
            case .cartChanged(let customer, let items):
                if let customer {
                    let added = items.filter { !cart.contains($0) }
                    let removed = cart.filter { !items.contains($0) }
                    if !added.isEmpty || !removed.isEmpty {
                        effects.append(.cart(customer: customer, added: added, removed: removed))
                    }
                    cart = items
                }
            case .checkedOut(let customer, let items):
                effects.append(.checkedOut(customer: customer, items: items))
            }
        }
        return effects
    }
}
