import Foundation
import Testing

@testable import Evaluation

/// Cases worked out by hand.
struct RankingMetricsTests {
    func metrics(_ ranked: [Int], targets: Set<Int>, bought: Set<Int> = [], at cutoff: Int = 10) -> [Metric: Double] {
        let values = Metric.values(ranked: ranked, targets: targets, bought: bought, at: cutoff)
        return Dictionary(uniqueKeysWithValues: zip(Metric.allCases, values))
    }

    @Test func aPerfectListScoresOne() {
        let result = metrics([3, 1, 2, 7, 8, 9, 10, 11, 12, 13], targets: [1, 2, 3])
        #expect(result[.recall] == 1)
        #expect(result[.ndcg] == 1)
        #expect(result[.hitRate] == 1)
        #expect(result[.mrr] == 1)
        #expect(result[.precision] == 0.3)
    }

    @Test func hitsAtTheSecondAndFifthRank() {
        let result = metrics([9, 1, 8, 7, 2], targets: [1, 2, 3, 4], at: 5)
        #expect(result[.recall] == 0.5)
        #expect(result[.precision] == 0.4)
        #expect(result[.hitRate] == 1)
        #expect(result[.mrr] == 0.5)
        // (1/log2(3) + 1/log2(6)) / (1 + 1/log2(3) + 1/2 + 1/log2(5))
        #expect(abs(result[.ndcg]! - 1.0177825608 / 2.5616063116) < 1e-9)
    }

    @Test func whatStandsBehindTheCutoffDoesNotCount() {
        let result = metrics([9, 8, 1], targets: [1], at: 2)
        for metric in [Metric.recall, .ndcg, .hitRate, .mrr, .precision] { #expect(result[metric] == 0) }
    }

    @Test func theIdealListIsNoLongerThanTheCutoff() {
        // Twelve targets, a list of ten hits: as good as ten can be.
        let result = metrics(Array(0..<10), targets: Set(0..<12))
        #expect(result[.ndcg] == 1)
        #expect(abs(result[.recall]! - 10.0 / 12) < 1e-12)
    }

    @Test func aShortListIsNotRewardedForBeingShort() {
        let result = metrics([1], targets: [1, 2])
        #expect(result[.precision] == 0.1)
        #expect(result[.recall] == 0.5)
    }

    @Test func anEmptyListScoresZero() {
        let result = metrics([], targets: [1])
        for metric in [Metric.recall, .ndcg, .hitRate, .mrr, .precision] { #expect(result[metric] == 0) }
    }

    @Test func recallSplitsIntoItemsBoughtBeforeAndNewOnes() {
        let result = metrics([1, 5, 2], targets: [1, 2, 3, 4, 6], bought: [1, 3, 9])
        #expect(result[.repeatRecall] == 0.5)
        #expect(abs(result[.exploreRecall]! - 1.0 / 3) < 1e-12)
    }

    @Test func withoutRepeatedTargetsRepeatRecallIsUndefined() {
        let result = metrics([1], targets: [1], bought: [9])
        #expect(result[.repeatRecall]!.isNaN)
        #expect(result[.exploreRecall] == 1)
        #expect(TaskResult.mean([.nan, 0.5, 1]) == 0.75)
        #expect(TaskResult.mean([.nan]) == 0)
    }
}
