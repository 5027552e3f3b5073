import CKernels
import Embedding
import Foundation

/// `bench gemm [m=256 n=512 k=347] [threads=1]`: billions of multiply-adds a second, twice, as libraries count.
enum GemmBench {
    static func run(_ arguments: inout Arguments) throws {
        let (m, n, k) = (arguments.number("m", 256), arguments.number("n", 512), arguments.number("k", 347))
        let pool = WorkerPool(threads: arguments.number("threads", 1))
        let a = (0..<m * k).map { Float($0 % 13) - 6 }
        let b = (0..<k * n).map { Float($0 % 11) - 5 }
        let c = UnsafeMutableBufferPointer<Float>.allocate(capacity: m * n)
        c.initialize(repeating: 0)
        let address = UInt(bitPattern: c.baseAddress!)
        let rows = (m + pool.threads - 1) / pool.threads
        let order = arguments.text("order", "nn")
        let orderA = order.first == "t" ? CK_TRANSPOSED : CK_PLAIN
        let orderB = order.last == "t" ? CK_TRANSPOSED : CK_PLAIN
        let repeats = max(1, 400_000_000 / (m * n * k))
        let seconds = Bench.best(of: arguments.number("runs", 15)) {
            for _ in 0..<repeats {
                pool.run(tasks: pool.threads) { task in
                    let first = task * rows
                    let count = min(rows, m - first)
                    let out = UnsafeMutablePointer<Float>(bitPattern: address)! + first * n
                    a.withUnsafeBufferPointer { a in
                        b.withUnsafeBufferPointer { b in
                            let from = a.baseAddress! + (orderA == CK_PLAIN ? first * k : first)
                            ck_gemm(
                                orderA, orderB, count, n, k, from, orderA == CK_PLAIN ? k : m, b.baseAddress!,
                                orderB == CK_PLAIN ? n : k, 0, out, n)
                        }
                    }
                }
            }
        }
        let flops = 2 * Double(m * n * k) * Double(repeats) / seconds / 1e9
        print(
            "{\"m\":\(m),\"n\":\(n),\"k\":\(k),\"gflops\":\(flops),\"kernels\":\"\(String(cString: ck_kernels_best().pointee.name))\"}"
        )
    }
}
