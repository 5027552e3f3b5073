import ArgumentParser
import Customers
import Features
import Foundation
import PurchaseLog
import Recommender
import Shop
import ShopStore

/// `dami coupons`: where a coupon is likeliest to add a sale.
struct CouponsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "coupons",
        abstract: "Hand out a number of coupons where each is likeliest to add a sale, as CSV or JSON.",
        discussion: """
            SCORE is the number of sales that the coupon is expected to add: with p the probability that the customer's \
            next basket has the subcategory, and a coupon that multiplies its odds by --lift, it is \
            p·lift / (1 − p + p·lift) − p. What is bought in any case, and what nobody wants, scores low.

            Coupons are handed out best score first, over all customers and subcategories, wherever no limit forbids it.
            """)

    @Option(help: ArgumentHelp("The shop. (default: shop.db in dami's home)", valueName: "file")) var data: String?
    @Option(help: ArgumentHelp("The model. (default: shop.model in dami's home)", valueName: "file")) var model: String?
    @Option(help: ArgumentHelp("How many coupons in all. (default: no limit)", valueName: "n")) var budget: Int?
    @Option(help: ArgumentHelp("How many coupons for a customer.", valueName: "n")) var perCustomer = 3
    @Option(help: ArgumentHelp("How many coupons for a subcategory. (default: no limit)", valueName: "n"))
    var perSubcategory: Int?
    @Option(help: "By how much a coupon multiplies the odds of a purchase.") var lift = CouponAllocator.defaultLift
    @Flag(help: "Print JSON.") var json = false

    func validate() throws {
        for (name, value) in [
            ("--budget", budget), ("--per-customer", perCustomer), ("--per-subcategory", perSubcategory),
        ] {
            if let value, value < 0 { throw ValidationError("\(name) must be at least 0, not \(value)") }
        }
        guard lift > 1, lift.isFinite else { throw ValidationError("--lift must be above 1, not \(lift)") }
    }

    func run() throws {
        let store = try ShopStore.open(data ?? DamiHome.shop, access: .readOnly)
        let recommender = try loadRecommender(path: model ?? DamiHome.model, for: store)
        let modelItems = try store.catalog().subcategories.map { recommender.catalog.item(named: $0.name) }
        var allocator = CouponAllocator(
            limits: .init(budget: budget, perCustomer: perCustomer, perSubcategory: perSubcategory), lift: lift)
        // Where subcategories have a limit, all items: who is too late for their favourites may get a coupon on what comes
        // far behind them. Else the likeliest, and fifty more, since what is bought in any case scores less than those.
        let labelCount = recommender.catalog.labelCount
        let options = RecommendationOptions(
            count: perSubcategory == nil ? min(perCustomer, labelCount) + 50 : labelCount)
        func candidates(for customer: StoredCustomer) -> [CouponAllocator.Candidate] {
            let context = Context(
                profile: customer.profile,
                history: customer.history.map {
                    Basket(items: $0.items.compactMap { modelItems[$0] }, day: $0.day)
                })
            return recommender.recommend(for: context, options: options).map { ($0.item, probability: $0.score) }
        }
        try store.forEachCustomer { allocator.consider(customer: $0.id, candidates: candidates(for: $0)) }
        let offers = try allocator.allocation { try store.customer($0).map(candidates) ?? [] }
        try print(offers, catalog: recommender.catalog)
    }

    private func print(_ offers: [CouponOffer], catalog: Catalog) throws {
        var output = OutputBuffer()
        try output.write(json ? "{\"coupons\":[" : "CLNT_ID,CLAC3_NM,SCORE")
        for (position, offer) in offers.enumerated() {
            let item = catalog.name(of: offer.item)
            let score = (offer.score * 1e6).rounded() / 1e6
            if json {
                struct Row: Encodable {
                    var customer: String
                    var item: String
                    var score: Double
                }
                let row = Row(customer: offer.customer, item: item, score: score)
                try output.write((position == 0 ? "" : ",") + JSONLine.text(of: row))
            } else {
                try output.write(CSVText.line([offer.customer, item, String(score)]))
            }
        }
        if json { try output.write("]}") }
        try output.flush()
    }
}
