import CKernels
import Features

/// Rows of vectors in training, each with its own step size by Adagrad (Duchi et al. 2011), taken over the row: what is in
/// every basket moves in steps as even as what is in few.
struct VectorTable: @unchecked Sendable {
    // Unchecked: callers on several threads keep to different rows.
    let dimensions: Int
    let rows: Int
    /// (rows, dimensions).
    let values: UnsafeMutablePointer<Float>
    /// The sum of mean squared gradients of each row.
    private let squares: UnsafeMutablePointer<Float>

    init(rows: Int, dimensions: Int) {
        self.rows = rows
        self.dimensions = dimensions
        values = .allocate(capacity: max(1, rows * dimensions))
        values.initialize(repeating: 0, count: rows * dimensions)
        squares = .allocate(capacity: max(1, rows))
        squares.initialize(repeating: 0, count: rows)
    }

    func deallocate() {
        values.deallocate()
        squares.deallocate()
    }

    func row(_ index: Int) -> UnsafeMutablePointer<Float> { values + index * dimensions }

    var array: [Float] { Array(UnsafeBufferPointer(start: values, count: rows * dimensions)) }

    /// One over the mean length of a row.
    var inverseMeanLength: Float {
        let total = (0..<rows).reduce(Float(0)) { $0 + ck_dot(dimensions, row($1), row($1)).squareRoot() }
        return total > 0 ? Float(rows) / total : 0
    }

    /// Uniform in ±½ / dimensions, as word2vec begins.
    func fillRandomly(seed: Int, stream: Int) {
        for index in 0..<rows {
            var random = KeyedGenerator(seed, stream, index)
            for i in 0..<dimensions { row(index)[i] = (random.unit() - 0.5) / Float(dimensions) }
        }
    }

    /// Moves a row uphill.
    func move(_ index: Int, by gradient: UnsafePointer<Float>, rate: Float) {
        squares[index] += ck_dot(dimensions, gradient, gradient) / Float(dimensions)
        ck_axpy(dimensions, rate / (squares[index].squareRoot() + 1e-6), gradient, row(index))
    }
}
