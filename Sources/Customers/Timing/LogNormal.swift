import Foundation

/// A log-normal distribution of an interval in days: `ln(interval)` is normal with `mean` and `deviation`.
///
///     let weekly = LogNormal(mean: log(7), deviation: 0.5)
///     weekly.median                         // 7
///     weekly.median(beyond: 10)             // 12.4: not bought for ten days already
///     weekly.cumulative(14)                 // 0.917
struct LogNormal: Hashable, Sendable {
    /// The mean of the logarithm.
    var mean: Double
    /// The standard deviation of the logarithm, above zero.
    var deviation: Double

    var median: Double { exp(mean) }

    /// The probability that the interval is at most `days`.
    func cumulative(_ days: Double) -> Double {
        guard days > 0 else { return 0 }
        return NormalDistribution.cumulative((log(days) - mean) / deviation)
    }

    /// The median of those intervals that are longer than `elapsed` days; above `elapsed`.
    func median(beyond elapsed: Double) -> Double {
        guard elapsed > 0 else { return median }
        let z = (log(elapsed) - mean) / deviation
        // Far out, where probabilities are too close to 1 to be told apart, the tail halves over ln 2 / z (Mills' ratio).
        let later =
            z > 5
            ? z + log(2) / (z + 1 / z)
            : NormalDistribution.quantile((1 + NormalDistribution.cumulative(z)) / 2)
        return max(elapsed, exp(mean + deviation * later))
    }

    /// The probability that the interval ends within the next `days`, given that it has lasted `elapsed` days.
    func probability(within days: Double, after elapsed: Double) -> Double {
        let survival = 1 - cumulative(elapsed)
        guard survival > 1e-12 else { return 0 }
        return (cumulative(elapsed + days) - cumulative(elapsed)) / survival
    }
}

/// The standard normal distribution.
enum NormalDistribution {
    static func cumulative(_ z: Double) -> Double { 0.5 * erfc(-z / 2.0.squareRoot()) }

    /// The inverse of ``cumulative(_:)`` for 0 < p < 1: a rational start (Abramowitz & Stegun 26.2.23, error below
    /// 4.5e-4) and three Halley steps on `erfc`.
    static func quantile(_ p: Double) -> Double {
        precondition(p > 0 && p < 1, "a quantile needs 0 < p < 1")
        let tail = min(p, 1 - p)
        let t = (-2 * log(tail)).squareRoot()
        let magnitude =
            t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)))
        var z = p < 0.5 ? -magnitude : magnitude
        for _ in 0..<3 {
            let error = cumulative(z) - p
            let step = error * (2 * Double.pi).squareRoot() * exp(z * z / 2)
            z -= step / (1 + z * step / 2)
        }
        return z
    }
}
