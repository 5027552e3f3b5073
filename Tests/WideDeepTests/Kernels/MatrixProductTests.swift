import CKernels
import Testing

struct MatrixProductTests {
    static let shapes = [(1, 1, 1), (3, 5, 2), (14, 32, 9), (15, 33, 17), (40, 70, 30), (7, 40, 600)]

    @Test(arguments: Kernels.supported, shapes)
    func everyOrderAgreesWithTheDefinition(_ kernels: Kernels, shape: (Int, Int, Int)) {
        let (m, n, k) = shape
        let a = Kernels.numbers(m * k, seed: 1)
        let b = Kernels.numbers(k * n, seed: 2)
        var expected = [Float](repeating: 0, count: m * n)
        for i in 0..<m {
            for j in 0..<n {
                expected[i * n + j] = Float((0..<k).reduce(0.0) { $0 + Double(a[i * k + $1]) * Double(b[$1 * n + j]) })
            }
        }
        let transposedA = Self.transpose(a, rows: m, columns: k)
        let transposedB = Self.transpose(b, rows: k, columns: n)
        let products = [
            Self.product(kernels, CK_PLAIN, CK_PLAIN, m, n, k, a, b),
            Self.product(kernels, CK_PLAIN, CK_TRANSPOSED, m, n, k, a, transposedB),
            Self.product(kernels, CK_TRANSPOSED, CK_PLAIN, m, n, k, transposedA, b),
            Self.product(kernels, CK_TRANSPOSED, CK_TRANSPOSED, m, n, k, transposedA, transposedB),
        ]
        for product in products {
            #expect(zip(product, expected).allSatisfy { abs($0 - $1) < 1e-4 })
            #expect(product == products[0], "the order in which operands are stored changes no bit")
        }
        #expect(products[0] == Self.product(.plain, CK_PLAIN, CK_PLAIN, m, n, k, a, b))
    }

    @Test func cuttingUpRowsOrColumnsChangesNoBit() {
        let (m, n, k) = (33, 50, 40)
        let a = Kernels.numbers(m * k, seed: 1)
        let b = Kernels.numbers(k * n, seed: 2)
        let whole = Self.product(Kernels.supported[0], CK_PLAIN, CK_PLAIN, m, n, k, a, b)
        var parts = [Float](repeating: 0, count: m * n)
        for (rows, columns) in [(0..<7, 0..<50), (7..<33, 0..<13), (7..<33, 13..<50)] {
            parts.withUnsafeMutableBufferPointer { c in
                a.withUnsafeBufferPointer { a in
                    b.withUnsafeBufferPointer { b in
                        ck_gemm(
                            CK_PLAIN, CK_PLAIN, rows.count, columns.count, k, a.baseAddress! + rows.lowerBound * k, k,
                            b.baseAddress! + columns.lowerBound, n, 0,
                            c.baseAddress! + rows.lowerBound * n + columns.lowerBound, n)
                    }
                }
            }
        }
        #expect(parts == whole)
    }

    @Test(arguments: Kernels.supported)
    func aPackedOperandGivesTheSameBitsAndBetaAdds(_ kernels: Kernels) {
        let (m, n, k) = (20, 45, 530)
        let a = Kernels.numbers(m * k, seed: 1)
        let b = Kernels.numbers(k * n, seed: 2)
        let whole = Self.product(kernels, CK_PLAIN, CK_PLAIN, m, n, k, a, b)
        var packed = [Float](repeating: .nan, count: ck_gemm_packed_size(kernels.pointer, n, k))
        ck_gemm_pack(kernels.pointer, CK_PLAIN, n, k, b, n, &packed)
        var c = [Float](repeating: .nan, count: m * n)
        ck_gemm_packed(kernels.pointer, CK_PLAIN, m, n, k, a, k, packed, 0, &c, n)
        #expect(c == whole)
        var sum = [Float](repeating: 0, count: m * n)
        ck_gemm_packed(kernels.pointer, CK_PLAIN, m, n, k, a, k, packed, 1, &sum, n)
        #expect(sum == whole)
    }

    private static func transpose(_ x: [Float], rows: Int, columns: Int) -> [Float] {
        (0..<rows * columns).map { x[$0 % rows * columns + $0 / rows] }
    }

    private static func product(
        _ kernels: Kernels, _ orderA: ck_order, _ orderB: ck_order, _ m: Int, _ n: Int, _ k: Int, _ a: [Float],
        _ b: [Float]
    ) -> [Float] {
        var c = [Float](repeating: .nan, count: m * n)
        ck_gemm_with(
            kernels.pointer, orderA, orderB, m, n, k, a, orderA == CK_PLAIN ? k : m, b, orderB == CK_PLAIN ? n : k, 0,
            &c, n)
        return c
    }
}
