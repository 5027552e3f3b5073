import Foundation
import Shop
import TestSupport
import Testing

@testable import PurchaseLog

@Suite("The rules agree with a plain reading of them")
struct RulesAgreementTests {
    @Test("on random logs, however they are written", arguments: 0..<120)
    func agreesOnRandomLogs(seed: UInt64) throws {
        var random = SplitMix(state: seed)
        var plain = PlainRules()
        let customers = Int.random(in: 1...12, using: &random)
        let subcategories = Int.random(in: 1...6, using: &random)
        for product in 0..<subcategories * 2 {
            plain.master.append(
                .init(
                    product: String(product), category: "분류\(product % 2)",
                    subcategory: "물건, \(product % subcategories)"))
            if random.unit() < 0.1 {
                plain.master.append(.init(product: String(product), category: "분류0", subcategory: "물건, 0"))
            }
        }
        for customer in 0..<customers where random.unit() < 0.9 {
            plain.customers.append(
                .init(
                    customer: String(customer), gender: random.unit() < 0.85 ? .female : nil,
                    age: random.unit() < 0.85 ? 30 : nil))
        }
        for customer in 0..<customers {
            for session in 0..<Int.random(in: 0...8, using: &random) where random.unit() < 0.95 {
                for _ in 0..<(random.unit() < 0.1 ? 2 : 1) {
                    plain.sessions.append(
                        .init(
                            customer: String(customer), session: String(session),
                            sequence: .random(in: 1...12, using: &random),
                            day: random.unit() < 0.9 ? .random(in: 17_622...17_700, using: &random) : nil))
                }
            }
        }
        for _ in 0..<Int.random(in: 0...300, using: &random) {
            let row = PlainRules.ProductRow(
                customer: String(Int.random(in: 0..<customers, using: &random)),
                session: String(Int.random(in: 0..<9, using: &random)),
                hit: random.unit() < 0.05 ? nil : .random(in: 1...6, using: &random),
                product: String(Int.random(in: 0..<(subcategories * 2 + 1), using: &random)),
                quantity: random.unit() < 0.1 ? nil : .random(in: 0...3, using: &random),
                amount: random.unit() < 0.1 ? nil : .random(in: 0...2_000_000, using: &random),
                option: random.unit() < 0.7 ? "" : "색상, 빨강")
            plain.products.append(row)
            if random.unit() < 0.05 { plain.products.append(row) }
        }
        var rules = CleaningRules()
        rules.minimumBasket = .random(in: 1...3, using: &random)
        rules.minimumSessions = .random(in: 1...4, using: &random)
        rules.keptSessions = .random(in: 1...4, using: &random)
        rules.keepsMissingProfiles = .random(using: &random)
        rules.keepsFirstHits = .random(using: &random)

        let folder = try LogFolder()
        var format = LogFormat(random: random)
        try format.write(plain, to: folder)
        let shop = try folder.prepareWritten(rules)
        let expected = plain.run(rules)
        #expect(shop.counts.dropped == expected.dropped)
        #expect(shop.counts.rows.product == plain.products.count)
        #expect(shop.counts.rows.session == plain.sessions.count)
        #expect(shop.counts.rows.master == plain.master.count)
        #expect(baskets(of: shop) == expected.baskets)
        #expect(Set(shop.catalog.subcategories.prefix(shop.catalog.labelCount).map(\.name)) == expected.labels)
    }

    private func baskets(of shop: PreparedShop) -> Set<PlainRules.Basket> {
        var baskets: Set<PlainRules.Basket> = []
        for customer in shop.customers {
            for session in shop.sessions[customer.sessions] {
                let lines = shop.lines[session.lines]
                baskets.insert(
                    PlainRules.Basket(
                        customer: customer.id, session: shop.sessionID(session), sequence: session.sequence,
                        items: lines.map { shop.catalog.name(of: Int($0.item)) },
                        quantities: lines.map { Int($0.quantity) },
                        amounts: lines.map { Int($0.amount) }, split: session.split))
            }
        }
        return baskets
    }
}

/// Writes logs in one of the many ways in which they come.
struct LogFormat {
    var random: SplitMix

    mutating func write(_ plain: PlainRules, to folder: LogFolder) throws {
        try table(
            ["CLNT_ID", "SESS_ID", "HITS_SEQ", "PD_C", "PD_ADD_NM", "PD_BUY_AM", "PD_BUY_CT"], "Product", folder,
            plain.products.map { row in
                [
                    row.customer, row.session, row.hit.map(String.init) ?? "NA", row.product, row.option,
                    row.amount.map(Self.grouped) ?? "", row.quantity.map(String.init) ?? "nan",
                ]
            })
        try table(
            ["CLNT_ID", "SESS_ID", "SESS_SEQ", "SESS_DT"], "Session", folder,
            plain.sessions.map { row in
                [row.customer, row.session, String(row.sequence), row.day.map(CivilDay.text(ofDay:)) ?? ""]
            })
        try table(
            ["CLNT_ID", "CLNT_GENDER", "CLNT_AGE"], "Custom", folder,
            plain.customers.map { [$0.customer, $0.gender?.rawValue ?? "NULL", $0.age.map { "\($0).0" } ?? ""] })
        try table(
            ["PD_C", "PD_NM", "CLAC1_NM", "CLAC3_NM"], "Master", folder,
            plain.master.map { [$0.product, "이름 \"\($0.product)\"", $0.category, $0.subcategory] })
    }

    private mutating func table(_ header: [String], _ name: String, _ folder: LogFolder, _ rows: [[String]]) throws {
        var order = Array(header.indices)
        order.shuffle(using: &random)
        let hasExtra = Bool.random(using: &random)
        let end = Bool.random(using: &random) ? "\r\n" : "\n"
        let quotesAll = Bool.random(using: &random)
        var text = Bool.random(using: &random) ? "\u{FEFF}" : ""
        for row in [header] + rows {
            var fields = order.map { row[$0] }
            if hasExtra { fields.append("extra") }
            text += fields.map { quotesAll ? Self.quoted($0) : CSVText.field($0) }.joined(separator: ",") + end
        }
        try folder.write(text, as: name + ".csv")
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\""
    }

    private static func grouped(_ number: Int) -> String {
        guard number >= 1_000 else { return String(number) }
        let rest = String(number % 1_000)
        return grouped(number / 1_000) + "," + String(repeating: "0", count: 3 - rest.count) + rest
    }
}
