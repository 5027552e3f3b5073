/// Rows of 32-bit floats, padded so that each row is a whole number of vector lanes.
///
/// The storage is either the matrix's own or a part of a mapped model file, which its owner keeps alive; readers don't
/// see the difference. A matrix is written only while it is being made; afterwards it is shared by any number of threads.
package struct FloatMatrix: @unchecked Sendable {
    package let rows: Int
    /// Columns that mean something; the rest of a row is zero.
    package let columns: Int
    /// Floats from one row to the next.
    package let stride: Int
    package let base: UnsafeMutablePointer<Float>
    private let owner: AnyObject

    /// A matrix of zeros.
    package init(rows: Int, columns: Int) {
        let stride = Self.padded(columns)
        let storage = FloatStorage(count: max(1, rows * stride))
        self.rows = rows
        self.columns = columns
        self.stride = stride
        self.base = storage.base
        self.owner = storage
    }

    /// A view of floats that `owner` keeps alive, rows already padded.
    ///
    /// - Precondition: `base` holds `rows * padded(columns)` floats, and nothing writes to them.
    package init(rows: Int, columns: Int, viewing base: UnsafePointer<Float>, owner: AnyObject) {
        self.rows = rows
        self.columns = columns
        self.stride = Self.padded(columns)
        self.base = UnsafeMutablePointer(mutating: base)
        self.owner = owner
    }

    /// Floats in all rows, padding included.
    package var count: Int { rows * stride }

    package func row(_ index: Int) -> UnsafeMutablePointer<Float> { base + index * stride }

    package subscript(row: Int, column: Int) -> Float {
        get { base[row * stride + column] }
        nonmutating set { base[row * stride + column] = newValue }
    }

    package var floats: UnsafeBufferPointer<Float> { UnsafeBufferPointer(start: base, count: count) }

    /// A matrix of its own with the same contents.
    package func copy() -> FloatMatrix {
        let result = FloatMatrix(rows: rows, columns: columns)
        result.base.update(from: base, count: count)
        return result
    }

    package func fill(_ value: Float) { base.update(repeating: value, count: count) }

    /// The number of columns rounded up to whole vectors of sixteen.
    package static func padded(_ columns: Int) -> Int { (columns + 15) / 16 * 16 }
}

/// Zeroed floats on the heap, aligned to 64 bytes.
private final class FloatStorage {
    let base: UnsafeMutablePointer<Float>

    init(count: Int) {
        let raw = UnsafeMutableRawPointer.allocate(byteCount: count * 4, alignment: 64)
        base = raw.bindMemory(to: Float.self, capacity: count)
        base.initialize(repeating: 0, count: count)
    }

    deinit { UnsafeMutableRawPointer(base).deallocate() }
}
