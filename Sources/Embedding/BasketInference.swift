import CKernels
import Shop

/// The vector of any basket in closed form: a scaled sum of a row for each of its items, and an offset.
///
/// With the items' output vectors o fixed, the vector d of a basket B of PV-DBOW maximises
///
///     Σ_{i∈B} log σ(d·oᵢ) + k·|B| · E_{j~noise} log σ(−d·oⱼ)
///
/// which is concave. Its second-order expansion at d = 0, with the curvature of the positive terms taken at the average
/// item, is a quadratic whose maximum is linear in the items:
///
///     d = 1/|B| · Σ_{i∈B} u_i + c,   u_i = ½ A⁻¹ oᵢ,   c = −½ k A⁻¹ E_noise[o]
///     A = ¼ (k · E_noise[o oᵀ] + E_items[o oᵀ]) + λ I
///
/// A is the same for all baskets, so the rows u are computed once, after training. In PV-DM what predicts is the mean of
/// the basket's vector and its items' input vectors; d is that mean, all that is known of the basket.
package struct BasketInference: Sendable {
    package let dimensions: Int
    /// (vocabulary, dimensions).
    package let rows: [Float]
    package let offset: [Float]

    package init(dimensions: Int, rows: [Float], offset: [Float]) {
        precondition(offset.count == dimensions && rows.count % max(dimensions, 1) == 0)
        self.dimensions = dimensions
        self.rows = rows
        self.offset = offset
    }

    /// Writes the vector of a basket: its items' rows are added in their order, then scaled, then the offset is added. So a
    /// basket that grew by an item has the bits of one encoded from scratch.
    package func embed(_ items: [ItemID], into vector: UnsafeMutablePointer<Float>) {
        vector.update(repeating: 0, count: dimensions)
        let vocabulary = rows.count / max(dimensions, 1)
        let known = items.filter { $0 >= 0 && $0 < vocabulary }.map { Int32($0) }
        guard !known.isEmpty else { return }
        ck_gather(dimensions, known.count, known, nil, rows, dimensions, vector)
        ck_scale(dimensions, 1 / Float(known.count), vector)
        ck_axpy(dimensions, 1, offset, vector)
    }
}

extension BasketInference {
    /// Solves for the rows.
    ///
    /// - Parameters:
    ///   - outputs: (vocabulary, dimensions), row-major: o.
    ///   - noise: The probability of each item as a negative sample.
    ///   - frequencies: The probability of each item in a basket, summing to 1.
    ///   - negatives: k.
    init(outputs: [Float], dimensions: Int, noise: [Double], frequencies: [Double], negatives: Int) {
        let vocabulary = noise.count
        var curvature = [Double](repeating: 0, count: dimensions * dimensions)
        var mean = [Double](repeating: 0, count: dimensions)
        var row = [Double](repeating: 0, count: dimensions)
        for item in 0..<vocabulary {
            for i in 0..<dimensions { row[i] = Double(outputs[item * dimensions + i]) }
            let weight = 0.25 * (Double(negatives) * noise[item] + frequencies[item])
            guard weight > 0 else { continue }
            for i in 0..<dimensions {
                mean[i] += noise[item] * row[i]
                let scaled = weight * row[i]
                curvature.withUnsafeMutableBufferPointer { curvature in
                    let line = curvature.baseAddress! + i * dimensions
                    for j in 0...i { line[j] += scaled * row[j] }
                }
            }
        }
        let trace = (0..<dimensions).reduce(0) { $0 + curvature[$1 * dimensions + $1] }
        for i in 0..<dimensions {
            curvature[i * dimensions + i] += Self.ridge * trace / Double(max(dimensions, 1)) + 1e-9
        }
        let factor = CholeskyFactor(lowerTriangleOf: curvature, size: dimensions)
        var rows = [Float](repeating: 0, count: vocabulary * dimensions)
        for item in 0..<vocabulary {
            for i in 0..<dimensions { row[i] = 0.5 * Double(outputs[item * dimensions + i]) }
            factor.solve(&row)
            for i in 0..<dimensions { rows[item * dimensions + i] = Float(row[i]) }
        }
        row = mean.map { -0.5 * Double(negatives) * $0 }
        factor.solve(&row)
        self.init(dimensions: dimensions, rows: rows, offset: row.map { Float($0) })
    }

    /// λ, as a share of A's mean diagonal: training stops far from the maximum, too.
    private static let ridge = 0.1
}

/// A = L·Lᵀ of a positive definite matrix.
struct CholeskyFactor {
    private let size: Int
    private var lower: [Double]

    /// - Parameter matrix: (size, size); what stands above the diagonal is not read.
    init(lowerTriangleOf matrix: [Double], size: Int) {
        self.size = size
        lower = matrix
        lower.withUnsafeMutableBufferPointer { l in
            for i in 0..<size {
                for j in 0...i {
                    var sum = l[i * size + j]
                    for k in 0..<j { sum -= l[i * size + k] * l[j * size + k] }
                    l[i * size + j] = i == j ? max(sum, 1e-300).squareRoot() : sum / l[j * size + j]
                }
            }
        }
    }

    /// x = A⁻¹ x.
    func solve(_ x: inout [Double]) {
        lower.withUnsafeBufferPointer { l in
            x.withUnsafeMutableBufferPointer { x in
                for i in 0..<size {
                    var sum = x[i]
                    for k in 0..<i { sum -= l[i * size + k] * x[k] }
                    x[i] = sum / l[i * size + i]
                }
                for i in stride(from: size - 1, through: 0, by: -1) {
                    x[i] /= l[i * size + i]
                    let xi = x[i]
                    for k in 0..<i { x[k] -= l[i * size + k] * xi }
                }
            }
        }
    }
}
