import Foundation
import Testing

@testable import Evaluation

struct BootstrapTests {
    /// Values of a known spread: uniform on 0…1 has mean 0.5 and standard deviation 1/√12.
    func uniform(_ count: Int, seed: UInt64) -> [Double] {
        var generator = PermutedCongruentialGenerator(seed: seed)
        return (0..<count).map { _ in Double(generator.next() >> 11) / Double(1 << 53) }
    }

    @Test func theIntervalIsAsWideAsTheStandardErrorSays() {
        let interval = Bootstrap().interval(of: uniform(1000, seed: 1))
        let expected = 2 * 1.96 / (12.0 * 1000).squareRoot()
        #expect(abs((interval.high - interval.low) / expected - 1) < 0.12)
        #expect(interval.low < interval.mean && interval.mean < interval.high)
    }

    @Test func nineteenOfTwentyIntervalsHoldTheTruth() {
        let bootstrap = Bootstrap(samples: 300)
        let holding = (0..<300).count { seed in
            let interval = bootstrap.interval(of: uniform(60, seed: UInt64(seed) + 100))
            return interval.low <= 0.5 && 0.5 <= interval.high
        }
        // 285 expected; four standard deviations below and above, and a little for samples of 60.
        #expect((264...299).contains(holding))
    }

    @Test func pairedDifferencesAreSharperThanTheValues() {
        let a = uniform(500, seed: 5)
        let better = zip(a, uniform(500, seed: 6)).map { $0 + 0.01 + 0.02 * ($1 - 0.5) }
        let paired = Bootstrap().interval(of: better, minus: a)
        #expect(paired.excludesZero && paired.low > 0)
        #expect(abs(paired.mean - 0.01) < 0.002)
        #expect(Bootstrap().interval(of: a).high > Bootstrap().interval(of: better).low)
    }

    @Test func oneSeedGivesOneAnswer() {
        let values = uniform(50, seed: 2)
        #expect(Bootstrap(seed: 4).interval(of: values) == Bootstrap(seed: 4).interval(of: values))
        #expect(Bootstrap(seed: 4).interval(of: values) != Bootstrap(seed: 5).interval(of: values))
    }

    @Test func fewOrNoValuesAreNoTrouble() {
        #expect(Bootstrap().interval(of: []) == Interval(mean: 0, low: 0, high: 0))
        #expect(Bootstrap().interval(of: [.nan, 0.5]) == Interval(mean: 0.5, low: 0.5, high: 0.5))
        #expect(Bootstrap().interval(of: [1, 1, 1]) == Interval(mean: 1, low: 1, high: 1))
    }
}
