import Foundation
import Shop

extension PurchaseTiming {
    /// Sums over customers, from which the shop's and the items' intervals follow: one pass, a few numbers an item.
    public struct Statistics: Sendable {
        private var items: [Moments]
        private var visits = Moments()
        /// Squared residuals of a customer's intervals around the mean of their own, for the deviation within.
        private var within = Spread()
        private var withinVisits = Spread()

        /// The count, sum and sum of squares of `ln(interval)`.
        struct Moments: Hashable, Sendable {
            var count = 0
            var sum = 0.0
        }

        /// Σ (x − own mean)² and its degrees of freedom.
        struct Spread: Hashable, Sendable {
            var squares = 0.0
            var freedom = 0

            mutating func add(_ values: [Double]) {
                guard values.count >= 2 else { return }
                let mean = values.reduce(0, +) / Double(values.count)
                squares += values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
                freedom += values.count - 1
            }

            /// The standard deviation; `fallback` where there is too little to tell.
            func deviation(fallback: Double) -> Double {
                guard freedom >= 20 else { return fallback }
                return max(0.05, (squares / Double(freedom)).squareRoot())
            }
        }

        public init(itemCount: Int) {
            items = Array(repeating: Moments(), count: itemCount)
        }

        /// Adds one customer's baskets up to and including `today`.
        public mutating func add(_ baskets: [Basket], until today: Int = .max) {
            for (item, days) in PurchaseTiming.purchaseDays(in: baskets, until: today)
            where items.indices.contains(item) {
                let logs = PurchaseTiming.logIntervals(days)
                items[item].count += logs.count
                items[item].sum += logs.reduce(0, +)
                within.add(logs)
            }
            let visitDays = PurchaseTiming.distinctDays(baskets.compactMap(\.day).filter { $0 <= today })
            let logs = PurchaseTiming.logIntervals(visitDays)
            visits.count += logs.count
            visits.sum += logs.reduce(0, +)
            withinVisits.add(logs)
        }

        /// The estimates. A shop without a single interval is taken to be bought from monthly.
        public func timing() -> PurchaseTiming {
            let count = items.reduce(0) { $0 + $1.count }
            let shopLogMean = count > 0 ? items.reduce(0) { $0 + $1.sum } / Double(count) : log(30)
            let weight = PurchaseTiming.itemPriorWeight
            return PurchaseTiming(
                shopLogMean: shopLogMean,
                visitLogMean: visits.count > 0 ? visits.sum / Double(visits.count) : log(30),
                itemLogMeans: items.map { ($0.sum + weight * shopLogMean) / (Double($0.count) + weight) },
                itemIntervals: items.map(\.count),
                deviation: within.deviation(fallback: 0.8),
                visitDeviation: withinVisits.deviation(fallback: 0.8))
        }
    }
}
