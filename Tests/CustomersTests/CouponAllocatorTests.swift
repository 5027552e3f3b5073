import Shop
import TestSupport
import Testing

@testable import Customers

@Suite struct CouponAllocatorTests {
    static func allocation(
        _ limits: CouponAllocator.Limits, customers: Int = 60, items: Int = 12, seed: UInt64 = 7
    ) -> [CouponOffer] {
        var random = SplitMix(state: seed)
        var allocator = CouponAllocator(limits: limits)
        for customer in 0..<customers {
            allocator.consider(
                customer: "\(customer)", candidates: (0..<items).map { ($0, probability: random.unit()) })
        }
        return allocator.allocation()
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
        let offers = Self.allocation(limits)
        #expect(offers.count <= budget)
        #expect(Dictionary(grouping: offers, by: \.customer).values.allSatisfy { $0.count <= 3 })
        if let perSubcategory {
            #expect(Dictionary(grouping: offers, by: \.item).values.allSatisfy { $0.count <= perSubcategory })
        }
    }

    @Test func aBudgetKeepsTheBestOffers() {
        let all = Self.allocation(.init(perCustomer: 3))
        let some = Self.allocation(.init(budget: 40, perCustomer: 3))
        #expect(some.count == 40)
        #expect(Set(some) == Set(all.sorted(by: >).prefix(40)))
    }

    @Test func offersStandByCustomerBestFirst() {
        let offers = Self.allocation(.init(budget: 80))
        #expect(offers.map(\.customerIndex) == offers.map(\.customerIndex).sorted())
        for (a, b) in zip(offers, offers.dropFirst()) where a.customer == b.customer { #expect(a.score >= b.score) }
    }
}
