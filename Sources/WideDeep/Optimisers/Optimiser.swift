import CKernels
import Foundation

/// How weights move by their gradients.
package enum Optimiser: String, Hashable, Sendable, Codable, CaseIterable {
    /// Kingma & Ba (2015).
    case adam
    /// Plain stochastic gradient descent.
    case sgd
    /// Duchi et al. (2011), its sums starting at 0.1, as TensorFlow's do.
    case adagrad
    /// FTRL-Proximal (McMahan et al. 2013), which the Wide & Deep paper used for the wide part.
    case ftrl

    /// Whether a weight whose gradient is 0 stays where it is. Adam's goes on by its momentum.
    var restsWithoutGradient: Bool { self != .adam }

    /// What the two slots of state start from; `nil` where a slot is not used.
    var initialSlots: (first: Float?, second: Float?) {
        switch self {
        case .adam: (0, 0)
        case .sgd: (nil, nil)
        case .adagrad: (nil, 0.1)
        case .ftrl: (0, 0.1)
        }
    }
}

/// The scalars of an optimiser's steps.
package struct OptimiserSchedule: Sendable {
    package let optimiser: Optimiser
    let rate: Float
    /// Adam: the scalars of steps 1, 2, …, as far as they are needed.
    private var adamSteps: [ck_adam] = []

    package init(_ optimiser: Optimiser, rate: Float) {
        self.optimiser = optimiser
        self.rate = rate
    }

    /// Makes the scalars up to step t.
    mutating func prepare(upTo step: Int) {
        guard optimiser == .adam, adamSteps.count < step else { return }
        for t in adamSteps.count + 1...max(step, adamSteps.count + 256) {
            adamSteps.append(Self.adam(step: t, rate: rate))
        }
    }

    /// Powers are taken by repeated squaring, so that they do not depend on a C library.
    static func adam(step: Int, rate: Float, beta1: Float = 0.9, beta2: Float = 0.999) -> ck_adam {
        let first = 1 - power(Double(beta1), step)
        let second = 1 - power(Double(beta2), step)
        return ck_adam(
            step_size: Float(Double(rate) / first), root_scale: Float(1 / second.squareRoot()), beta1: beta1,
            beta2: beta2,
            epsilon: 1e-8, decay: 1)
    }

    private static func power(_ base: Double, _ exponent: Int) -> Double {
        var (result, square, rest) = (1.0, base, exponent)
        while rest > 0 {
            if rest & 1 == 1 { result *= square }
            square *= square
            rest >>= 1
        }
        return result
    }

    /// Step t (from 1) of `count` weights.
    func step(
        _ t: Int, count: Int, values: UnsafeMutablePointer<Float>, first: UnsafeMutablePointer<Float>?,
        second: UnsafeMutablePointer<Float>?, gradient: UnsafePointer<Float>
    ) {
        switch optimiser {
        case .adam:
            adamSteps.withUnsafeBufferPointer {
                ck_adam_step(count, values, first!, second!, gradient, $0.baseAddress! + t - 1)
            }
        case .sgd: ck_axpy(count, -rate, gradient, values)
        case .adagrad: ck_adagrad_step(count, values, second!, gradient, rate, 1e-7)
        case .ftrl:
            var parameters = ck_ftrl(alpha: rate, beta: 0, l1: 0, l2: 0)
            ck_ftrl_step(count, values, first!, second!, gradient, &parameters)
        }
    }

    /// Steps `range` of weights that had no gradient in them.
    func idle(
        _ range: ClosedRange<Int>, count: Int, values: UnsafeMutablePointer<Float>,
        first: UnsafeMutablePointer<Float>?, second: UnsafeMutablePointer<Float>?
    ) {
        guard optimiser == .adam else { return }
        adamSteps.withUnsafeBufferPointer {
            ck_adam_idle(count, values, first!, second!, range.count, $0.baseAddress! + range.lowerBound - 1)
        }
    }
}
