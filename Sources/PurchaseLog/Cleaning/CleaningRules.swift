/// The settings of the study's cleaning rules. The defaults are the study's.
///
/// The rules run in this order (see `docs/SHOP_FORMAT.md` for every corner of them):
/// 1. rows with `HITS_SEQ` 1 are dropped,
/// 2. rows whose (customer, session) is not in Session, then rows whose product is not in Master,
/// 3. rows of customers without a gender or an age,
/// 4. baskets, the distinct `CLAC3_NM` of one (customer, session), of fewer than ``minimumBasket`` subcategories,
/// 5. customers with fewer than ``minimumSessions`` baskets left,
/// 6. of each customer, all but the ``keptSessions`` baskets of highest `SESS_SEQ`.
///
/// The highest basket left is the customer's test basket, the others are train baskets.
public struct CleaningRules: Hashable, Sendable, Codable {
    /// The least number of distinct subcategories in a basket.
    public var minimumBasket = 2
    /// The least number of baskets of a customer.
    public var minimumSessions = 10
    /// How many of a customer's latest baskets are used.
    public var keptSessions = 10
    /// Whether customers without a gender or an age are used, too.
    public var keepsMissingProfiles = false
    /// Whether rows with `HITS_SEQ` 1 are used, too.
    public var keepsFirstHits = false

    public init() {}

    /// - Throws: ``PreparationError/invalidOption(name:reason:)``, naming the option of the command line.
    public func validate() throws {
        for (name, value) in [
            ("--min-basket", minimumBasket), ("--min-sessions", minimumSessions), ("--keep-sessions", keptSessions),
        ] where value < 1 {
            throw PreparationError.invalidOption(name: name, reason: "must be at least 1, not \(value)")
        }
    }
}
