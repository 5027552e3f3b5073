import Foundation
import Shop

/// What a shop's customer management wants to know of one customer.
public struct CustomerIndicators: Hashable, Sendable {
    public var customer: String
    public var profile: Profile
    /// Days since the last session; `nil` where no session has a date.
    public var recency: Int?
    /// Sessions with a purchase.
    public var frequency: Int
    /// The sum of what was paid, in the log's currency; `nil` where the log has no amounts.
    public var monetary: Double?
    /// Distinct subcategories bought.
    public var diversity: Int
    /// The effective number of categories: the exponential of the Shannon entropy of purchases over `CLAC1_NM`.
    public var breadth: Double
    /// The day of the next visit, from 1970-01-01.
    public var nextVisit: Int?
    /// The share of the customer's usual intervals between visits that are shorter than the present absence.
    public var churnRisk: Double?
    /// The items likeliest to be in the next basket, best first.
    public var affinities: [ItemID]

    /// - Parameters:
    ///   - baskets: oldest first.
    ///   - spent: the sum of what was paid.
    ///   - today: days from 1970-01-01; later baskets are ignored.
    public init(
        customer: String, profile: Profile, baskets: [Basket], spent: Double?, affinities: [ItemID], catalog: Catalog,
        timing: PurchaseTiming, today: Int
    ) {
        let past = baskets.filter { ($0.day ?? .min) <= today }
        let visit = timing.nextVisit(after: past, on: today)
        self.customer = customer
        self.profile = profile
        self.recency = past.compactMap(\.day).max().map { today - $0 }
        self.frequency = past.count
        self.monetary = spent
        self.diversity = Set(past.flatMap(\.items)).count
        self.breadth = Self.effectiveCategories(past, catalog: catalog)
        self.nextVisit = visit?.day
        self.churnRisk = visit?.churnRisk
        self.affinities = affinities
    }

    static func effectiveCategories(_ baskets: [Basket], catalog: Catalog) -> Double {
        var counts: [String: Int] = [:]
        var total = 0
        for item in baskets.flatMap(\.items) {
            counts[catalog.subcategories[item].category, default: 0] += 1
            total += 1
        }
        guard total > 0 else { return 0 }
        // Summed in a fixed order, so that the last bit is the same in every run.
        let entropy = counts.values.sorted().reduce(0.0) { sum, count in
            let share = Double(count) / Double(total)
            return sum - share * log(share)
        }
        return exp(entropy)
    }
}
