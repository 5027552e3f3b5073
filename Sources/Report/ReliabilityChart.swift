/// Predicted against observed shares; on the dashed line, predictions mean what they say.
package struct ReliabilityChart {
    package struct Point {
        package var predicted: Double
        package var observed: Double
        package var count: Int

        package init(predicted: Double, observed: Double, count: Int) {
            self.predicted = predicted
            self.observed = observed
            self.count = count
        }
    }

    private let points: [Point]

    package init(points: [Point]) {
        self.points = points
    }

    package var svg: String {
        let top = max(0.1, points.map { max($0.predicted, $0.observed) }.max() ?? 1) * 1.05
        let x = LinearScale(0...top, to: 40...346)
        let y = LinearScale(0...top, to: 8...262, isFlipped: true)
        var body = axes(x: x, y: y, bottom: 262)
        body.append(
            "<path class=\"ideal\" d=\"M\(ChartText.coordinate(x.position(0))) \(ChartText.coordinate(y.position(0)))"
                + "L\(ChartText.coordinate(x.position(top))) \(ChartText.coordinate(y.position(top)))\"/>")
        let line = points.map {
            "\(ChartText.coordinate(x.position($0.predicted))),\(ChartText.coordinate(y.position($0.observed)))"
        }
        body.append("<polyline class=\"ours\" points=\"\(line.joined(separator: " "))\"/>")
        for bin in points {
            let label = "said \(ChartText.fixed(bin.predicted)), was \(ChartText.fixed(bin.observed)), of \(bin.count)"
            body.append(
                "<circle class=\"ours\" r=\"3.5\" cx=\"\(ChartText.coordinate(x.position(bin.predicted)))\" "
                    + "cy=\"\(ChartText.coordinate(y.position(bin.observed)))\"><title>\(label)</title></circle>")
        }
        body.append("<text x=\"346\" y=\"294\" text-anchor=\"end\">said (score)</text>")
        body.append("<text x=\"46\" y=\"16\">bought</text>")
        return picture(width: 360, height: 300, label: "Reliability: score against share bought", body: body)
    }
}
