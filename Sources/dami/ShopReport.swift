import PurchaseLog
import Shop
import ShopStore

/// What `prepare` and `inspect` print for people.
enum ShopReport {
    static func lines(_ counts: PreparationCounts) -> [String] {
        let dropped = counts.dropped
        var rows = [
            (
                "read",
                "\(counts.rows.product) product, \(counts.rows.custom) custom, \(counts.rows.master) master, "
                    + "\(counts.rows.session) session rows"
            ),
            (
                "dropped rows",
                "\(dropped.firstHit) first hits, \(dropped.noSession) without a session, "
                    + "\(dropped.noProduct) without a product, \(dropped.missingProfile) without a profile"
            ),
            ("dropped baskets", "\(dropped.smallBasket) small ones, \(dropped.olderSessions) older ones"),
            ("dropped customers", "\(dropped.fewSessions) with few baskets"),
            (
                "in the split",
                "\(counts.customers) customers, \(counts.trainBaskets) train and "
                    + "\(counts.testBaskets) test baskets"
            ),
            ("labels", "\(counts.subcategories) subcategories of \(counts.categories) categories"),
        ]
        let repaired = total(counts.repaired)
        if repaired > 0 { rows.append(("repaired", "\(repaired) rows")) }
        let skipped = total(counts.skipped)
        if skipped > 0 { rows.append(("skipped", "\(skipped) rows: " + listing(counts.skippedReasons))) }
        if !counts.settled.isEmpty { rows.append(("settled by rule", listing(counts.settled))) }
        return table(rows)
    }

    static func lines(_ summary: ShopSummary) -> [String] {
        var rows = [
            ("customers", "\(summary.customers), \(summary.profiledCustomers) with gender and age"),
            ("sessions", "\(summary.sessions), of them \(summary.conversationSessions) from conversations"),
            ("basket lines", "\(summary.basketLines)"),
            (
                "split",
                "\(summary.splitCustomers) customers, \(summary.trainBaskets) train and "
                    + "\(summary.testBaskets) test baskets"
            ),
            (
                "catalog",
                "\(summary.subcategories) subcategories (\(summary.labels) labels), "
                    + "\(summary.middleCategories) middle and \(summary.categories) top categories"
            ),
        ]
        if let first = summary.firstDate, let last = summary.lastDate { rows.append(("dates", "\(first) to \(last)")) }
        rows.append(("schema", "\(summary.schema)"))
        return table(rows)
    }

    private static func table(_ rows: [(String, String)]) -> [String] {
        let width = rows.map(\.0.displayWidth).max() ?? 0
        return rows.map { $0.padded(toWidth: width) + "  " + $1 }
    }

    private static func listing(_ counts: [String: Int]) -> String {
        counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    }

    private static func total(_ rows: PreparationCounts.Rows) -> Int {
        rows.product + rows.custom + rows.master + rows.session
    }
}
