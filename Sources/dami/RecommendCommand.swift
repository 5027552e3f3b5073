import ArgumentParser
import Dialogue
import Features
import Foundation
import Recommender
import Shop
import ShopStore
import Understanding

/// `dami recommend`: one context by flags, or many by lines.
struct RecommendCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recommend",
        abstract: "Recommend for a context.",
        discussion: """
            With --batch, a context a line is read from stdin and answered on stdout, both JSON; what it is and how many \
            items it wants stands in the line, not in flags. Names that hold a comma stand in double quotes: \
            --cart '"Usual Suspects, The",우유'.
            """)

    @Option(help: "The model. (default: shop.model in dami's home)") var model: String?
    @Option(help: "The shop, for --customer, or for the customers that lines of --batch name.") var data: String?
    @Option(help: "A customer of the shop: their profile and history.") var customer: String?
    @Option(help: "F or M.") var gender: Gender?
    @Option(help: "The age; its decade counts.") var age: Int?
    @Option(help: ArgumentHelp("What is in the cart.", valueName: "names")) var cart: [String] = []
    @Option(help: ArgumentHelp("What not to recommend.", valueName: "names")) var exclude: [String] = []
    @Option(help: ArgumentHelp("Only items under it.", valueName: "name")) var category: String?
    @Option(help: "How many. (default: 10)") var count: Int?
    @Flag(help: "Say why.") var explain = false
    @Flag(help: "Print JSON.") var json = false
    @Flag(help: "Read contexts from stdin, a JSON line each.") var batch = false

    func validate() throws {
        if let count, count < 1 { throw ValidationError("--count must be at least 1, not \(count)") }
        if let age, !(0...150).contains(age) { throw ValidationError("--age must be between 0 and 150, not \(age)") }
        if batch, let flag = flagsOfOneContext.first {
            throw ValidationError(
                "\(flag) can't go with --batch, which reads contexts from stdin; say it in each line")
        }
    }

    /// The flags given that say what is asked of one context. `--json` is no such flag: many are always answered in JSON.
    private var flagsOfOneContext: [String] {
        [
            ("--customer", customer != nil), ("--gender", gender != nil), ("--age", age != nil),
            ("--cart", !cart.isEmpty), ("--exclude", !exclude.isEmpty), ("--category", category != nil),
            ("--count", count != nil), ("--explain", explain),
        ].filter(\.1).map(\.0)
    }

    func run() throws {
        let files = try FirstRun().files(data: data, model: model)
        let shop = try (data ?? (customer == nil ? nil : DamiHome.shop)).map {
            try ShopStore.open($0, access: .readOnly)
        }
        let recommender = try loadRecommender(path: files.model, for: shop)
        if batch {
            signal(SIGPIPE, SIG_IGN)
            let customers = try shop.map { try customerLookup(in: $0, catalog: recommender.catalog) }
            let threads = ProcessInfo.processInfo.activeProcessorCount
            try BatchRecommendation(recommender: recommender, customers: customers, threads: threads).run()
            return
        }
        let catalog = recommender.catalog
        let context = try context(in: catalog, shop: shop)
        var options = RecommendationOptions(count: count ?? 10, explains: explain)
        options.excluded = Set(try items(exclude, in: catalog, option: "--exclude"))
        if let category {
            guard catalog.hasCategory(named: category) else { throw RecommendError.unknownCategory(category) }
            options.category = category
        }
        let list = recommender.recommend(for: context, options: options)
        if json { try printJSON(list, catalog: catalog) } else { try printTable(list, catalog: catalog) }
    }

    private func customerLookup(in store: ShopStore, catalog: Catalog) throws -> ContextLine.CustomerLookup {
        let translation = ItemTranslation(from: try store.catalog(), to: catalog)
        return { code in
            guard let stored = try store.customer(code) else { return nil }
            return (stored.profile, translation.baskets(stored.history))
        }
    }

    private func context(in catalog: Catalog, shop: ShopStore?) throws -> Context {
        var context = Context()
        if let customer, let shop {
            guard let stored = try shop.customer(customer) else {
                throw RecommendError.unknownCustomer(customer, path: shop.path)
            }
            context.profile = stored.profile
            context.history = ItemTranslation(from: try shop.catalog(), to: catalog).baskets(stored.history)
        }
        if let gender { context.profile.gender = gender }
        if let age { context.profile.age = Profile.decade(ofYears: age) }
        context.cart = try items(cart, in: catalog, option: "--cart")
        return context
    }

    private func items(_ lists: [String], in catalog: Catalog, option: String) throws -> [ItemID] {
        var items: [ItemID] = []
        for name in lists.flatMap({ CommaSeparatedNames.names(in: $0) }) {
            guard let item = catalog.item(named: name) else { throw RecommendError.unknownItem(name, option: option) }
            if !items.contains(item) { items.append(item) }
        }
        return items
    }

    private func printTable(_ list: [Recommendation], catalog: Catalog) throws {
        if list.isEmpty { note("nothing is left to recommend") }
        let width = list.map { catalog.name(of: $0.item).displayWidth }.max() ?? 0
        for (index, recommendation) in list.enumerated() {
            let rank = String(index + 1).leftPadded(toWidth: 3)
            let name = catalog.name(of: recommendation.item).padded(toWidth: width)
            let percent = String(format: "%5.1f %%", recommendation.score * 100)
            try StandardOutput.print(
                "\(rank)  \(name)  \(percent)  \(catalog.subcategories[recommendation.item].category)")
            for reason in recommendation.reasons {
                let source = reason.item.map { " " + catalog.name(of: $0) } ?? ""
                try StandardOutput.print(
                    "     \(String(format: "%+.2f", reason.weight)) \(reason.kind.rawValue)\(source)")
            }
        }
    }

    private func printJSON(_ list: [Recommendation], catalog: Catalog) throws {
        var json = JSONText()
        json.text = "{\"items\":"
        json.append(strings: list.map { catalog.name(of: $0.item) })
        json.text += ",\"scores\":"
        json.append(array: list) { $0.text += ContextLine.number($1.score) }
        json.text += ",\"recommendations\":"
        json.append(array: list.enumerated()) { json, entry in
            let (index, recommendation) = entry
            json.text += "{\"rank\":\(index + 1)"
            json.append(key: "item")
            json.append(quoted: catalog.name(of: recommendation.item))
            json.append(key: "category")
            json.append(quoted: catalog.subcategories[recommendation.item].category)
            json.append(key: "score")
            json.text += ContextLine.number(recommendation.score)
            json.append(key: "reasons")
            json.append(array: recommendation.reasons) { json, reason in
                json.text += "{\"kind\":\"\(reason.kind.rawValue)\""
                if let item = reason.item {
                    json.append(key: "item")
                    json.append(quoted: catalog.name(of: item))
                }
                json.text += ",\"weight\":\(Float(reason.weight))}"
            }
            json.text += "}"
        }
        json.text += "}"
        try StandardOutput.print(json.text)
    }
}

/// A shop's items as a model's: by name, for a shop may have been prepared anew since the model was trained.
struct ItemTranslation: Sendable {
    private let items: [ItemID?]

    init(from shop: Catalog, to model: Catalog) {
        items = shop.subcategories.map { model.item(named: $0.name) }
    }

    /// Baskets without what the model does not know.
    func baskets(_ baskets: [Basket]) -> [Basket] {
        baskets.map { basket in
            Basket(items: basket.items.compactMap { $0 < items.count ? items[$0] : nil }, day: basket.day)
        }
    }
}

/// Why nothing can be recommended.
enum RecommendError: ReportableError {
    case unknownItem(String, option: String)
    case unknownCategory(String)
    case unknownCustomer(String, path: String)

    var message: String {
        switch self {
        case .unknownItem(let name, let option): "\(option): no item of the catalog is named \(name)"
        case .unknownCategory(let name): "--category: no category of the catalog is named \(name)"
        case .unknownCustomer(let id, let path): "\(path): no customer \(id)"
        }
    }
}

extension Gender: ExpressibleByArgument {}
