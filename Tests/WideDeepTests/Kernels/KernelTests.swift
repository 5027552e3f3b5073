import CKernels
import Foundation
import Testing

/// Every instruction set that this processor has is held to `plain`, bit for bit, and `plain` to Double arithmetic.
struct KernelTests {
    @Test(arguments: Kernels.supported)
    func everyInstructionSetGivesTheBitsOfThePlainOne(_ kernels: Kernels) {
        for n in [1, 5, 15, 16, 17, 63, 64, 65, 130] {
            for operation in Kernels.operations {
                let expected = operation.run(Kernels.plain, n)
                let found = operation.run(kernels, n)
                #expect(found == expected, "\(operation.name) of \(n) differs in \(kernels.name)")
            }
        }
    }

    @Test func plainIsAmongTheInstructionSetsAndTheActiveOneIsSupported() {
        #expect(Kernels.supported.contains { $0.name == "plain" })
        #expect(String(cString: ck_kernels_best().pointee.name) == Kernels.supported[0].name)
    }

    @Test func dotAndAxpyAgreeWithDoubleArithmetic() {
        let x = Kernels.numbers(101, seed: 1)
        var y = Kernels.numbers(101, seed: 2)
        let exact = zip(x, y).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        #expect(abs(Double(ck_dot(101, x, y)) - exact) < 1e-4)
        let before = y
        ck_axpy(101, 0.5, x, &y)
        #expect(y == zip(x, before).map { $1 + 0.5 * $0 })
    }

    @Test func elementaryFunctionsAreExactToAFewUnitsInTheLastPlace() {
        let x = (0..<400).map { Float($0 - 200) * 0.43 }
        var y = [Float](repeating: 0, count: x.count)
        ck_exp(x.count, x, &y)
        for (x, y) in zip(x, y) { #expect(abs(Double(y) / Foundation.exp(Double(x)) - 1) < 3e-7, "exp \(x)") }
        let positive = (1..<400).map { Float($0) * 0.0173 }
        var logs = [Float](repeating: 0, count: positive.count)
        ck_log(positive.count, positive, &logs)
        for (x, y) in zip(positive, logs) { #expect(abs(Double(y) - Foundation.log(Double(x))) < 5e-7, "log \(x)") }
        ck_tanh(x.count, x, &y)
        for (x, y) in zip(x, y) { #expect(abs(Double(y) - Foundation.tanh(Double(x))) < 3e-7, "tanh \(x)") }
        ck_sigmoid(x.count, x, &y)
        for (x, y) in zip(x, y) {
            #expect(abs(Double(y) - 1 / (1 + Foundation.exp(-Double(x)))) < 2e-7, "sigmoid \(x)")
        }
    }

    @Test func exponentialOfExtremesNeitherTrapsNorInvents() {
        let x: [Float] = [-.infinity, -1e30, -88, 0, 89, 1e30, .infinity, .nan]
        var y = [Float](repeating: 7, count: x.count)
        ck_exp(x.count, x, &y)
        #expect(y[0] == 0 && y[1] == 0 && y[2] == 0 && y[3] == 1)
        #expect(y[4] == .infinity && y[5] == .infinity && y[6] == .infinity && y[7].isNaN)
    }

    @Test func notANumberPassesThroughReluSoThatDivergenceShows() {
        var y: [Float] = [.nan, -1, 2]
        var dropout = ck_dropout(seed: 1, threshold: 0, scale: 2)
        let bias: [Float] = [0, 0, 0]
        ck_bias_relu_dropout(3, bias, &y, nil, 0)
        #expect(y[0].isNaN && y[1] == 0 && y[2] == 2)
        ck_bias_relu_dropout(3, bias, &y, &dropout, 0)
        #expect(y[0].isNaN && y[1] == 0 && y[2] == 0)
    }

    @Test func dropoutKeepsTheShareAskedForAndDependsOnSeedAndElementAlone() {
        func kept(seed: UInt64, first: UInt32, count: Int) -> [Float] {
            var y = [Float](repeating: 1, count: count)
            var dropout = ck_dropout(seed: seed, threshold: UInt32(0.7 * 4_294_967_296.0), scale: 1 / 0.7)
            ck_bias_relu_dropout(count, [Float](repeating: 0, count: count), &y, &dropout, first)
            return y
        }
        let all = kept(seed: 5, first: 0, count: 20_000)
        #expect(abs(Double(all.count { $0 > 0 }) / 20_000 - 0.7) < 0.01)
        #expect(kept(seed: 5, first: 700, count: 300) == Array(all[700..<1000]))
        #expect(kept(seed: 6, first: 0, count: 20_000) != all)
    }

    @Test func softmaxSumsToOneAndGivesTheLogOfTheSum() {
        let x = Kernels.numbers(37, seed: 4).map { $0 * 30 }
        var p = [Float](repeating: 0, count: 37)
        let logSum = ck_softmax(37, x, &p)
        let highest = Double(x.max()!)
        let exact = highest + Foundation.log(x.reduce(0) { $0 + Foundation.exp(Double($1) - highest) })
        #expect(abs(Double(logSum) - exact) < 1e-4)
        #expect(abs(p.reduce(0, +) - 1) < 1e-5)
        #expect(p.firstIndex(of: p.max()!) == x.firstIndex(of: x.max()!))
    }

    @Test func crossEntropyAndItsGradientAgreeWithTheirDefinition() {
        let x: [Float] = [-40, -2, 0, 0.5, 3, 40]
        var dx = [Float](repeating: 0, count: 6)
        let loss = ck_sigmoid_cross_entropy(6, x, 0.25, &dx)
        let exact = x.reduce(0.0) { $0 + Foundation.log1p(Foundation.exp(Double($1))) }
        #expect(abs(Double(loss) - exact) < 1e-4)
        for (x, d) in zip(x, dx) { #expect(abs(Double(d) - 0.25 / (1 + Foundation.exp(-Double(x)))) < 1e-7) }
    }

    @Test(arguments: Kernels.supported, [1, 3, 40, 200])
    func idleStepsOfAdamEqualStepsWithAZeroGradientBitForBit(_ kernels: Kernels, idle: Int) {
        let n = 37
        let steps = (1...400).map { Kernels.adamStep($0) }
        var dense = (
            w: Kernels.numbers(n, seed: 7), m: [Float](repeating: 0, count: n), v: [Float](repeating: 0, count: n)
        )
        let gradient = Kernels.numbers(n, seed: 8).map { $0 * 1e-5 }
        let zero = [Float](repeating: 0, count: n)
        withUnsafePointer(to: steps[9]) { kernels.table.adam(n, &dense.w, &dense.m, &dense.v, gradient, $0) }
        var lazy = dense
        for step in steps[10..<10 + idle] {
            withUnsafePointer(to: step) { kernels.table.adam(n, &dense.w, &dense.m, &dense.v, zero, $0) }
        }
        kernels.table.adam_idle(n, &lazy.w, &lazy.m, &lazy.v, idle, Array(steps[10...]))
        #expect(lazy.w == dense.w && lazy.m == dense.m && lazy.v == dense.v)
    }
}
