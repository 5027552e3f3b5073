import HeapModule
import Shop

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
///     var allocator = CouponAllocator(limits: .init(budget: 800, perCustomer: 1, perSubcategory: 5))
///     for customer in customers { allocator.consider(customer: customer.id, candidates: candidates(customer)) }
///     let coupons = allocator.allocation { id in candidates(of: id) }
///
/// **What comes out** is what going through all pairs of a customer and an item would give, best score first (ties: the
/// earlier customer, then the earlier item), handing out each coupon that no limit forbids. Greedy is not the best sum
/// that there is; it never has less than half of it.
///
/// **How**, without all pairs in memory: by deferred acceptance (Gale & Shapley 1962). A customer asks for their best
/// coupon first; an item that has none left takes one back from whoever it adds least for, and that customer asks for
/// their next. Since all rank pairs by the same score, the outcome is the greedy one, in whatever order customers come.
/// What is refused once stays refused, for an item's least score only grows, as does the score from which on the budget
/// is spent; so a customer is forgotten as soon as nothing is left that they could get. Of the coupons that a customer
/// might fall back on, only the next few are remembered; whoever has used them up is asked for again in the end.
///
/// Memory grows with the coupons that are handed out, by some hundred bytes each, and not with the customers.
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
    /// How many coupons that a customer may fall back on are remembered.
    private let reserve: Int

    /// A coupon for a customer, named by position, on an item.
    struct Claim: Comparable, Sendable {
        let score: Double
        let customer: UInt32
        let item: UInt32

        /// The order of ``CouponOffer``.
        static func < (a: Claim, b: Claim) -> Bool {
            if a.score != b.score { return a.score < b.score }
            if a.customer != b.customer { return a.customer > b.customer }
            return a.item > b.item
        }
    }

    /// A customer who has a coupon, or may yet get one.
    private struct Bidder {
        let id: String
        /// Coupons that they have now.
        var granted = 0
        /// What they ask for next, the best last.
        var next: [Claim] = []
        /// The least claim that was ever among `next`.
        var last: Claim?
        /// Whether there may be claims below `last`.
        var hasMore = false
        /// Whether they wait to be asked for again.
        var isQueued = false
    }

    /// The claims that each item grants now.
    private var granted: [Heap<Claim>] = []
    private var grantedCount = 0
    /// The best claim that the budget had no room for; it has none for worse ones.
    private var refused: Claim?
    private var bidders: [UInt32: Bidder] = [:]
    /// Customers whose remembered claims are used up, but not all of their claims.
    private var queue: [UInt32] = []
    private var considered: UInt32 = 0

    public init(limits: Limits, lift: Double = Self.defaultLift) {
        self.init(limits: limits, lift: lift, reserve: 16)
    }

    init(limits: Limits, lift: Double = Self.defaultLift, reserve: Int) {
        self.limits = limits
        self.lift = lift
        self.reserve = reserve
    }

    /// How many claims are in memory.
    var rememberedClaims: Int { grantedCount + bidders.values.reduce(0) { $0 + $1.next.count } }

    /// Considers a customer.
    ///
    /// - Parameter candidates: all that the customer may have a coupon on, in any order, each item once.
    /// - Complexity: O(candidates) where most are out of reach, else O(candidates · log candidates).
    public mutating func consider(customer: String, candidates: [Candidate]) {
        let index = considered
        considered += 1
        guard limits.perCustomer > 0, limits.budget != 0, limits.perSubcategory != 0 else { return }
        var bidder = Bidder(id: customer)
        fill(&bidder, index, from: candidates)
        guard !bidder.next.isEmpty else { return }
        bidders[index] = bidder
        settle(index)
    }

    /// The coupons to hand out: by customer in the order considered, each customer's best first.
    ///
    /// - Parameter candidates: gives the same candidates of a customer once more; asked where one got so little of what
    ///   they wanted that the remembered part of their list did not suffice.
    public mutating func allocation(
        asking candidates: (_ customer: String) throws -> [Candidate]
    ) rethrows -> [CouponOffer] {
        while let index = queue.popLast() {
            guard var bidder = bidders[index] else { continue }
            bidder.isQueued = false
            if mayHaveMore(bidder) { fill(&bidder, index, from: try candidates(bidder.id)) }
            bidders[index] = bidder
            settle(index)
        }
        return granted.flatMap(\.unordered).map { claim in
            CouponOffer(
                customerIndex: Int(claim.customer), customer: bidders[claim.customer]?.id ?? "", item: Int(claim.item),
                score: claim.score)
        }.sorted { a, b in
            a.customerIndex != b.customerIndex ? a.customerIndex < b.customerIndex : a > b
        }
    }

    // MARK: - Claims

    /// Gives a customer the best claims that are within reach and below those they had before.
    private func fill(_ bidder: inout Bidder, _ index: UInt32, from candidates: [Candidate]) {
        var claims: [Claim] = []
        for candidate in candidates {
            let claim = Claim(
                score: Self.addedSales(probability: candidate.probability, lift: lift), customer: index,
                item: UInt32(candidate.item))
            if let last = bidder.last, claim >= last { continue }
            if isWithinReach(claim) { claims.append(claim) }
        }
        claims.sort(by: >)
        // Where items have no limit, a coupon is only ever taken back by the budget, and then nothing is left to fall back on.
        let wanted = min(limits.perCustomer, claims.count) + (limits.perSubcategory == nil ? 0 : reserve)
        bidder.hasMore = limits.perSubcategory != nil && claims.count > wanted
        bidder.next = claims.prefix(wanted).reversed()
        bidder.last = bidder.next.first ?? bidder.last
    }

    /// Whether a customer may have claims within reach beyond those that are remembered.
    private func mayHaveMore(_ bidder: Bidder) -> Bool {
        guard bidder.hasMore, let last = bidder.last else { return false }
        return refused.map { last > $0 } ?? true
    }

    /// Whether a claim would be granted now. Once it is not, it never is again.
    private func isWithinReach(_ claim: Claim) -> Bool {
        if let refused, claim < refused { return false }
        guard let limit = limits.perSubcategory, granted.indices.contains(Int(claim.item)) else { return true }
        let grants = granted[Int(claim.item)]
        guard grants.count >= limit, let least = grants.min else { return true }
        return claim > least
    }

    /// Lets a customer ask until they have enough or nothing is left, and after them whoever lost a coupon by that.
    private mutating func settle(_ first: UInt32) {
        var asking = [first]
        while let index = asking.popLast() {
            // Taken out, so that its claims are changed in place.
            guard var bidder = bidders.removeValue(forKey: index) else { continue }
            while bidder.granted < limits.perCustomer, let claim = bidder.next.popLast() {
                guard isWithinReach(claim) else { continue }
                bidder.granted += 1
                guard let lost = grant(claim) else { continue }
                if lost.customer == index {
                    bidder.granted -= 1
                } else {
                    bidders[lost.customer]?.granted -= 1
                    asking.append(lost.customer)
                }
            }
            if bidder.granted < limits.perCustomer, !bidder.isQueued, mayHaveMore(bidder) {
                bidder.isQueued = true
                queue.append(index)
            }
            if bidder.granted > 0 || bidder.isQueued { bidders[index] = bidder }
        }
    }

    /// Grants a claim that is within reach.
    ///
    /// - Returns: the claim that had to make room, if any.
    private mutating func grant(_ claim: Claim) -> Claim? {
        let item = Int(claim.item)
        while granted.count <= item { granted.append(Heap()) }
        if let limit = limits.perSubcategory, granted[item].count >= limit {
            return granted[item].replaceMin(with: claim)
        }
        granted[item].insert(claim)
        grantedCount += 1
        guard let budget = limits.budget, grantedCount > budget else { return nil }
        var worst = item
        for other in granted.indices {
            guard let least = granted[other].min, let leastSoFar = granted[worst].min else { continue }
            if least < leastSoFar { worst = other }
        }
        let lost = granted[worst].removeMin()
        grantedCount -= 1
        refused = refused.map { max($0, lost) } ?? lost
        return lost
    }
}
