import Foundation
import Shop

/// When a customer is likely to buy a subcategory again, and when to come back at all.
///
/// Intervals between purchases are taken as log-normal. The mean of a customer's `ln(interval)` for an item is
/// estimated in three levels, each shrunk to the one above (empirical Bayes with fixed pseudo-counts):
///
///     shop       g      mean of all ln(interval)
///     item       m_i  = (Σ ln d + 10 g) / (n_i + 10)                 the item's usual interval
///     customer   p_c  = Σ (ln d − m_i) / (n_c + 10)                  how much slower or faster this one buys
///     both       μ_ci = (Σ ln d + 3 (m_i + p_c)) / (n_ci + 3)        their own intervals, shrunk to the shop's
///
/// The variance is the customer's own for the item, shrunk to the shop's by eight pseudo-observations, and a tenth wider
/// in its root, since the intervals that are still open were left out: who buys like clockwork is expected like
/// clockwork. The time of the next purchase is the median of the intervals longer than what has already passed, so that it is never in
/// the past. `docs/TIMING.md` has the figures on held-out dates.
///
///     var statistics = PurchaseTiming.Statistics(itemCount: catalog.count)
///     for customer in customers { statistics.add(customer.baskets) }
///     let timing = statistics.timing()
///     timing.due(after: customer.baskets, on: today)
public struct PurchaseTiming: Hashable, Sendable, Codable {
    /// `g`, and the mean `ln(interval)` between visits.
    var shopLogMean: Double
    var visitLogMean: Double
    /// `m_i` for each item of the catalog.
    var itemLogMeans: [Double]
    /// The number of intervals behind each `m_i`.
    var itemIntervals: [Int]
    var deviation: Double
    var visitDeviation: Double

    /// Pseudo-counts: how many intervals a prior is worth.
    static let itemPriorWeight = 10.0
    static let pacePriorWeight = 10.0
    static let pairPriorWeight = 3.0
    static let deviationPriorWeight = 8.0
    static let openIntervalWidening = 1.1

    /// How many days ahead a forecast may lie.
    static let horizon = 3650

    /// An item that a customer will buy again.
    public struct Due: Hashable, Sendable {
        public var item: ItemID
        /// Days from 1970-01-01.
        public var lastDay: Int
        public var dueDay: Int
        /// How many times the customer has bought it.
        public var purchases: Int

        public init(item: ItemID, lastDay: Int, dueDay: Int, purchases: Int) {
            self.item = item
            self.lastDay = lastDay
            self.dueDay = dueDay
            self.purchases = purchases
        }
    }

    /// The shop's usual number of days until `item` is bought again; `nil` where it hardly ever was.
    public func usualInterval(of item: ItemID) -> Double? {
        guard itemIntervals.indices.contains(item), itemIntervals[item] >= 5 else { return nil }
        return exp(itemLogMeans[item])
    }

    /// What the customer is to buy again, soonest first, by what happened up to and including `today`.
    ///
    /// - Parameters:
    ///   - baskets: oldest first; baskets without a day, or after `today`, are ignored.
    ///   - today: days from 1970-01-01.
    ///   - minimumPurchases: only items bought on at least so many days; 2 asks for an interval of the customer's own.
    /// - Complexity: O(purchases · log purchases).
    public func due(after baskets: [Basket], on today: Int, minimumPurchases: Int = 2) -> [Due] {
        let days = Self.purchaseDays(in: baskets, until: today)
        let pace = pace(of: days)
        var result: [Due] = []
        for (item, days) in days where days.count >= minimumPurchases {
            let last = days[days.count - 1]
            let interval = distribution(item: item, days: days, pace: pace).median(beyond: Double(today - last))
            result.append(
                Due(
                    item: item, lastDay: last, dueDay: Self.day(last, plus: interval, on: today),
                    purchases: days.count))
        }
        return result.sorted { ($0.dueDay, -$0.purchases, $0.item) < ($1.dueDay, -$1.purchases, $1.item) }
    }

    /// The day of the customer's next visit, and the share of their usual intervals that are shorter than the present
    /// absence (the churn risk); `nil` where no basket has a day.
    public func nextVisit(after baskets: [Basket], on today: Int) -> (day: Int, churnRisk: Double)? {
        let days = Self.distinctDays(baskets.compactMap(\.day).filter { $0 <= today })
        guard let last = days.last else { return nil }
        let interval = Self.shrunk(Self.logIntervals(days), mean: visitLogMean, deviation: visitDeviation)
        let elapsed = Double(today - last)
        let day = Self.day(last, plus: interval.median(beyond: elapsed), on: today)
        return (day, interval.cumulative(elapsed))
    }

    // MARK: - Estimation

    /// The distribution of the customer's interval for an item, from the days on which it was bought.
    func distribution(item: ItemID, days: [Int], pace: Double) -> LogNormal {
        let logs = Self.logIntervals(days)
        let prior = logMean(of: item) + pace
        return Self.shrunk(logs, mean: prior, deviation: deviation)
    }

    /// What is observed, shrunk to a prior mean and deviation of `ln(interval)`.
    private static func shrunk(_ logs: [Double], mean prior: Double, deviation: Double) -> LogNormal {
        let count = Double(logs.count)
        let mean = (logs.reduce(0, +) + pairPriorWeight * prior) / (count + pairPriorWeight)
        let squares = logs.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let variance = (deviationPriorWeight * deviation * deviation + squares) / (deviationPriorWeight + count)
        return LogNormal(mean: mean, deviation: variance.squareRoot() * openIntervalWidening)
    }

    /// `p_c`: the shrunk mean of how far the customer's `ln(interval)` lie from the items' own.
    func pace(of days: [(item: ItemID, days: [Int])]) -> Double {
        var sum = 0.0
        var count = 0.0
        for (item, days) in days {
            for log in Self.logIntervals(days) {
                sum += log - logMean(of: item)
                count += 1
            }
        }
        return sum / (count + Self.pacePriorWeight)
    }

    private func logMean(of item: ItemID) -> Double {
        itemLogMeans.indices.contains(item) ? itemLogMeans[item] : shopLogMean
    }

    /// The day on which an interval ends that began on `last` and has not ended by `today`: tomorrow at the soonest,
    /// whatever rounding does, and ten years from today at the latest. The bound is on what is left of the interval, not on
    /// the interval: an absence may be longer than any bound, and its end would lie in the past.
    private static func day(_ last: Int, plus interval: Double, on today: Int) -> Int {
        let elapsed = today - last
        let days = min(interval, Double(elapsed + horizon)).rounded(.up)
        return last + max(elapsed + 1, Int(days))
    }

    // MARK: - Days

    /// The distinct days on which each item was bought, ascending; items ascending.
    static func purchaseDays(in baskets: [Basket], until today: Int) -> [(item: ItemID, days: [Int])] {
        var days: [ItemID: [Int]] = [:]
        for basket in baskets {
            guard let day = basket.day, day <= today else { continue }
            for item in basket.items { days[item, default: []].append(day) }
        }
        return days.keys.sorted().map { ($0, distinctDays(days[$0] ?? [])) }
    }

    static func distinctDays(_ days: [Int]) -> [Int] {
        var result: [Int] = []
        for day in days.sorted() where result.last != day { result.append(day) }
        return result
    }

    static func logIntervals(_ days: [Int]) -> [Double] {
        zip(days.dropFirst(), days).map { log(Double($0 - $1)) }
    }
}
