import Shop
import TestSupport
import Testing

@testable import Customers

@Suite struct CouponAllocatorTests {
    /// Customers with the probabilities of their items.
    struct Market {
        var candidates: [[CouponAllocator.Candidate]]

        /// - Parameter steps: how many probabilities there are; few make many ties.
        init(customers: Int, items: Int, steps: Int = .max, seed: UInt64 = 7) {
            var random = SplitMix(state: seed)
            candidates = (0..<customers).map { _ in
                (0..<items).map { item in
                    // Some items are wanted by everybody, so that their coupons are fought for.
                    let probability = random.unit() / Double(1 + item % 4)
                    return (item, steps == .max ? probability : (probability * Double(steps)).rounded() / Double(steps))
                }
            }
        }

        func allocation(_ limits: CouponAllocator.Limits, reserve: Int = 16) -> [CouponOffer] {
            var allocator = CouponAllocator(limits: limits, reserve: reserve)
            for (index, candidates) in candidates.enumerated() {
                allocator.consider(customer: "\(index)", candidates: candidates)
            }
            return allocator.allocation { candidates[Int($0) ?? 0] }
        }

        /// All pairs, best first, each handed out unless a limit forbids it.
        func plainGreedy(_ limits: CouponAllocator.Limits) -> [CouponOffer] {
            let offers = candidates.enumerated().flatMap { index, candidates in
                CouponAllocator.offers(
                    for: "\(index)", index: index, candidates: candidates, lift: CouponAllocator.defaultLift,
                    limit: .max)
            }
            var ofCustomer: [Int: Int] = [:]
            var ofItem: [ItemID: Int] = [:]
            var chosen: [CouponOffer] = []
            for offer in offers.sorted(by: >) where chosen.count < limits.budget ?? .max {
                guard ofCustomer[offer.customerIndex, default: 0] < limits.perCustomer,
                    ofItem[offer.item, default: 0] < limits.perSubcategory ?? .max
                else { continue }
                ofCustomer[offer.customerIndex, default: 0] += 1
                ofItem[offer.item, default: 0] += 1
                chosen.append(offer)
            }
            return chosen
        }
    }

    @Test func whatIsCertainOrUnwantedEarnsLittle() {
        func added(_ p: Double) -> Double { CouponAllocator.addedSales(probability: p, lift: 2) }
        #expect(added(0) == 0)
        #expect(abs(added(1)) < 1e-12)
        #expect(added(0.4) > added(0.05))
        #expect(added(0.4) > added(0.95))
        let best = stride(from: 0.0, through: 1, by: 0.001).max { added($0) < added($1) }
        #expect(abs((best ?? 0) - 0.414) < 0.01)
    }

    @Test(arguments: [0, 1, 17, 100, 100_000], [nil, 1, 5])
    func everyCapHolds(budget: Int, perSubcategory: Int?) {
        let limits = CouponAllocator.Limits(budget: budget, perCustomer: 3, perSubcategory: perSubcategory)
        let offers = Market(customers: 60, items: 12).allocation(limits)
        #expect(offers.count <= budget)
        #expect(Dictionary(grouping: offers, by: \.customer).values.allSatisfy { $0.count <= 3 })
        if let perSubcategory {
            #expect(Dictionary(grouping: offers, by: \.item).values.allSatisfy { $0.count <= perSubcategory })
        }
    }

    @Test func aBudgetIsSpentThoughTheFavouritesAreGone() {
        // Everybody wants item 0 most, of which there are five; the others are as good as any.
        let offers = Market(customers: 60, items: 12).allocation(.init(budget: 50, perCustomer: 1, perSubcategory: 5))
        #expect(offers.count == 50)
    }

    @Test(arguments: 0..<300)
    func theCouponsAreThoseOfThePlainGreedy(seed: Int) {
        var random = SplitMix(state: UInt64(seed))
        func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &random) }
        let market = Market(
            customers: 1 + below(50), items: 1 + below(15), steps: [.max, 20, 4].randomElement(using: &random) ?? .max,
            seed: UInt64(seed))
        let limits = CouponAllocator.Limits(
            budget: below(3) == 0 ? nil : below(120), perCustomer: below(5),
            perSubcategory: below(4) == 0 ? nil : below(8))
        let offers = market.allocation(limits, reserve: below(4))
        let expected = market.plainGreedy(limits)
        #expect(offers.count == expected.count)
        #expect(Set(offers) == Set(expected), "\(limits)")
        // Summed in one order, so that equal coupons have equal sums.
        func total(_ offers: [CouponOffer]) -> Double { offers.sorted().reduce(0) { $0 + $1.score } }
        #expect(total(offers) == total(expected))
    }

    @Test func memoryGrowsWithTheCouponsAndNotWithTheCustomers() {
        var random = SplitMix(state: 11)
        var allocator = CouponAllocator(limits: .init(perCustomer: 1, perSubcategory: 3))
        var most = 0
        for customer in 0..<4_000 {
            allocator.consider(customer: "\(customer)", candidates: (0..<20).map { ($0, probability: random.unit()) })
            most = max(most, allocator.rememberedClaims)
        }
        // 60 coupons, each with its customer's next 16.
        #expect(most <= 60 * 17)
        var budgeted = CouponAllocator(limits: .init(budget: 30, perCustomer: 3))
        for customer in 0..<4_000 {
            budgeted.consider(customer: "\(customer)", candidates: (0..<20).map { ($0, probability: random.unit()) })
            #expect(budgeted.rememberedClaims <= 90)
        }
    }

    @Test func offersStandByCustomerBestFirst() {
        let offers = Market(customers: 60, items: 12).allocation(.init(budget: 80))
        #expect(offers.map(\.customerIndex) == offers.map(\.customerIndex).sorted())
        for (a, b) in zip(offers, offers.dropFirst()) where a.customer == b.customer { #expect(a.score >= b.score) }
    }
}
