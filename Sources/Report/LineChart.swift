/// One value by another: by epoch, by week.
package struct LineChart {
    private let points: [(x: Double, y: Double)]
    private let name: String
    private let xName: String

    package init(points: [(x: Double, y: Double)], name: String, xName: String) {
        self.points = points
        self.name = name
        self.xName = xName
    }

    package var svg: String {
        let xs = points.map(\.x)
        let ys = points.map(\.y)
        guard let left = xs.min(), let right = xs.max(), let low = ys.min(), let high = ys.max() else { return "" }
        let margin = max((high - low) * 0.06, 1e-9)
        let x = LinearScale(left...right, to: 52...346)
        let y = LinearScale(low - margin...high + margin, to: 8...182, isFlipped: true)
        var body = axes(x: x, y: y, bottom: 182)
        let line = points.map { "\(ChartText.coordinate(x.position($0.x))),\(ChartText.coordinate(y.position($0.y)))" }
        body.append("<polyline class=\"ours\" points=\"\(line.joined(separator: " "))\"/>")
        for point in points where points.count <= 60 {
            body.append(
                "<circle class=\"ours\" r=\"3\" cx=\"\(ChartText.coordinate(x.position(point.x)))\" "
                    + "cy=\"\(ChartText.coordinate(y.position(point.y)))\"><title>\(HTMLText.escaped(xName)) \(ChartText.short(point.x)): \(ChartText.fixed(point.y))</title></circle>"
            )
        }
        body.append("<text x=\"346\" y=\"214\" text-anchor=\"end\">\(HTMLText.escaped(xName))</text>")
        return picture(width: 360, height: 220, label: "\(name) by \(xName)", body: body)
    }
}
