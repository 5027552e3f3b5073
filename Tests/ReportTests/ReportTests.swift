import Foundation
import FoundationXML
import Testing

@testable import Report

struct ReportTests {
    /// The fragment read as XML: unbalanced tags or stray characters fail.
    func isWellFormed(_ fragment: String) -> Bool {
        XMLParser(data: Data("<root>\(fragment)</root>".utf8)).parse()
    }

    let charts: [String] = [
        IntervalChart(
            rows: [.init(name: "a < b & \"c\"", mean: 0.2, low: 0.1, high: 0.3, isOurs: true)], label: "'means'"
        ).svg,
        IntervalChart(rows: [.init(name: "flat", mean: 0, low: 0, high: 0)], label: "one value").svg,
        IntervalChart(rows: [], label: "none").svg,
        ReliabilityChart(points: [.init(predicted: 0.1, observed: 0.2, count: 5)]).svg,
        ReliabilityChart(points: []).svg,
        LineChart(points: [(0, 1), (1, 1), (2, 1)], name: "cost", xName: "epoch").svg,
        LineChart(points: [], name: "cost", xName: "epoch").svg,
        BarChart(bars: [("새 고객", 3), ("<b>", 0)], label: "customers").svg,
        BarChart(bars: [], label: "none").svg,
    ]

    @Test func chartsAreWellFormedWhateverTheyShow() {
        for svg in charts {
            #expect(isWellFormed(svg), "\(svg)")
            #expect(!svg.contains("nan") && !svg.contains("inf"))
        }
    }

    @Test func namesFromAShopCannotBreakThePage() {
        #expect(
            HTMLText.escaped("<script>\"x\" & 'y'\u{7}</script>")
                == "&lt;script&gt;&quot;x&quot; &amp; &#39;y&#39; &lt;/script&gt;")
        #expect(HTMLText.escaped("유기농 우유 👍") == "유기농 우유 👍")
    }

    @Test func tablesNameTheirRows() {
        let html = HTMLTable(header: ["item", "count"], rows: [["milk", "3"]]).html
        #expect(isWellFormed(html))
        #expect(html.contains("<th scope=\"row\" class=\"left\">milk</th><td>3</td>"))
    }

    @Test func aPageNeedsNothingFromElsewhere() {
        let page = HTMLPage(title: "a & b", sections: ["<p>x</p>", ""] + charts).html
        #expect(page.contains("<title>a &amp; b</title>"))
        for reference in ["http:", "https:", "src=", "<script", "@import", "url("] {
            #expect(!page.contains(reference))
        }
        #expect(page.contains("prefers-color-scheme: dark"))
        #expect(page.contains("width=device-width"))
    }

    @Test(arguments: [(0.0, 1.0), (0.1234, 0.1299), (-3.0, 250.0), (0, 1e-7)])
    func ticksAreRoundFewAndInside(low: Double, high: Double) {
        let scale = LinearScale(low...high, to: 0...100)
        let ticks = scale.ticks(4)
        #expect((2...9).contains(ticks.count))
        #expect(ticks.allSatisfy { (low - 1e-12...high + 1e-12).contains($0) })
        #expect(scale.position(low) == 0 && abs(scale.position(high) - 100) < 1e-9)
    }
}
