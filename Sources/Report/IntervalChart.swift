/// Means with their intervals, one row a method, best first.
package struct IntervalChart {
    package struct Row {
        package var name: String
        package var mean: Double
        package var low: Double
        package var high: Double
        /// Drawn in the colour of emphasis.
        package var isOurs: Bool

        package init(name: String, mean: Double, low: Double, high: Double, isOurs: Bool = false) {
            self.name = name
            self.mean = mean
            self.low = low
            self.high = high
            self.isOurs = isOurs
        }
    }

    private let rows: [Row]
    private let label: String

    /// - Parameter label: what the picture shows, for who cannot see it.
    package init(rows: [Row], label: String) {
        self.rows = rows
        self.label = label
    }

    package var svg: String {
        let low = rows.map(\.low).min() ?? 0
        let high = rows.map(\.high).max() ?? 1
        let margin = max((high - low) * 0.05, 1e-6)
        let scale = LinearScale(low - margin...high + margin, to: 112...346)
        let height = Double(rows.count) * 19 + 28
        var body = scale.ticks(4).map { tick in
            let x = ChartText.coordinate(scale.position(tick))
            return "<path class=\"axis\" d=\"M\(x) 4V\(ChartText.coordinate(height - 20))\"/>"
                + "<text x=\"\(x)\" y=\"\(ChartText.coordinate(height - 6))\" text-anchor=\"middle\">\(ChartText.short(tick))</text>"
        }
        for (index, row) in rows.enumerated() {
            let y = ChartText.coordinate(Double(index) * 19 + 14)
            let kind = row.isOurs ? "ours" : "theirs"
            let (from, to) = (
                ChartText.coordinate(scale.position(row.low)), ChartText.coordinate(scale.position(row.high))
            )
            let text =
                "\(row.name): \(ChartText.fixed(row.mean)) (\(ChartText.fixed(row.low)) to \(ChartText.fixed(row.high)))"
            body.append(
                """
                <g><title>\(HTMLText.escaped(text))</title>\
                <text class="\(row.isOurs ? "ours" : "name")" x="104" y="\(y)" dy="4" text-anchor="end">\(HTMLText.escaped(row.name))</text>\
                <path class="\(kind)" stroke-width="2" d="M\(from) \(y)H\(to)"/>\
                <circle class="\(kind)" cx="\(ChartText.coordinate(scale.position(row.mean)))" cy="\(y)" r="4"/></g>
                """)
        }
        return picture(width: 360, height: height, label: label, body: body)
    }
}
