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
