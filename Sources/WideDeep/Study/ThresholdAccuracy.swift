import CKernels
import Features
import Foundation
import Shop

/// The study's accuracy, and beside it what it hides.
///
/// The share of (basket, label) cells where "σ(logit) > threshold" agrees with the label. A basket holds few of many
/// labels, so saying no to everything agrees almost everywhere: ``allZero`` is that. ``recall`` and ``ndcg`` say whether the
/// ten best labels are any good.
package struct ThresholdAccuracy: Hashable, Sendable, Codable {
    package var threshold: Double
    package var value: Double
    /// The accuracy of never predicting anything.
    package var allZero: Double
    /// Of the labels that hold, the share said to hold.
    package var positivesFound: Double
    /// Recall@10 and NDCG@10 of the logits' order.
    package var recall: Double
    package var ndcg: Double
    /// Baskets counted.
    package var baskets: Int
}

extension StudyModel {
    /// Counts on the shop's test baskets, each predicted from its customer's latest train basket.
    ///
    /// - Parameter limit: At most so many customers, the first.
    /// - Returns: `nil` where there are no test baskets.
    package func accuracy(on dataset: PurchaseDataset, limit: Int = 10_000) -> ThresholdAccuracy? {
        let threshold = settings.threshold
        var (agreeing, positives, found, cells) = (0, 0, 0, 0)
        var (recall, ndcg, baskets) = (0.0, 0.0, 0)
        var probabilities = [Float](repeating: 0, count: labels)
        for customer in dataset.customers.prefix(limit) {
            guard let test = customer.test, !test.items.isEmpty else { continue }
            let logits = logits(for: Context(profile: customer.profile, history: customer.train))
            ck_sigmoid(labels, logits, &probabilities)
            let held = Set(test.items)
            for label in 0..<labels {
                let says = probabilities[label] > threshold
                let holds = held.contains(label)
                agreeing += says == holds ? 1 : 0
                found += says && holds ? 1 : 0
            }
            positives += held.count
            cells += labels
            baskets += 1
            let best = logits.withUnsafeBufferPointer { TopItems.best(10, of: $0) }
            let gains = best.map { held.contains($0.item) ? 1.0 : 0 }
            recall += gains.reduce(0, +) / Double(held.count)
            let ideal = (0..<min(10, held.count)).reduce(0) { $0 + Self.discount($1) }
            ndcg += gains.enumerated().reduce(0) { $0 + $1.element * Self.discount($1.offset) } / ideal
        }
        guard baskets > 0, cells > 0 else { return nil }
        return ThresholdAccuracy(
            threshold: Double(threshold), value: Double(agreeing) / Double(cells),
            allZero: 1 - Double(positives) / Double(cells), positivesFound: Double(found) / Double(max(1, positives)),
            recall: recall / Double(baskets), ndcg: ndcg / Double(baskets), baskets: baskets)
    }

    /// 1 / log₂(rank + 1), ranks from 1.
    private static func discount(_ position: Int) -> Double { 1 / log2(Double(position + 2)) }
}
