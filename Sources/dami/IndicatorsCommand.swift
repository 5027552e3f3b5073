import ArgumentParser
import Customers
import Features
import Foundation
import PurchaseLog
import Recommender
import Shop
import ShopStore

/// `dami indicators`: a table of the shop's customers for those who look after them.
struct IndicatorsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "indicators",
        abstract: "Write recency, frequency, money, breadth, next visit, churn risk and tastes of every customer.",
        discussion: """
            One row a customer, as CSV or JSON. RECENCY is in days before --on; BREADTH the effective number of categories; \
            CHURN_RISK the share of the customer's usual intervals between visits that are shorter than the present \
            absence; AFFINITY_1 to 3 what the model expects in the next basket. docs/TIMING.md describes the forecast.
            """)

    @Option(help: ArgumentHelp("The shop. (default: shop.db in dami's home)", valueName: "file")) var data: String?
    @Option(help: ArgumentHelp("The model. (default: shop.model in dami's home)", valueName: "file")) var model: String?
    @Option(help: ArgumentHelp("The day to look from. (default: the shop's last)", valueName: "yyyy-mm-dd"))
    var on: DayArgument?
    @Option(help: ArgumentHelp("Write a summary page here.", valueName: "file")) var html: String?
    @Flag(help: "Print JSON.") var json = false

    static let affinityCount = 3

    func run() throws {
        let page = try html.map { try PageFile($0, option: "--html") }
        let store = try ShopStore.open(data ?? DamiHome.shop, access: .readOnly)
        let recommender = try loadRecommender(path: model ?? DamiHome.model, for: store)
        let today = try on ?? DayArgument(day: store.lastDay() ?? 0)
        let shopCatalog = try store.catalog()
        let modelItems = shopCatalog.subcategories.map { recommender.catalog.item(named: $0.name) }
        let timing = try store.computeTiming(until: today.day)
        let spending = try store.spending(until: today.day)
        var summary = IndicatorSummary()
        var output = OutputBuffer()
        try output.write(json ? "{\"on\":\"\(today)\",\"customers\":[" : Self.header)
        var isFirst = true
        try store.forEachCustomer { customer in
            let past = customer.history.filter { ($0.day ?? .min) <= today.day }
            let context = Context(
                profile: customer.profile,
                history: past.map { Basket(items: $0.items.compactMap { modelItems[$0] }, day: $0.day) })
            let affinities = recommender.recommend(for: context, options: .init(count: Self.affinityCount))
            let indicators = CustomerIndicators(
                customer: customer.id, profile: customer.profile, baskets: past, spent: spending[customer.id],
                affinities: affinities.map(\.item), catalog: shopCatalog, timing: timing, today: today.day)
            let row = IndicatorRow(indicators, catalog: recommender.catalog)
            summary.add(indicators)
            try output.write(json ? (isFirst ? "" : ",") + JSONLine.text(of: row) : CSVText.line(row.fields))
            isFirst = false
        }
        if json { try output.write("]}") }
        try output.flush()
        let summaryPage = IndicatorPage(summary: summary, day: today.description, catalog: recommender.catalog)
        try page?.write(summaryPage.html, called: "the summary")
    }

    private static let header =
        "CLNT_ID,CLNT_GENDER,CLNT_AGE,RECENCY,FREQUENCY,MONETARY,DIVERSITY,BREADTH,NEXT_VISIT_DT,CHURN_RISK,"
        + (1...affinityCount).map { "AFFINITY_\($0)" }.joined(separator: ",")
}

/// A customer's indicators as they are printed.
private struct IndicatorRow: Encodable {
    var customer: String
    var gender: String?
    var age: Int?
    var recency: Int?
    var frequency: Int
    var monetary: Double
    var diversity: Int
    var breadth: Double
    var nextVisit: String?
    var churnRisk: Double?
    var affinities: [String]

    enum CodingKeys: String, CodingKey {
        case customer, gender, age, recency, frequency, monetary, diversity, breadth, affinities
        case nextVisit = "next_visit"
        case churnRisk = "churn_risk"
    }

    init(_ indicators: CustomerIndicators, catalog: Catalog) {
        func rounded(_ value: Double, _ factor: Double) -> Double { (value * factor).rounded() / factor }
        customer = indicators.customer
        gender = indicators.profile.gender?.rawValue
        age = indicators.profile.age
        recency = indicators.recency
        frequency = indicators.frequency
        monetary = rounded(indicators.monetary ?? 0, 100)
        diversity = indicators.diversity
        breadth = rounded(indicators.breadth, 100)
        nextVisit = indicators.nextVisit.map(CivilDay.text(ofDay:))
        churnRisk = indicators.churnRisk.map { rounded($0, 10_000) }
        affinities = indicators.affinities.map(catalog.name(of:))
    }

    var fields: [String] {
        func text(_ value: Double) -> String { Int(exactly: value).map(String.init) ?? String(value) }
        let fixed = [
            customer, gender ?? "", age.map(String.init) ?? "", recency.map(String.init) ?? "", String(frequency),
            text(monetary), String(diversity), text(breadth), nextVisit ?? "", churnRisk.map { text($0) } ?? "",
        ]
        let padding = Array(repeating: "", count: max(0, IndicatorsCommand.affinityCount - affinities.count))
        return fixed + affinities + padding
    }
}
