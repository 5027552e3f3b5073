import Foundation

/// A straight map from values to positions, with round numbers to label it by.
struct LinearScale {
    let domain: ClosedRange<Double>
    let range: ClosedRange<Double>
    let isFlipped: Bool

    init(_ domain: ClosedRange<Double>, to range: ClosedRange<Double>, isFlipped: Bool = false) {
        let width = domain.upperBound - domain.lowerBound
        self.domain = width > 0 ? domain : domain.lowerBound - 0.5...domain.upperBound + 0.5
        self.range = range
        self.isFlipped = isFlipped
    }

    func position(_ value: Double) -> Double {
        let share = (value - domain.lowerBound) / (domain.upperBound - domain.lowerBound)
        let length = range.upperBound - range.lowerBound
        return isFlipped ? range.upperBound - share * length : range.lowerBound + share * length
    }

    /// Multiples of 1, 2 or 5 times a power of ten inside the domain: about `count` of them.
    func ticks(_ count: Int) -> [Double] {
        let rough = (domain.upperBound - domain.lowerBound) / Double(count)
        let power = pow(10, floor(log10(rough)))
        let step = ([1, 2, 5, 10].first { $0 * power >= rough * 0.999 } ?? 10) * power
        let first = Int((domain.lowerBound / step).rounded(.up))
        let last = Int((domain.upperBound / step).rounded(.down))
        return first > last ? [] : (first...last).map { Double($0) * step }
    }
}

/// Means with their intervals, one row a method, best first.
struct IntervalChart {
    struct Row {
        var name: String
        var interval: Interval
        var isOurs: Bool
    }

    let rows: [Row]

    var svg: String {
        let low = rows.map(\.interval.low).min() ?? 0
        let high = rows.map(\.interval.high).max() ?? 1
        let margin = max((high - low) * 0.05, 1e-6)
        let scale = LinearScale(low - margin...high + margin, to: 112...346)
        let height = Double(rows.count) * 19 + 28
        var body = scale.ticks(4).map { tick in
            let x = number(scale.position(tick))
            return "<path class=\"axis\" d=\"M\(x) 4V\(number(height - 20))\"/>"
                + "<text x=\"\(x)\" y=\"\(number(height - 6))\" text-anchor=\"middle\">\(short(tick))</text>"
        }
        for (index, row) in rows.enumerated() {
            let y = number(Double(index) * 19 + 14)
            let kind = row.isOurs ? "ours" : "theirs"
            let (from, to) = (number(scale.position(row.interval.low)), number(scale.position(row.interval.high)))
            let label =
                "\(row.name): \(decimal(row.interval.mean)) (\(decimal(row.interval.low)) to \(decimal(row.interval.high)))"
            body.append(
                """
                <g><title>\(escaped(label))</title>\
                <text class="\(row.isOurs ? "ours" : "name")" x="104" y="\(y)" dy="4" text-anchor="end">\(escaped(row.name))</text>\
                <path class="\(kind)" stroke-width="2" d="M\(from) \(y)H\(to)"/>\
                <circle class="\(kind)" cx="\(number(scale.position(row.interval.mean)))" cy="\(y)" r="4"/></g>
                """)
        }
        return picture(width: 360, height: height, label: "NDCG@10 of each method", body: body)
    }
}

/// Predicted against observed probability; on the dashed line, scores mean what they say.
struct ReliabilityChart {
    let calibration: ReliabilityCurve

    var svg: String {
        let top = max(0.1, calibration.bins.map { max($0.predicted, $0.observed) }.max() ?? 1) * 1.05
        let x = LinearScale(0...top, to: 40...346)
        let y = LinearScale(0...top, to: 8...262, isFlipped: true)
        var body = axes(x: x, y: y, bottom: 262)
        body.append(
            "<path class=\"ideal\" d=\"M\(number(x.position(0))) \(number(y.position(0)))"
                + "L\(number(x.position(top))) \(number(y.position(top)))\"/>")
        let points = calibration.bins.map { "\(number(x.position($0.predicted))),\(number(y.position($0.observed)))" }
        body.append("<polyline class=\"ours\" points=\"\(points.joined(separator: " "))\"/>")
        for bin in calibration.bins {
            let label = "said \(decimal(bin.predicted)), was \(decimal(bin.observed)), of \(grouped(bin.count))"
            body.append(
                "<circle class=\"ours\" r=\"3.5\" cx=\"\(number(x.position(bin.predicted)))\" "
                    + "cy=\"\(number(y.position(bin.observed)))\"><title>\(label)</title></circle>")
        }
        body.append("<text x=\"346\" y=\"294\" text-anchor=\"end\">said (score)</text>")
        body.append("<text x=\"46\" y=\"16\">bought</text>")
        return picture(width: 360, height: 300, label: "Reliability: score against share bought", body: body)
    }
}

/// One value by epoch.
struct LineChart {
    let points: [(x: Double, y: Double)]
    let name: String

    var svg: String {
        let xs = points.map(\.x)
        let ys = points.map(\.y)
        guard let left = xs.min(), let right = xs.max(), let low = ys.min(), let high = ys.max() else { return "" }
        let margin = max((high - low) * 0.06, 1e-9)
        let x = LinearScale(left...right, to: 52...346)
        let y = LinearScale(low - margin...high + margin, to: 8...182, isFlipped: true)
        var body = axes(x: x, y: y, bottom: 182)
        let line = points.map { "\(number(x.position($0.x))),\(number(y.position($0.y)))" }
        body.append("<polyline class=\"ours\" points=\"\(line.joined(separator: " "))\"/>")
        for point in points where points.count <= 60 {
            body.append(
                "<circle class=\"ours\" r=\"3\" cx=\"\(number(x.position(point.x)))\" "
                    + "cy=\"\(number(y.position(point.y)))\"><title>epoch \(short(point.x)): \(decimal(point.y))</title></circle>"
            )
        }
        body.append("<text x=\"346\" y=\"214\" text-anchor=\"end\">epoch</text>")
        return picture(width: 360, height: 220, label: "\(name) by epoch", body: body)
    }
}

/// Grid lines with their numbers, below and to the left.
private func axes(x: LinearScale, y: LinearScale, bottom: Double) -> [String] {
    let vertical = x.ticks(5).map { tick in
        let position = number(x.position(tick))
        return "<path class=\"axis\" d=\"M\(position) 8V\(number(bottom))\"/>"
            + "<text x=\"\(position)\" y=\"\(number(bottom + 16))\" text-anchor=\"middle\">\(short(tick))</text>"
    }
    let left = x.range.lowerBound
    let horizontal = y.ticks(5).map { tick in
        let position = number(y.position(tick))
        return "<path class=\"axis\" d=\"M\(number(left)) \(position)H\(number(x.range.upperBound))\"/>"
            + "<text x=\"\(number(left - 6))\" y=\"\(position)\" dy=\"4\" text-anchor=\"end\">\(short(tick))</text>"
    }
    return vertical + horizontal
}

private func picture(width: Double, height: Double, label: String, body: [String]) -> String {
    "<svg viewBox=\"0 0 \(number(width)) \(number(height))\" role=\"img\" aria-label=\"\(escaped(label))\">"
        + body.joined() + "</svg>"
}

/// A coordinate with one digit behind the point.
private func number(_ value: Double) -> String { String(format: "%.1f", value) }

/// A tick's number, without needless zeros.
private func short(_ value: Double) -> String { String(format: "%g", value) }
