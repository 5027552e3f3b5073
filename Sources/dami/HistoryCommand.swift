import ArgumentParser
import Foundation
import PurchaseLog
import Shop
import ShopStore

/// `dami history`: the purchase-history table of the study.
struct HistoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Print what customers bought, a basket a row, as CSV.",
        discussion: """
            Customers stand in the order of their ids, each one's baskets latest first. SPLIT says what training and \
            evaluation use a basket for; it is empty where the cleaning rules left the basket out.
            """)

    @Option(help: "The shop. (default: shop.db in dami's home)") var data: String?
    @Option(help: "Only this customer.") var customer: String?

    func run() throws {
        let store = try ShopStore.open(data ?? DamiHome.shop, access: .readOnly)
        let catalog = try store.catalog()
        var output = OutputBuffer()
        try output.write("CLNT_ID,SESS_ID,CLAC3_NM,SESS_SEQ,CLNT_GENDER,CLNT_AGE,SPLIT")
        if let customer {
            guard let found = try store.customer(customer) else { throw ShopStoreError.unknownCustomer(id: customer) }
            try Self.print(found, catalog, to: &output)
        } else {
            try store.forEachCustomer { try Self.print($0, catalog, to: &output) }
        }
        try output.flush()
    }

    private static func print(_ customer: StoredCustomer, _ catalog: Catalog, to output: inout OutputBuffer) throws {
        let gender = customer.profile.gender?.rawValue ?? ""
        let age = customer.profile.age.map(String.init) ?? ""
        for basket in customer.baskets.reversed() {
            let items = basket.basket.items.map(catalog.name(of:)).joined(separator: ", ")
            try output.write(
                CSVText.line([
                    customer.id, basket.session, items, String(basket.sequence), gender, age,
                    basket.split?.rawValue ?? "",
                ]))
        }
    }
}
