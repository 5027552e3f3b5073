import Recommender
import Shop

extension EnglishPhrasing {
    var reasonWords: ReasonWords {
        ReasonWords(
            nothingToExplain: "There is nothing to explain.", soldTooRarely: "sold too rarely to be recommended.",
            nothingInParticular: "nothing that I know speaks for it in particular.", similar: { "similar to \($0)" })
    }

    func shortReason(_ told: ToldReason) -> String {
        switch told {
        case .cart(let item?): "often bought with \(name(item)) in your cart"
        case .cart(nil): "goes well with your cart"
        case .checkedOut(let item?): "often bought with \(name(item)), which you just bought"
        case .checkedOut(nil): "goes well with what you just bought"
        case .boughtBefore: "you bought it before"
        case .history(let item?): "often bought after \(name(item)), which you bought"
        case .history(nil): "follows from what you bought"
        case .person(let profile): "popular with \(people(profile))"
        case .neighbours: "bought by customers who shop like you"
        case .popularity: "popular with many customers"
        }
    }

    /// "women in their 30s", "women", "people in their 30s".
    private func people(_ profile: Profile) -> String {
        let who = profile.gender.map { $0 == .female ? "women" : "men" } ?? "people"
        return profile.age.map { "\(who) in their \($0)s" } ?? who
    }
}
