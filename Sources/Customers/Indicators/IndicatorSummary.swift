import Shop

/// Counts over customers' indicators, for the summary page. Its size does not depend on the number of customers.
public struct IndicatorSummary: Hashable, Sendable {
    /// Customers in a range of a figure.
    public struct Bin: Hashable, Sendable {
        public var label: String
        public var count: Int
    }

    public private(set) var customers = 0
    public private(set) var spent = 0.0
    public private(set) var sessions = 0
    private var recency = Histogram(bounds: [7, 14, 30, 60, 90, 180], unit: "days")
    private var frequency = Histogram(bounds: [1, 2, 5, 10, 20, 50], unit: "sessions")
    private var diversity = Histogram(bounds: [1, 5, 10, 20, 50, 100], unit: "subcategories")
    private var churn = [Int](repeating: 0, count: 5)
    private var affinities: [ItemID: Int] = [:]

    public init() {}

    public mutating func add(_ indicators: CustomerIndicators) {
        customers += 1
        spent += indicators.monetary ?? 0
        sessions += indicators.frequency
        if let days = indicators.recency { recency.add(days) }
        frequency.add(indicators.frequency)
        diversity.add(indicators.diversity)
        if let risk = indicators.churnRisk { churn[min(4, Int(risk * 5))] += 1 }
        for item in indicators.affinities { affinities[item, default: 0] += 1 }
    }

    public var recencyBins: [Bin] { recency.bins }
    public var frequencyBins: [Bin] { frequency.bins }
    public var diversityBins: [Bin] { diversity.bins }
    public var churnBins: [Bin] {
        churn.enumerated().map { Bin(label: "\($0.offset * 20)–\($0.offset * 20 + 20) %", count: $0.element) }
    }

    /// The subcategories that most customers are expected to buy next, with their number of customers.
    public func topAffinities(_ limit: Int) -> [(item: ItemID, customers: Int)] {
        affinities.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(limit).map { ($0.key, $0.value) }
    }

    /// Counts in ranges "up to bound".
    private struct Histogram: Hashable, Sendable {
        var bounds: [Int]
        var unit: String
        var counts: [Int]

        init(bounds: [Int], unit: String) {
            self.bounds = bounds
            self.unit = unit
            self.counts = Array(repeating: 0, count: bounds.count + 1)
        }

        mutating func add(_ value: Int) {
            counts[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
        }

        var bins: [Bin] {
            counts.enumerated().map { index, count in
                let label =
                    index == 0
                    ? "≤ \(bounds[0]) \(unit)"
                    : index == bounds.count ? "> \(bounds[index - 1])" : "\(bounds[index - 1] + 1)–\(bounds[index])"
                return Bin(label: label, count: count)
            }
        }
    }
}
