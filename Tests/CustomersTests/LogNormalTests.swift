import Foundation
import Testing

@testable import Customers

@Suite struct LogNormalTests {
    @Test(arguments: [1e-9, 0.001, 0.025, 0.2, 0.5, 0.8413447460685429, 0.975, 0.999, 1 - 1e-9])
    func aQuantileIsTheInverseOfTheCumulative(p: Double) {
        let z = NormalDistribution.quantile(p)
        #expect(abs(NormalDistribution.cumulative(z) - p) < 1e-12)
    }

    @Test func knownQuantilesAreMet() {
        #expect(abs(NormalDistribution.quantile(0.975) - 1.959963984540054) < 1e-9)
        #expect(abs(NormalDistribution.quantile(0.8413447460685429) - 1) < 1e-9)
    }

    @Test func theMedianOfWhatIsStillOpenIsNeverInThePast() {
        let weekly = LogNormal(mean: log(7), deviation: 0.9)
        for elapsed in stride(from: 0.0, through: 10_000, by: 37) {
            let median = weekly.median(beyond: elapsed)
            #expect(median >= elapsed)
            #expect(median.isFinite)
        }
    }

    @Test func theConditionalMedianHalvesWhatIsLeft() {
        let interval = LogNormal(mean: log(20), deviation: 0.7)
        let median = interval.median(beyond: 25)
        let left = 1 - interval.cumulative(25)
        #expect(abs((1 - interval.cumulative(median)) - left / 2) < 1e-9)
        #expect(abs(interval.probability(within: median - 25, after: 25) - 0.5) < 1e-9)
    }

    @Test func theTailIsAsSmoothAsTheMiddle() {
        let interval = LogNormal(mean: log(14), deviation: 0.5)
        let edge = 14 * exp(0.5 * 5.0)
        let ratio = interval.median(beyond: edge * 1.0001) / interval.median(beyond: edge * 0.9999)
        #expect(abs(ratio - 1.0002) < 0.002)
    }

    @Test func whatWasNotBoughtForYearsIsNotDueNow() {
        let interval = LogNormal(mean: log(14), deviation: 0.9)
        #expect(interval.median(beyond: 3000) > 3200)
    }

    @Test func waitingLongerMovesTheMedianOn() {
        let interval = LogNormal(mean: log(14), deviation: 0.6)
        let medians = (0..<60).map { interval.median(beyond: Double($0)) }
        #expect(medians == medians.sorted())
    }
}
