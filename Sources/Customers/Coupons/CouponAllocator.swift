import Foundation
import HeapModule
import Shop

/// A coupon for a customer on a subcategory.
public struct CouponOffer: Hashable, Sendable, Comparable {
    /// The customer's position in the order in which they were offered; ties go to the earlier one.
    public var customerIndex: Int
    public var customer: String
    public var item: ItemID
    /// The sales that the coupon is expected to add: see ``CouponAllocator``.
    public var score: Double

    /// Worse offers come first: a lower score, then a later customer, then a later item.
    public static func < (a: CouponOffer, b: CouponOffer) -> Bool {
        if a.score != b.score { return a.score < b.score }
        if a.customerIndex != b.customerIndex { return a.customerIndex > b.customerIndex }
        return a.item > b.item
    }
}

/// Hands out a limited number of coupons where each is likeliest to add a sale.
///
/// The score of a coupon is the sale that it adds in expectation. With `p` the model's calibrated probability that the
/// item is in the customer's next basket, a coupon is taken to multiply the *odds* of that by ``lift``:
///
///     score = p·lift / (1 − p + p·lift) − p
///
/// It is largest at p ≈ 0.4 for a lift of 2, falls towards 0 for what nobody wants, and towards 0 as well for what is bought
/// in any case: a coupon on a certain purchase gives money away.
///
/// Customers are offered one after another, so that any number of them fits in memory: no more offers are kept than
/// the budget (times the subcategories, where each of those has a cap).
public struct CouponAllocator: Sendable {
    public struct Limits: Hashable, Sendable {
        /// Coupons in all; `nil` is no limit.
        public var budget: Int?
        public var perCustomer: Int
        /// Coupons for one subcategory, over all customers; `nil` is no limit.
        public var perSubcategory: Int?

        public init(budget: Int? = nil, perCustomer: Int = 3, perSubcategory: Int? = nil) {
            self.budget = budget
            self.perCustomer = perCustomer
            self.perSubcategory = perSubcategory
        }
    }

    /// A coupon is taken to double the odds of a purchase, unless a shop has measured better.
    public static let defaultLift = 2.0

    public let limits: Limits
    /// By how much a coupon multiplies the odds of a purchase.
    public let lift: Double

    private var kept: [ItemID: Heap<CouponOffer>] = [:]
    private var customers = 0

    public init(limits: Limits, lift: Double = Self.defaultLift) {
        self.limits = limits
        self.lift = lift
    }

    /// The sales that a coupon adds in expectation, where the item is bought with `probability` without it.
    public static func addedSales(probability: Double, lift: Double) -> Double {
        let p = min(1, max(0, probability))
        return p * lift / (1 - p + p * lift) - p
    }

    /// The best offers for one customer, best first, at most `limits.perCustomer`.
    public static func offers(
        for customer: String, index: Int, candidates: [(item: ItemID, probability: Double)], lift: Double, limit: Int
    ) -> [CouponOffer] {
        let offers = candidates.map {
            CouponOffer(
                customerIndex: index, customer: customer, item: $0.item,
                score: addedSales(probability: $0.probability, lift: lift))
        }
        return Array(offers.sorted(by: >).prefix(limit))
    }

    /// Considers a customer with the items that the model ranks for them.
    public mutating func consider(customer: String, candidates: [(item: ItemID, probability: Double)]) {
        let offers = Self.offers(
            for: customer, index: customers, candidates: candidates, lift: lift, limit: limits.perCustomer)
        customers += 1
        let cap = min(limits.perSubcategory ?? .max, limits.budget ?? .max)
        guard cap > 0 else { return }
        for offer in offers {
            var heap = kept[offer.item] ?? Heap()
            kept[offer.item] = nil  // so that the heap is changed in place
            if heap.count < cap {
                heap.insert(offer)
            } else if let worst = heap.min, worst < offer {
                _ = heap.replaceMin(with: offer)
            }
            kept[offer.item] = heap
        }
    }

    /// The coupons to hand out: by customer in the order considered, each customer's best first.
    public func allocation() -> [CouponOffer] {
        var offers = kept.values.flatMap(\.unordered)
        if let budget = limits.budget, offers.count > budget {
            offers.sort(by: >)
            offers.removeSubrange(max(0, budget)...)
        }
        return offers.sorted { a, b in
            a.customerIndex != b.customerIndex ? a.customerIndex < b.customerIndex : a > b
        }
    }
}
