import CKernels
import Foundation
import Testing

/// An instruction set, as an argument of tests.
struct Kernels: CustomTestStringConvertible, @unchecked Sendable {
    let pointer: UnsafePointer<ck_kernels>

    var table: ck_kernels { pointer.pointee }
    var name: String { String(cString: table.name) }
    var testDescription: String { name }

    /// All that this processor has, best first.
    static let supported: [Kernels] = {
        var all: [Kernels] = []
        while let pointer = ck_kernels_at(all.count) { all.append(Kernels(pointer: pointer)) }
        return all.filter { $0.table.supported() != 0 }
    }()

    static let plain = supported.last!

    /// Numbers in −1…1 from a linear congruential generator.
    static func numbers(_ count: Int, seed: UInt64) -> [Float] {
        var state = seed &* 0x9e37_79b9_7f4a_7c15 &+ 1
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(Int64(bitPattern: state) >> 40) / Float(1 << 23)
        }
    }

    static func adamStep(_ t: Int) -> ck_adam {
        ck_adam(
            step_size: Float(1e-3 / (1 - Foundation.pow(0.9, Double(t)))),
            root_scale: Float(1 / (1 - Foundation.pow(0.999, Double(t))).squareRoot()), beta1: 0.9, beta2: 0.999,
            epsilon: 1e-8, decay: 1)
    }

    /// A kernel run on fixed inputs of a size; all that it wrote.
    struct Operation: Sendable {
        let name: String
        let run: @Sendable (Kernels, Int) -> [Float]
    }

    static let operations: [Operation] = [
        Operation(name: "dot") { [$0.table.dot($1, numbers($1, seed: 1), numbers($1, seed: 2))] },
        inPlace("axpy") { $0.axpy($1, 0.37, numbers($1, seed: 1), $2) },
        inPlace("scale") { $0.scale($1, 0.37, $2) },
        inPlace("gather") { $0.gather($1, 3, [2, 0, 1], [0.1, 0.2, 0.3], numbers(3 * $1, seed: 1), $1, $2) },
        inPlace("gather without weights") { $0.gather($1, 2, [1, 2], nil, numbers(3 * $1, seed: 1), $1, $2) },
        inPlace("relu") { $0.bias_relu_dropout($1, numbers($1, seed: 1), $2, nil, 0) },
        inPlace("relu and dropout") {
            var dropout = ck_dropout(seed: 77, threshold: 1 << 31, scale: 2)
            $0.bias_relu_dropout($1, numbers($1, seed: 1), $2, &dropout, 12)
        },
        inPlace("relu backward") { $0.relu_backward($1, numbers($1, seed: 1), 2, $2) },
        inPlace("exp") { $0.exp($1, numbers($1, seed: 1).map { $0 * 100 }, $2) },
        inPlace("log") { $0.log($1, numbers($1, seed: 1).map { abs($0) + 1e-6 }, $2) },
        inPlace("tanh") { $0.tanh($1, numbers($1, seed: 1).map { $0 * 5 }, $2) },
        inPlace("sigmoid") { $0.sigmoid($1, numbers($1, seed: 1).map { $0 * 50 }, $2) },
        Operation(name: "sigmoid cross-entropy") { kernels, n in
            var d = numbers(n, seed: 3)
            let loss = kernels.table.sigmoid_cross_entropy(n, numbers(n, seed: 1).map { $0 * 20 }, 0.1, &d)
            return d + [loss]
        },
        Operation(name: "softmax") { kernels, n in
            var p = numbers(n, seed: 3)
            let sum = kernels.table.softmax(n, numbers(n, seed: 1).map { $0 * 20 }, &p)
            return p + [sum]
        },
        optimiser("adam") { kernels, n, w, m, v, g in
            withUnsafePointer(to: adamStep(3)) { kernels.adam(n, w, m, v, g, $0) }
        },
        optimiser("idle adam") { kernels, n, w, m, v, _ in
            kernels.adam_idle(n, w, m, v, 90, (5..<95).map { adamStep($0) })
        },
        optimiser("adagrad") { kernels, n, w, _, v, g in kernels.adagrad(n, w, v, g, 0.1, 1e-7) },
        optimiser("ftrl") { kernels, n, w, m, v, g in
            var parameters = ck_ftrl(alpha: 0.1, beta: 1, l1: 0.05, l2: 0.1)
            kernels.ftrl(n, w, m, v, g, &parameters)
        },
    ]

    private typealias InPlace = @Sendable (ck_kernels, Int, UnsafeMutablePointer<Float>) -> Void

    private static func inPlace(_ name: String, _ body: @escaping InPlace) -> Operation {
        Operation(name: name) { kernels, n in
            var y = numbers(n, seed: 9)
            y.withUnsafeMutableBufferPointer { body(kernels.table, n, $0.baseAddress!) }
            return y
        }
    }

    private typealias Pointer = UnsafeMutablePointer<Float>
    private typealias Optimiser = @Sendable (ck_kernels, Int, Pointer, Pointer, Pointer, [Float]) -> Void

    private static func optimiser(_ name: String, _ body: @escaping Optimiser) -> Operation {
        Operation(name: name) { kernels, n in
            var w = numbers(n, seed: 1)
            var m = numbers(n, seed: 2)
            var v = numbers(n, seed: 3).map { abs($0) }
            body(kernels.table, n, &w, &m, &v, numbers(n, seed: 4))
            return w + m + v
        }
    }
}
