import ArgumentParser
import Foundation
import ShopStore

/// `dami export-customer`: a customer's right to know.
struct ExportCustomerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export-customer", abstract: "Print all that is stored of a customer, as JSON.")

    @Option(help: ArgumentHelp("The shop. (default: shop.db in dami's home)", valueName: "file")) var data: String?
    @Option(help: ArgumentHelp("The customer.", valueName: "id")) var customer: String

    func run() throws {
        let store = try ShopStore.open(data ?? DamiHome.shop, access: .readOnly)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try StandardOutput.print(
            String(decoding: try encoder.encode(store.export(customer: customer)), as: UTF8.self))
    }
}
