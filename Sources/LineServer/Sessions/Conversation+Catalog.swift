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
        case .profileChanged(let customer, _), .cartChanged(let customer, _), .checkedOut(let customer, _): customer
        case .loggedIn(let customer), .loggedOut(let customer): customer
        }
    }
}

extension Conversation {
    /// Whether what a person would miss differs: who they are, what they put where, and how they want to be spoken to.
    ///
    /// A reply waits for the disk only where this differs. The list shown last is stored too, but no reply waits for it.
    func differsInSubstance(from other: Conversation) -> Bool {
        profile != other.profile || cart != other.cart || excluded != other.excluded || customer != other.customer
            || fixedLanguage != other.fixedLanguage
    }
}

extension Conversation {
    func mappingItems(_ map: (ItemID) -> ItemID?) -> Conversation {
        var copy = self
        copy.cart = cart.compactMap(map)
        copy.excluded = excluded.compactMap(map)
        return copy
    }
}
