/// A mean with the range in which it lies with 95 % confidence.
package struct Interval: Hashable, Sendable, Codable {
    package var mean: Double
    package var low: Double
    package var high: Double

    /// Whether zero lies outside the range.
    package var excludesZero: Bool { low > 0 || high < 0 }
}

/// Confidence by resampling customers with replacement (Efron & Tibshirani 1993, "An Introduction to the Bootstrap",
/// percentile intervals).
///
/// The same customers are drawn for every value compared, so a difference between two recommenders is that on the
/// same customers (*paired*): give ``interval(of:)`` the differences. Deterministic for a seed.
package struct Bootstrap: Sendable {
    private let samples: Int
    private let seed: UInt64

    /// - Parameter samples: how many shops of as many customers are drawn; fewer for large shops, whose means vary
    ///   little: at least 200.
    package init(samples: Int = 1000, seed: UInt64 = 0) {
        self.samples = samples
        self.seed = seed
    }

    /// The mean of the values that are not NaN, and its interval. Without a value, all are 0.
    package func interval(of values: [Double]) -> Interval {
        let values = values.filter { !$0.isNaN }
        guard values.count > 1 else {
            let mean = values.first ?? 0
            return Interval(mean: mean, low: mean, high: mean)
        }
        let rounds = min(samples, max(200, 20_000_000 / values.count))
        var means: [Double] = []
        means.reserveCapacity(rounds)
        var generator = PermutedCongruentialGenerator(seed: seed)
        values.withUnsafeBufferPointer { values in
            let size = UInt64(values.count)
            for _ in 0..<rounds {
                var sum = 0.0
                for _ in 0..<values.count { sum += values[Int(generator.next().multipliedFullWidth(by: size).high)] }
                means.append(sum / Double(values.count))
            }
        }
        means.sort()
        // Of 1,000 sorted means, those with 25 below and 25 above.
        let cut = Int((Double(rounds) * 0.025).rounded())
        return Interval(
            mean: values.reduce(0, +) / Double(values.count), low: means[cut], high: means[rounds - 1 - cut])
    }

    /// The interval of `a - b` for values of the same customers, in the same order.
    package func interval(of a: [Double], minus b: [Double]) -> Interval {
        precondition(a.count == b.count, "paired values come from the same customers")
        return interval(of: zip(a, b).map { $0 - $1 })
    }
}
