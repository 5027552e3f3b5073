import Features
import Shop

/// What this customer bought most often: P-TopFreq, and GP-TopFreq, which goes on with what everybody buys (Li et al.
/// 2023, "A Next Basket Recommendation Reality Check").
///
/// Customers without a history get what everybody buys.
package struct TopFrequencyRanker: HistoryScoringRanker {
    package enum Fill: String, Sendable {
        /// The customer's own items alone; of equal counts, and behind them, the lower item first.
        case personal = "p-topfreq"
        /// Of equal counts, and behind them, the most popular first.
        case global = "gp-topfreq"
    }

    private let popular: PopularRanker
    private let fill: Fill

    package var name: String { fill.rawValue }
    package var labelCount: Int { popular.labelCount }

    package init(_ fill: Fill, fittedOn dataset: PurchaseDataset) {
        self.fill = fill
        popular = PopularRanker(fittedOn: dataset)
    }

    package func scores(for query: RankingQuery) -> [Double] {
        guard !query.context.history.isEmpty else { return popular.shares }
        let counts = query.historyCounts(labelCount: labelCount)
        return fill == .personal ? counts : zip(counts, popular.shares).map(+)
    }
}
