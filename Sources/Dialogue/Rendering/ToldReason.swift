import Recommender
import Shop

/// A contribution of the model that can be told: what it speaks of is known in this conversation, and it speaks for
/// the item. Nothing else is ever told.
enum ToldReason: Hashable, Sendable {
    case cart(ItemID?)
    /// As ``cart(_:)``, once the cart was checked out.
    case checkedOut(ItemID?)
    case boughtBefore
    case history(ItemID?)
    /// People of this age, gender or both, whichever contributes.
    case person(Profile)
    case neighbours
    case popularity

    /// The reason as it is told after a checkout: what lay in the cart has been bought.
    var afterCheckout: ToldReason {
        if case .cart(let item) = self { .checkedOut(item) } else { self }
    }

    /// The reasons of an item, strongest first. Age and gender are told as one.
    static func all(_ reasons: [Reason], for item: ItemID, profile: Profile) -> [ToldReason] {
        let speaking = reasons.filter { $0.weight > 0 }
        let person = Profile(
            gender: speaking.contains { $0.kind == .gender } ? profile.gender : nil,
            age: speaking.contains { $0.kind == .age } ? profile.age : nil)
        var told: [ToldReason] = []
        for reason in speaking {
            let next: ToldReason
            switch reason.kind {
            case .cart: next = .cart(reason.item)
            case .history: next = reason.item == item ? .boughtBefore : .history(reason.item)
            case .gender, .age:
                guard !person.isEmpty else { continue }
                next = .person(person)
            case .neighbours: next = .neighbours
            case .popularity: next = .popularity
            }
            if !told.contains(next) { told.append(next) }
        }
        return told
    }
}
