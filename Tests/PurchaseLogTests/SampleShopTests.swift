import Foundation
import Shop
import Testing

@testable import PurchaseLog

@Suite("The sample shop")
struct SampleShopTests {
    private static let names = ["Product.csv", "Custom.csv", "Master.csv", "Session.csv"]

    private func sample(_ customers: Int, seed: UInt64) throws -> LogFolder {
        let folder = try LogFolder()
        try SampleShop(customers: customers, seed: seed).write(to: folder.path)
        return folder
    }

    private func bytes(_ folder: LogFolder) throws -> [Data] {
        try Self.names.map { try Data(contentsOf: URL(fileURLWithPath: folder.path + "/" + $0)) }
    }

    @Test("is the same for the same seed, and another for another")
    func isDeterministic() throws {
        let first = try bytes(try sample(1_100, seed: 3))
        #expect(try bytes(try sample(1_100, seed: 3)) == first)
        let other = try bytes(try sample(1_100, seed: 4))
        #expect(zip(first, other).allSatisfy { $0 != $1 })
    }

    @Test("has the 37 categories, hundreds of subcategories, and six months")
    func hasTheFormOfTheStudy() throws {
        let shop = try sample(1_000, seed: 1).prepareWritten(CleaningRules())
        #expect(shop.catalog.categories.count == 37)
        #expect(shop.catalog.middleCategories.count == 129)
        #expect(shop.catalog.count == 498)
        for name in ["우유", "두유", "가공우유", "식빵", "계란", "샴푸", "린스", "틴트"] {
            #expect(shop.catalog.item(named: name) != nil, "\(name)")
        }
        // No name is both a subcategory and a category: typed alone, it would mean two things.
        #expect(shop.catalog.subcategories.allSatisfy { !shop.catalog.hasCategory(named: $0.name) })
        let days = shop.sessions.compactMap(\.day)
        #expect(days.min().map(CivilDay.text(ofDay:)) == SampleShop.firstDay)
        #expect(days.max().map(CivilDay.text(ofDay:)) == SampleShop.lastDay)
    }

    @Test("has the faults of real logs, in realistic shares")
    func hasFaults() throws {
        let shop = try sample(1_000, seed: 1).prepareWritten(CleaningRules())
        let rows = Double(shop.counts.rows.product)
        let dropped = shop.counts.dropped
        #expect((0.005...0.03).contains(Double(dropped.firstHit) / rows))
        #expect((0.001...0.01).contains(Double(dropped.noSession) / rows))
        #expect((0.002...0.03).contains(Double(dropped.noProduct) / rows))
        #expect((0.15...0.4).contains(Double(dropped.missingProfile) / rows))
        #expect(shop.counts.repaired.master >= 2)
        #expect(shop.counts.skipped.master == 0)
        // Enough customers are left to learn from.
        #expect(shop.counts.customers > 150)
    }

    @Test("is not written over logs that are no sample")
    func doesNotOverwriteOtherLogs() throws {
        let folder = try LogFolder.small()
        try folder.writeAll()
        let message = preparationMessage { try SampleShop(customers: 1).write(to: folder.path) }
        #expect(message.contains("no sample"))
        #expect(try folder.prepareWritten().counts.rows.product == 3)
    }

    @Test("gender, age, cart and history each tell something of the next basket")
    func carriesSignal() throws {
        let shop = try sample(2_000, seed: 1).prepareWritten(CleaningRules())
        let signal = SampleSignal(shop)
        // Bits of surprise an item, saved over knowing the popularity alone.
        let saved = (
            gender: signal.bitsSaved(byGroup: \.profile.gender), age: signal.bitsSaved(byGroup: \.profile.age),
            cart: signal.bitsSavedByCart(), history: signal.bitsSavedByHistory()
        )
        #expect(saved.gender > 0.015)
        #expect(saved.age > 0.04)
        #expect(saved.cart > 0.15)
        #expect(saved.history > 0.25)
    }
}

/// How much better a simple predictor of the test baskets gets by knowing something: the mean of log₂ p(item | what is
/// known) − log₂ p(item), with counts from the train baskets.
private struct SampleSignal {
    private struct Person {
        var customer: PreparedShop.Customer
        var train: [[Int]]
        var test: [Int]
    }

    private let people: [Person]
    private let popularity: [Double]
    /// By item: its middle category. A few hundred people tell more of 129 of those than of 498 items.
    private let middles: [Int]

    init(_ shop: PreparedShop) {
        people = shop.customers.compactMap { customer in
            func items(_ split: Split) -> [[Int]] {
                shop.sessions[customer.sessions].filter { $0.split == split }.map { session in
                    shop.lines[session.lines].map { Int($0.item) }
                }
            }
            guard let test = items(.test).first else { return nil }
            return Person(customer: customer, train: items(.train), test: test)
        }
        middles = shop.catalog.subcategories.map { shop.catalog.middleCategories.firstIndex(of: $0.middleCategory!)! }
        popularity = Self.shares(people.flatMap(\.train), labels: shop.catalog.labelCount, prior: nil)
    }

    func bitsSaved<Group: Hashable>(byGroup group: (PreparedShop.Customer) -> Group?) -> Double {
        func shares(_ people: [Person], prior: [Double]?) -> [Double] {
            let count = middles.max()! + 1
            return Self.shares(people.flatMap(\.train).map { $0.map { middles[$0] } }, labels: count, prior: prior)
        }
        let all = shares(people, prior: nil)
        let groups = Dictionary(grouping: people) { group($0.customer) }.mapValues { shares($0, prior: all) }
        return mean { person, item in
            groups[group(person.customer)]![middles[item]] / all[middles[item]] * popularity[item]
        }
    }

    func bitsSavedByHistory() -> Double {
        mean { person, item in
            let bought = person.train.count { $0.contains(item) }
            let total = person.train.reduce(0) { $0 + $1.count }
            return (Double(bought) + 40 * popularity[item]) / Double(total + 40)
        }
    }

    /// The first item of the basket is in the cart; the others are to be told.
    func bitsSavedByCart() -> Double {
        var together: [Int: [[Int]]] = [:]
        for basket in people.flatMap(\.train) {
            for item in basket { together[item, default: []].append(basket.filter { $0 != item }) }
        }
        let shares = together.mapValues { Self.shares($0, labels: popularity.count, prior: popularity) }
        return mean { person, item in
            item == person.test[0] ? nil : shares[person.test[0]]?[item] ?? popularity[item]
        }
    }

    private func mean(_ probability: (Person, Int) -> Double?) -> Double {
        var sum = 0.0
        var count = 0
        for person in people {
            for item in person.test {
                guard let known = probability(person, item) else { continue }
                sum += log2(known / popularity[item])
                count += 1
            }
        }
        return sum / Double(count)
    }

    private static func shares(_ baskets: [[Int]], labels: Int, prior: [Double]?) -> [Double] {
        let weight = prior == nil ? Double(labels) : 300
        var counts = prior.map { $0.map { $0 * weight } } ?? Array(repeating: 1.0, count: labels)
        var total = weight
        for item in baskets.joined() {
            counts[item] += 1
            total += 1
        }
        return counts.map { $0 / total }
    }
}
