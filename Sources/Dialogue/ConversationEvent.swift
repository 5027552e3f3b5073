import Shop

/// A change that concerns more than its conversation, in the order in which it happened. The edge that runs an
/// ``Assistant`` stores these before it answers.
///
/// What a customer says of themselves or of somebody else in a conversation ("for my wife, she's in her 30s") is the
/// conversation's alone: no event changes the shop's record of a customer's profile.
public enum ConversationEvent: Hashable, Sendable, Codable {
    /// The cart after the change; of a customer who is logged in it is what they find at the next login.
    case cartChanged(customer: String?, [ItemID])
    /// A checkout becomes a basket of the customer's history. A `cartChanged` to an empty cart follows it.
    case checkedOut(customer: String?, items: [ItemID])
    case loggedIn(customer: String)
    case loggedOut(customer: String)
}
