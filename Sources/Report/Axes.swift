/// Grid lines with their numbers, below and to the left.
func axes(x: LinearScale, y: LinearScale, bottom: Double) -> [String] {
    let vertical = x.ticks(5).map { tick in
        let position = ChartText.coordinate(x.position(tick))
        return "<path class=\"axis\" d=\"M\(position) 8V\(ChartText.coordinate(bottom))\"/>"
            + "<text x=\"\(position)\" y=\"\(ChartText.coordinate(bottom + 16))\" text-anchor=\"middle\">\(ChartText.short(tick))</text>"
    }
    let left = x.range.lowerBound
    let horizontal = y.ticks(5).map { tick in
        let position = ChartText.coordinate(y.position(tick))
        return
            "<path class=\"axis\" d=\"M\(ChartText.coordinate(left)) \(position)H\(ChartText.coordinate(x.range.upperBound))\"/>"
            + "<text x=\"\(ChartText.coordinate(left - 6))\" y=\"\(position)\" dy=\"4\" text-anchor=\"end\">\(ChartText.short(tick))</text>"
    }
    return vertical + horizontal
}

func picture(width: Double, height: Double, label: String, body: [String]) -> String {
    "<svg viewBox=\"0 0 \(ChartText.coordinate(width)) \(ChartText.coordinate(height))\" role=\"img\" aria-label=\"\(HTMLText.escaped(label))\">"
        + body.joined() + "</svg>"
}
