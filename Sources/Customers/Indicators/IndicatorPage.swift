import Report
import Shop

/// The summary of a shop's customers as one self-contained page.
public struct IndicatorPage {
    private let summary: IndicatorSummary
    private let day: String
    private let catalog: Catalog

    /// - Parameters:
    ///   - day: the day that the figures were taken on, as people read it.
    ///   - catalog: the model's, which affinities are items of.
    public init(summary: IndicatorSummary, day: String, catalog: Catalog) {
        self.summary = summary
        self.day = day
        self.catalog = catalog
    }

    public var html: String {
        HTMLPage(title: "Customers on \(day)", sections: [facts, distributions, affinities]).html
    }

    private var facts: String {
        let facts = [
            ("customers", String(summary.customers)), ("sessions", String(summary.sessions)),
            ("spent", Self.wholeNumber(summary.spent)),
        ]
        let entries = facts.map { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>" }.joined()
        return "<dl class=\"facts\">\(entries)</dl>"
    }

    private static func wholeNumber(_ value: Double) -> String {
        Int(exactly: value.rounded()).map(String.init) ?? String(value)
    }

    private var distributions: String {
        let charts = [
            ("Days since the last visit", summary.recencyBins), ("Sessions", summary.frequencyBins),
            ("Subcategories bought", summary.diversityBins), ("Churn risk", summary.churnBins),
        ]
        let panels = charts.map { title, bins in
            let chart = BarChart(bars: bins.map { ($0.label, Double($0.count)) }, label: "customers")
            return "<figure><figcaption>\(title)</figcaption>\(chart.svg)</figure>"
        }
        return "<h2>How customers are doing</h2><div class=\"panels\">\(panels.joined())</div>"
            + "<p>Churn risk is the share of a customer’s usual intervals between visits that are shorter than the present "
            + "absence.</p>"
    }

    private var affinities: String {
        let rows = summary.topAffinities(20).map { entry in
            [catalog.name(of: entry.item), catalog.subcategories[entry.item].category, String(entry.customers)]
        }
        let table = HTMLTable(header: ["subcategory", "category", "customers"], rows: rows, leftColumns: [0, 1])
        return "<h2>Expected in most next baskets</h2>" + table.html
    }
}
