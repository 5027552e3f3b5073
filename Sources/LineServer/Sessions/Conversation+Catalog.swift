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
