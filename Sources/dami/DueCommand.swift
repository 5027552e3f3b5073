import ArgumentParser
import Customers
import Foundation
import PurchaseLog
import Shop
import ShopStore

/// `dami due`: whom to remind of what.
struct DueCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "due",
        abstract: "List customers and what they are about to buy again, as CSV or JSON.",
        discussion: """
            Uses only what was bought up to the given day: each customer's own intervals, shrunk to the subcategory's and \
            the shop's (docs/TIMING.md). Customers stand in the order of their ids, each one's soonest first.
            """)

    @Option(help: ArgumentHelp("The shop. (default: shop.db in dami's home)", valueName: "file")) var data: String?
    @Option(help: ArgumentHelp("The day from which to look ahead.", valueName: "yyyy-mm-dd")) var on: DayArgument
    @Option(help: ArgumentHelp("How many days to look ahead.", valueName: "days")) var within = 7
    @Option(help: "On how many days the customer must have bought a subcategory.") var minPurchases = 2
    @Flag(help: "Print JSON.") var json = false

    func validate() throws {
        guard within >= 0 else { throw ValidationError("--within must be at least 0, not \(within)") }
        guard minPurchases >= 1 else {
            throw ValidationError("--min-purchases must be at least 1, not \(minPurchases)")
        }
    }

    func run() throws {
        let store = try ShopStore.open(data ?? DamiHome.shop, access: .readOnly)
        let catalog = try store.catalog()
        // Fitted on the past alone, so that a day of the past can be used to test the forecast.
        let timing = try store.computeTiming(until: on.day)
        var output = OutputBuffer()
        var isFirst = true
        if json {
            try output.write("{\"on\":\"\(on)\",\"within\":\(within),\"due\":[")
        } else {
            try output.write("CLNT_ID,CLAC3_NM,LAST_DT,DUE_DT")
        }
        try store.forEachCustomer { customer in
            for due in timing.due(after: customer.history, on: on.day, minimumPurchases: minPurchases) {
                guard due.dueDay - on.day <= within else { break }
                let row = DueRow(
                    customer: customer.id, item: catalog.name(of: due.item), last: CivilDay.text(ofDay: due.lastDay),
                    due: CivilDay.text(ofDay: due.dueDay))
                if json {
                    try output.write((isFirst ? "" : ",") + JSONLine.text(of: row))
                } else {
                    try output.write(CSVText.line([row.customer, row.item, row.last, row.due]))
                }
                isFirst = false
            }
        }
        if json { try output.write("]}") }
        try output.flush()
    }

    private struct DueRow: Encodable {
        var customer: String
        var item: String
        var last: String
        var due: String
    }
}

/// A day on the command line: `2026-01-31`.
struct DayArgument: ExpressibleByArgument, CustomStringConvertible {
    /// Days from 1970-01-01.
    var day: Int

    init(day: Int) { self.day = day }

    init?(argument: String) {
        guard let day = CivilDay.day(ofText: argument) else { return nil }
        self.day = day
    }

    var description: String { CivilDay.text(ofDay: day) }
}

/// Values as JSON on one line, keys sorted, so that the same result is the same text.
enum JSONLine {
    static func text(of value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}
