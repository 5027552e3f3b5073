import Foundation
import Shop
import TestSupport
import Testing

@testable import Customers

@Suite struct PurchaseTimingTests {
    /// Customers who buy item `i` about every `cycles[i]` days, each at their own pace, for `days` days.
    static func customers(count: Int, cycles: [Double], days: Int, seed: UInt64) -> [[Basket]] {
        var random = SplitMix(state: seed)
        return (0..<count).map { _ in
            let pace = exp(0.4 * random.normal())
            var items: [Int: [ItemID]] = [:]
            for (item, cycle) in cycles.enumerated() {
                var day = random.unit() * cycle
                while Int(day) < days {
                    items[Int(day), default: []].append(item)
                    day += max(1, cycle * pace * exp(0.3 * random.normal()))
                }
            }
            return items.keys.sorted().map { Basket(items: items[$0] ?? [], day: $0) }
        }
    }

    static func timing(_ customers: [[Basket]], items: Int, until day: Int = .max) -> PurchaseTiming {
        var statistics = PurchaseTiming.Statistics(itemCount: items)
        for baskets in customers { statistics.add(baskets, until: day) }
        return statistics.timing()
    }

    @Test func heldOutDatesAreMetBetterThanByTheShopsMeanInterval() throws {
        let cycles = [6.0, 14, 30, 45, 9]
        let customers = Self.customers(count: 200, cycles: cycles, days: 240, seed: 1)
        let cutoff = 170
        let timing = Self.timing(customers, items: cycles.count, until: cutoff)
        var intervals: [Double] = []
        for baskets in customers {
            for (_, days) in PurchaseTiming.purchaseDays(in: baskets, until: cutoff) {
                intervals += zip(days.dropFirst(), days).map { Double($0 - $1) }
            }
        }
        let mean = intervals.reduce(0, +) / Double(intervals.count)
        var ours: [Double] = []
        var theirs: [Double] = []
        for baskets in customers {
            let all = PurchaseTiming.purchaseDays(in: baskets, until: .max)
            for due in timing.due(after: baskets, on: cutoff) {
                guard let next = all[due.item].days.first(where: { $0 > cutoff }) else { continue }
                ours.append(abs(Double(due.dueDay - next)))
                theirs.append(abs(Double(due.lastDay) + mean - Double(next)))
            }
        }
        try #require(ours.count > 300)
        #expect(ours.reduce(0, +) < 0.7 * theirs.reduce(0, +))
    }

    @Test func whatIsDueIsNeverInThePastAndComesSoonestFirst() {
        let customers = Self.customers(count: 20, cycles: [5, 20, 60], days: 200, seed: 2)
        let timing = Self.timing(customers, items: 3)
        for baskets in customers {
            for today in [100, 199, 260, 2000, 3850, 4300, 20_000, 3_650_000] {
                let due = timing.due(after: baskets, on: today)
                #expect(due.allSatisfy { $0.dueDay > today && $0.lastDay <= today })
                #expect(due.allSatisfy { $0.dueDay <= today + PurchaseTiming.horizon })
                #expect(due.map(\.dueDay) == due.map(\.dueDay).sorted())
                let visit = timing.nextVisit(after: baskets, on: today)?.day
                #expect(visit.map { $0 > today && $0 <= today + PurchaseTiming.horizon } ?? true)
            }
        }
    }

    @Test func whoHasBeenAwayForTenYearsIsDueForNothing() {
        let customers = Self.customers(count: 20, cycles: [5, 20, 60], days: 200, seed: 6)
        let timing = Self.timing(customers, items: 3)
        for baskets in customers {
            for today in [3900, 4300, 8000] {
                #expect(timing.due(after: baskets, on: today).allSatisfy { $0.dueDay > today + 14 })
                #expect((timing.nextVisit(after: baskets, on: today)?.day ?? .max) > today + 14)
            }
        }
    }

    @Test func theFutureChangesNothing() {
        let baskets = Self.customers(count: 1, cycles: [5, 20], days: 200, seed: 3)[0]
        let timing = Self.timing([baskets], items: 2)
        let past = baskets.filter { ($0.day ?? 0) <= 120 }
        #expect(timing.due(after: baskets, on: 120) == timing.due(after: past, on: 120))
        #expect(timing.nextVisit(after: baskets, on: 120)?.day == timing.nextVisit(after: past, on: 120)?.day)
    }

    @Test func aCustomersOwnIntervalsOutweighTheShops() {
        let monthly = Self.customers(count: 50, cycles: [30], days: 300, seed: 4)
        let timing = Self.timing(monthly, items: 1)
        let weekly = (0..<20).map { Basket(items: [0], day: $0 * 7) }
        let due = timing.due(after: weekly, on: 133)[0]
        #expect((134...145).contains(due.dueDay))
        #expect(abs((timing.usualInterval(of: 0) ?? 0) - 30) < 6)
    }

    @Test func churnRiskGrowsWithAbsence() {
        let baskets = (0..<10).map { Basket(items: [0], day: $0 * 10) }
        let timing = Self.timing([baskets], items: 1)
        let risks = [91, 100, 120, 200].compactMap { timing.nextVisit(after: baskets, on: $0)?.churnRisk }
        #expect(risks == risks.sorted())
        #expect(risks[0] < 0.1 && risks[3] > 0.9)
    }

    @Test func aShopWithoutDatesHasNothingDue() {
        let baskets = [Basket(items: [0]), Basket(items: [0])]
        let timing = Self.timing([baskets], items: 1)
        #expect(timing.due(after: baskets, on: 100).isEmpty)
        #expect(timing.nextVisit(after: baskets, on: 100) == nil)
        #expect(timing.usualInterval(of: 0) == nil)
    }

    @Test func statisticsSurviveCoding() throws {
        let timing = Self.timing(Self.customers(count: 5, cycles: [5, 9], days: 100, seed: 5), items: 2)
        let copy = try JSONDecoder().decode(PurchaseTiming.self, from: JSONEncoder().encode(timing))
        #expect(copy == timing)
    }
}
