import Dialogue
import Shop

extension Conversation {
    /// The same conversation where another catalog numbers the items; an item that is not in it is left out.
    ///
    /// A shop that is trained anew may number its items anew, while conversations go on.
    func renumbered(from old: Catalog, to new: Catalog) -> Conversation {
        if old == new { return self }
        return mappingItems { new.item(named: old.name(of: $0)) }
    }
}

extension ConversationEvent {
    /// The customer whom the event concerns.
    var customer: String? {
        switch self {
        case .cartChanged(let customer, _): customer
        case .checkedOut(let customer, _): customer
        case .loggedIn(let customer), .loggedOut(let customer): customer
        }
    }
}
