import Dialogue
import Features
import Foundation
import GRDB
import Recommender
import Shop
import ShopStore
import Testing
import Understanding

@testable import Customers

@Suite struct ShopDirectoryTests {
    private func withShop(_ body: (ShopStore) throws -> Void) throws {
        let path = FileManager.default.temporaryDirectory.path + "/dami-directory-\(UUID().uuidString).db"
        defer { for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) } }
        try ShopStore.createSample(at: path, customers: 120, seed: 5)
        try body(try ShopStore.open(path, access: .writable))
    }

    private let today = CalendarDay(year: 2018, month: 10, day: 1)

    @Test func aLoginBringsProfileHistoryCartDueAndCoupons() throws {
        try withShop { store in
            let catalog = try store.catalog()
            let directory = ShopDirectory(recommender: FixedRecommender(catalog: catalog), opening: { store })
            let stored = try #require(try store.dataset().customers.first)
            try put([1, 2].map(catalog.name(of:)), inCartOf: stored.id, of: store)
            let record = try #require(try directory.customer(stored.id, today: today))
            #expect(record.profile == stored.profile)
            #expect(record.history.count >= stored.train.count)
            #expect(record.cart == [1, 2])
            #expect(record.coupons.count == ShopDirectory.couponLimit)
            let day = Int(CivilDay.daysSince1970(year: 2018, month: 10, day: 1) ?? 0)
            #expect(record.due.allSatisfy { (day...day + ShopDirectory.dueHorizon).contains($0.dueDay) })
            #expect(try directory.customer("nobody", today: today) == nil)
        }
    }

    private func put(_ names: [String], inCartOf customer: String, of store: ShopStore) throws {
        let change = CustomerChange.cart(customer: customer, added: names, removed: [])
        _ = try store.store([ConversationUpdate(id: "c", date: Date(), record: nil, changes: [change])])
    }

    @Test func whereACustomerStandsIsSeenAsItChanges() throws {
        try withShop { store in
            let catalog = try store.catalog()
            let model = Catalog(
                subcategories: catalog.subcategories.reversed()
                    + [Subcategory(name: "never sold here", middleCategory: nil, category: "none")])
            let directory = ShopDirectory(recommender: FixedRecommender(catalog: model), opening: { store })
            let id = try #require(try store.dataset().customers.first?.id)
            let record = try #require(try directory.customer(id, today: today))
            #expect(
                try directory.standing(of: id) == CustomerStanding(cart: [], basketCount: record.history.count))
            let names = [catalog.name(of: 3), catalog.name(of: 0)]
            try put(names, inCartOf: id, of: store)
            #expect(try directory.standing(of: id)?.cart.map(model.name(of:)) == names)
            _ = try store.store([
                ConversationUpdate(
                    id: "c", date: Date(), record: nil, changes: [.checkedOut(customer: id, items: names)])
            ])
            #expect(try directory.standing(of: id)?.basketCount == record.history.count + 1)
            #expect(directory.keeps(0) && !directory.keeps(model.count - 1))
            _ = try store.forget(customer: id)
            #expect(try directory.standing(of: id) == nil)
        }
    }

    @Test func itemsAreThoseOfTheModelWhateverItsOrder() throws {
        try withShop { store in
            let catalog = try store.catalog()
            let reversed = Catalog(subcategories: catalog.subcategories.reversed())
            let id = try #require(try store.dataset().customers.first?.id)
            let plain = ShopDirectory(recommender: FixedRecommender(catalog: catalog), opening: { store })
            let other = ShopDirectory(recommender: FixedRecommender(catalog: reversed), opening: { store })
            let names = try plain.customer(id, today: today)?.history.map { $0.items.map(catalog.name(of:)) }
            let otherNames = try other.customer(id, today: today)?.history.map { $0.items.map(reversed.name(of:)) }
            #expect(names == otherNames && names?.isEmpty == false)
        }
    }

    @Test func intervalsAreKeptInTheFileAndComputedAnewWhereItHasGrown() throws {
        try withShop { store in
            let first = try store.timing()
            #expect(try store.timing() == first)
            #expect(first == (try store.computeTiming()))
        }
    }

    @Test func indicatorsAddUp() throws {
        try withShop { store in
            let catalog = try store.catalog()
            let timing = try store.timing()
            let day = try #require(try store.lastDay())
            let spending = try store.spending(until: day)
            var summary = IndicatorSummary()
            try store.forEachCustomer { customer in
                let indicators = CustomerIndicators(
                    customer: customer.id, profile: customer.profile, baskets: customer.history,
                    spent: spending[customer.id], affinities: [0], catalog: catalog, timing: timing, today: day)
                #expect((indicators.recency ?? 0) >= 0)
                #expect(indicators.breadth <= Double(max(1, indicators.diversity)) + 1e-9)
                #expect((0...1).contains(indicators.churnRisk ?? 0))
                summary.add(indicators)
            }
            #expect(summary.customers == (try store.summary().customers))
            #expect(summary.frequencyBins.map(\.count).reduce(0, +) == summary.customers)
            #expect(summary.topAffinities(1).first?.customers == summary.customers)
        }
    }

    @Test func sumsAreFiniteAndPrintedHoweverLarge() throws {
        try withShop { store in
            let day = try #require(try store.lastDay())
            try store.writer?.write { database in
                try database.execute(
                    sql: "UPDATE basket_lines SET amount = CASE position WHEN 1 THEN 9e999 ELSE 1e18 END")
            }
            let spending = try store.spending(until: day)
            #expect(!spending.isEmpty && spending.values.allSatisfy { $0.isFinite && $0 >= 1e18 })
            let catalog = try store.catalog()
            var summary = IndicatorSummary()
            for (customer, spent) in spending {
                summary.add(
                    CustomerIndicators(
                        customer: customer, profile: .unknown, baskets: [], spent: spent, affinities: [],
                        catalog: catalog, timing: try store.timing(), today: day))
            }
            #expect(summary.spent > 1e19)
            #expect(IndicatorPage(summary: summary, day: "today", catalog: catalog).html.contains("e+"))
        }
    }
}

/// Recommends the first items, each a little less likely than the one before.
private struct FixedRecommender: Recommending {
    let catalog: Catalog

    func recommend(for context: Context, options: RecommendationOptions) -> [Recommendation] {
        (0..<min(options.count, catalog.labelCount)).map { Recommendation(item: $0, score: 1 / Double($0 + 2)) }
    }
    func reasons(for item: ItemID, in context: Context, limit: Int) -> [Reason] { [] }
    func similar(to items: [ItemID], in context: Context, options: RecommendationOptions) -> [Recommendation] { [] }
    func explainScore(of item: ItemID, in context: Context) -> ScoreBreakdown {
        ScoreBreakdown(item: item, logit: 0, wide: 0, deep: 0, probability: 0.5, parts: [])
    }
    func features(of context: Context) -> FeatureListing { FeatureListing(wide: [], deep: []) }
}
