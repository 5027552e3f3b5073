/// Amounts side by side: a histogram, or the customers of each kind.
package struct BarChart {
    private let bars: [(name: String, value: Double)]
    private let label: String

    /// - Parameter label: what the picture shows, for who cannot see it.
    package init(bars: [(name: String, value: Double)], label: String) {
        self.bars = bars
        self.label = label
    }

    package var svg: String {
        let scale = LinearScale(0...max(bars.map(\.value).max() ?? 0, 1e-9), to: 8...162, isFlipped: true)
        let slot = 294 / Double(max(1, bars.count))
        var body = scale.ticks(4).map { tick in
            let y = ChartText.coordinate(scale.position(tick))
            return "<path class=\"axis\" d=\"M52 \(y)H346\"/>"
                + "<text x=\"46\" y=\"\(y)\" dy=\"4\" text-anchor=\"end\">\(ChartText.short(tick))</text>"
        }
        // Names under every bar where they fit, else under some.
        let every = max(1, Int((Double(bars.map(\.name.count).max() ?? 1) * 6.5 / slot).rounded(.up)))
        for (index, bar) in bars.enumerated() {
            let x = 52 + Double(index) * slot
            let y = scale.position(max(0, bar.value))
            body.append(
                "<rect class=\"ours\" x=\"\(ChartText.coordinate(x + slot * 0.12))\" y=\"\(ChartText.coordinate(y))\" "
                    + "width=\"\(ChartText.coordinate(slot * 0.76))\" height=\"\(ChartText.coordinate(162 - y))\">"
                    + "<title>\(HTMLText.escaped(bar.name)): \(ChartText.short(bar.value))</title></rect>")
            guard index % every == 0 else { continue }
            body.append(
                "<text x=\"\(ChartText.coordinate(x + slot / 2))\" y=\"178\" text-anchor=\"middle\">"
                    + "\(HTMLText.escaped(bar.name))</text>")
        }
        return picture(width: 360, height: 186, label: label, body: body)
    }
}
