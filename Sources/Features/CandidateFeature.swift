/// What the wide half knows of a candidate in a context. One weight a feature, shared by all candidates.
///
/// The raw value is the feature's row in ``EncodedContext/features``. The groups end where the next one begins, so
/// that a change of the cart touches only the rows that depend on it.
package enum CandidateFeature: Int, CaseIterable, Sendable {
    // What the customer's own past says of the candidate.
    case timesBought
    case shareOfBaskets
    case recentCount
    case inLastBasket
    case decayedShare
    case recency
    case taste
    case habitual

    // What customers alike, and rules learned from all customers, make of that past.
    case nearNeighbours
    case wideNeighbours
    case neighbourMixture
    case ownershipOfRecent
    case nextBasket
    case nextBasketLog

    // What goes with the cart.
    case cartRidge
    case cartConditional
    case cartConditionalLog
    case cartLift
    case cartOwnership
    case cartStrongestLift
    case cartOfMiddleCategory
    case cartOfCategory
    case cartCategoryLift

    // What the customer's own baskets that were like the cart held.
    case withCartBefore
    case withCategoriesBefore

    // What everybody, and people of this profile, buy.
    case segment
    case popularity
    case popularityInSmallBaskets
    case categoryPopularity

    /// The name that `/features` and a score's parts show.
    package var name: String {
        switch self {
        case .timesBought: "history.times_bought"
        case .shareOfBaskets: "history.share_of_baskets"
        case .recentCount: "history.recent_count"
        case .inLastBasket: "history.in_last_basket"
        case .decayedShare: "history.decayed_share"
        case .recency: "history.recency"
        case .taste: "history.taste"
        case .habitual: "history.habitual"
        case .nearNeighbours: "neighbours.near"
        case .wideNeighbours: "neighbours.wide"
        case .neighbourMixture: "neighbours.with_taste"
        case .ownershipOfRecent: "history.owns_with"
        case .nextBasket: "history.next_basket"
        case .nextBasketLog: "history.next_basket_log"
        case .cartRidge: "cart.ridge"
        case .cartConditional: "cart.conditional"
        case .cartConditionalLog: "cart.conditional_log"
        case .cartLift: "cart.lift"
        case .cartOwnership: "cart.owns_with"
        case .cartStrongestLift: "cart.strongest_lift"
        case .cartOfMiddleCategory: "cart.middle_category"
        case .cartOfCategory: "cart.category"
        case .cartCategoryLift: "cart.category_lift"
        case .withCartBefore: "history.with_cart"
        case .withCategoriesBefore: "history.with_cart_categories"
        case .segment: "profile.segment"
        case .popularity: "popularity"
        case .popularityInSmallBaskets: "popularity.small_baskets"
        case .categoryPopularity: "popularity.middle_category"
        }
    }

    package static let count = allCases.count
    /// Rows that depend on the history alone.
    package static let historyRange = timesBought.rawValue..<cartRidge.rawValue
    /// Rows that depend on the cart alone.
    package static let cartRange = cartRidge.rawValue..<withCartBefore.rawValue
    /// Rows that depend on both.
    package static let historyAndCartRange = withCartBefore.rawValue..<segment.rawValue
}
