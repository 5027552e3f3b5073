import ArgumentParser
import Features
import Foundation
import Recommender
import Shop
import ShopStore
import WideDeep

/// `dami compare`: two models' lists for one customer, beside what the customer then bought.
struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Show two models' lists for a customer side by side, hits marked.",
        discussion: """
            Both models see what the customer bought before the test basket (or, of a customer without one, before the \
            latest basket), and the profile; what was in that basket is marked with * in the lists.
            """)

    @Argument(help: "A model.") var first: String
    @Argument(help: "Another model.") var second: String
    @Option(help: "The shop. (default: shop.db in dami's home)") var data: String?
    @Option(help: "The customer.") var customer: String
    @Option(help: "How many items a list.") var count = 10
    @Flag(help: "Print JSON.") var json = false

    func validate() throws {
        guard count > 0 else { throw ValidationError("--count must be at least 1, not \(count)") }
    }

    func run() throws {
        let path = data ?? DamiHome.shop
        let store = try ShopStore.open(path, access: .readOnly)
        guard let stored = try store.customer(customer) else {
            throw RecommendError.unknownCustomer(customer, path: path)
        }
        let catalog = try store.catalog()
        let past = PastAndNext(stored)
        let lists = try [first, second].map { file in
            try list(of: file, store: store, catalog: catalog, profile: stored.profile, past: past)
        }
        let comparison = Comparison(
            customer: customer, profile: .init(gender: stored.profile.gender?.rawValue, age: stored.profile.age),
            history: past.history.map { names($0, catalog) }, bought: names(past.next, catalog), models: lists)
        try StandardOutput.print(json ? JSONLine.text(of: comparison) : comparison.lines().joined(separator: "\n"))
    }

    private func names(_ basket: Basket, _ catalog: Catalog) -> [String] { basket.items.map { catalog.name(of: $0) } }

    private func list(
        of file: String, store: ShopStore, catalog: Catalog, profile: Profile, past: PastAndNext
    ) throws -> Comparison.List {
        let recommender = try loadRecommender(path: file, for: store)
        let history = ItemTranslation(from: catalog, to: recommender.catalog).baskets(past.history)
        let context = Context(profile: profile, history: history)
        let bought = Set(names(past.next, catalog))
        let items = recommender.recommend(for: context, options: RecommendationOptions(count: count))
        return Comparison.List(
            file: file, preset: try ModelFile(path: file).preset,
            items: items.enumerated().map { index, item in
                let name = recommender.catalog.name(of: item.item)
                return .init(rank: index + 1, item: name, score: item.score, hit: bought.contains(name))
            })
    }
}

/// A customer's baskets, cut where the models are asked: before the test basket, else before the latest.
private struct PastAndNext {
    var history: [Basket]
    var next: Basket

    init(_ customer: StoredCustomer) {
        let cut = customer.baskets.lastIndex { $0.split == .test } ?? customer.baskets.indices.last
        guard let cut else {
            (history, next) = ([], Basket(items: []))
            return
        }
        history = customer.baskets[..<cut].map(\.basket)
        next = customer.baskets[cut].basket
    }
}

/// What `compare` found out, and how it looks.
struct Comparison: Encodable {
    struct ProfileRecord: Encodable {
        var gender: String?
        var age: Int?
    }

    struct List: Encodable {
        struct Line: Encodable {
            var rank: Int
            var item: String
            var score: Double
            var hit: Bool
        }
        var file: String
        var preset: String
        var items: [Line]
        var hits: Int { items.count { $0.hit } }

        enum CodingKeys: CodingKey { case file, preset, items, hits }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(file, forKey: .file)
            try container.encode(preset, forKey: .preset)
            try container.encode(items, forKey: .items)
            try container.encode(hits, forKey: .hits)
        }
    }

    var customer: String
    var profile: ProfileRecord
    /// Oldest first.
    var history: [[String]]
    /// The basket that the lists are held against.
    var bought: [String]
    var models: [List]

    /// The page: what is known, what was bought, the lists side by side.
    func lines() -> [String] {
        let known = [profile.gender, profile.age.map { "\($0)s" }].compactMap { $0 }.joined(separator: ", ")
        var lines = ["customer \(customer)" + (known.isEmpty ? "" : " (\(known))")]
        lines.append(
            "bought before: \(history.count) baskets"
                + (history.last.map { "; the latest: " + $0.joined(separator: ", ") } ?? ""))
        lines.append("bought then:   " + (bought.isEmpty ? "nothing" : bought.joined(separator: ", ")))
        lines.append("")
        let columns = models.map(column)
        let width = (columns[0].map(\.displayWidth).max() ?? 0) + 3
        for row in 0..<max(columns[0].count, columns[1].count) {
            let left = row < columns[0].count ? columns[0][row] : ""
            let right = row < columns[1].count ? columns[1][row] : ""
            lines.append((left.padded(toWidth: width) + right).trimmingTrailingSpaces)
        }
        return lines
    }

    private func column(_ list: List) -> [String] {
        let name = list.file.split(separator: "/").last.map(String.init) ?? list.file
        let title = "\(name) (\(list.preset)): \(list.hits) of \(bought.count) found"
        let widest = list.items.map(\.item.displayWidth).max() ?? 0
        return [title]
            + list.items.map { line in
                let rank = String(line.rank).leftPadded(toWidth: 3)
                let score = String(format: "%.3f", line.score)
                return "\(rank). \(line.hit ? "*" : " ") \(line.item.padded(toWidth: widest))  \(score)"
            }
    }
}

extension String {
    fileprivate var trimmingTrailingSpaces: String {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
