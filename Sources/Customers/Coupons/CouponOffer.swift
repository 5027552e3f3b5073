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

extension CouponAllocator {
    /// An item that a customer could have a coupon on, with the probability that it is bought without one.
    public typealias Candidate = (item: ItemID, probability: Double)

    /// The sales that a coupon adds in expectation, where the item is bought with `probability` without it.
    public static func addedSales(probability: Double, lift: Double) -> Double {
        let p = min(1, max(0, probability))
        return p * lift / (1 - p + p * lift) - p
    }

    /// The best offers for one customer, best first, at most `limit`.
    public static func offers(
        for customer: String, index: Int, candidates: [Candidate], lift: Double, limit: Int
    ) -> [CouponOffer] {
        let offers = candidates.map {
            CouponOffer(
                customerIndex: index, customer: customer, item: $0.item,
                score: addedSales(probability: $0.probability, lift: lift))
        }
        return Array(offers.sorted(by: >).prefix(limit))
    }
}
