import Features
import Foundation

/// Turns logits into probabilities that mean what they say, for each kind of context: Platt scaling (Platt 1999) of the
/// log of the softmax.
///
///     p(j) = sigmoid(slope * (z_j - log Σ exp z) + intercept)
///
/// The order of candidates stays, for every slope is positive. Fitted on customers whose baskets training did not see.
package struct Calibration: Hashable, Sendable, Codable {
    package struct Scale: Hashable, Sendable, Codable {
        package var slope: Float
        package var intercept: Float
        package init(slope: Float, intercept: Float) {
            self.slope = slope
            self.intercept = intercept
        }
    }

    /// By history bucket, then cart bucket.
    package var scales: [Scale]
    /// Mean over held-out predictions of |predicted - observed| in bins of the predicted probability; `nil` where no
    /// customer could be held out.
    package var expectedError: Double?

    package static let kinds = NetworkShape.buckets * NetworkShape.buckets

    package init(scales: [Scale], expectedError: Double? = nil) {
        self.scales = scales
        self.expectedError = expectedError
    }

    /// What holds before anything is measured: a basket of `basketSize` independent draws from the softmax.
    package static func assuming(basketSize: Double) -> Calibration {
        let scale = Scale(slope: 1, intercept: Float(log(max(basketSize, 1))))
        return Calibration(scales: [Scale](repeating: scale, count: kinds))
    }

    package static func kind(of context: EncodedContext) -> Int {
        context.historyBucket * NetworkShape.buckets + context.cartBucket
    }

    package func scale(for context: EncodedContext) -> Scale { scales[Self.kind(of: context)] }
}

/// Predictions and outcomes of one kind of context, in bins of the softmax's log: all that calibration needs of them.
package struct CalibrationCounts: Sendable {
    private static let binWidth = 0.1
    private static let binCount = 250
    private var predictions = [Double](repeating: 0, count: binCount)
    private var hits = [Double](repeating: 0, count: binCount)
    private var sums = [Double](repeating: 0, count: binCount)

    package init() {}

    package mutating func add(logShare: Float, isHit: Bool) {
        let place = min(Double(Self.binCount - 1), max(0, Double(-logShare) / Self.binWidth))
        let bin = Int(place)
        predictions[bin] += 1
        sums[bin] += Double(logShare)
        if isHit { hits[bin] += 1 }
    }

    package mutating func merge(_ other: CalibrationCounts) {
        for bin in 0..<Self.binCount {
            predictions[bin] += other.predictions[bin]
            hits[bin] += other.hits[bin]
            sums[bin] += other.sums[bin]
        }
    }

    package var isEmpty: Bool { !predictions.contains { $0 > 0 } }

    /// Logistic regression of hits on the log share by Newton's method, drawn towards `prior` as by some tens of hits.
    package func fit(prior: Calibration.Scale, strength: Double) -> Calibration.Scale {
        var a = Double(prior.slope)
        var b = Double(prior.intercept)
        for _ in 0..<50 {
            var ga = strength * (a - Double(prior.slope))
            var gb = strength * (b - Double(prior.intercept))
            var haa = strength
            var hab = 0.0
            var hbb = strength
            for bin in 0..<Self.binCount where predictions[bin] > 0 {
                let n = predictions[bin]
                let x = sums[bin] / n
                let p = 1 / (1 + exp(-(a * x + b)))
                let error = n * p - hits[bin]
                let weight = n * p * (1 - p)
                ga += error * x
                gb += error
                haa += weight * x * x
                hab += weight * x
                hbb += weight
            }
            let determinant = haa * hbb - hab * hab
            guard determinant > 1e-12 else { break }
            let da = (hbb * ga - hab * gb) / determinant
            let db = (haa * gb - hab * ga) / determinant
            a = min(4, max(0.05, a - min(0.5, max(-0.5, da))))
            b -= min(2, max(-2, db))
            if abs(da) + abs(db) < 1e-9 { break }
        }
        return Calibration.Scale(slope: Float(a), intercept: Float(b))
    }

    /// The sum over bins of predicted probability of |predicted - observed|, and the number of predictions.
    package func error(of scale: Calibration.Scale) -> (error: Double, predictions: Double) {
        var byProbability = [(n: Double, p: Double, hits: Double)](repeating: (0, 0, 0), count: 20)
        var total = 0.0
        for bin in 0..<Self.binCount where predictions[bin] > 0 {
            let n = predictions[bin]
            let x = sums[bin] / n
            let p = 1 / (1 + exp(-(Double(scale.slope) * x + Double(scale.intercept))))
            let slot = min(19, Int(p * 20))
            byProbability[slot].n += n
            byProbability[slot].p += n * p
            byProbability[slot].hits += hits[bin]
            total += n
        }
        return (byProbability.reduce(0) { $0 + abs($1.p - $1.hits) }, total)
    }
}
