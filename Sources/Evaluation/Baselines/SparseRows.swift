/// Rows of few non-zero values, appended one after the other: what each customer bought, weighted.
package struct SparseRows: Sendable {
    package private(set) var starts: [Int] = [0]
    package private(set) var columns: [Int32] = []
    package private(set) var values: [Float] = []

    package var count: Int { starts.count - 1 }

    /// Appends a row; columns ascend where the pairs do.
    package mutating func append(_ row: some Sequence<(column: Int, value: Float)>) {
        for (column, value) in row {
            columns.append(Int32(column))
            values.append(value)
        }
        starts.append(columns.count)
    }

    /// Adds a multiple of a row to a dense vector.
    package func addRow(_ row: Int, times weight: Double, to vector: inout [Double]) {
        let range = starts[row]..<starts[row + 1]
        columns.withUnsafeBufferPointer { columns in
            values.withUnsafeBufferPointer { values in
                vector.withUnsafeMutableBufferPointer { vector in
                    for position in range { vector[Int(columns[position])] += weight * Double(values[position]) }
                }
            }
        }
    }

    package func sum(ofRow row: Int, _ transform: (Float) -> Double) -> Double {
        values[starts[row]..<starts[row + 1]].reduce(0) { $0 + transform($1) }
    }

    /// Rows become columns: an inverted index, each of its rows ascending.
    package func transposed(columnCount: Int) -> SparseRows {
        var result = SparseRows()
        var next = Array(repeating: 0, count: columnCount + 1)
        for column in columns { next[Int(column) + 1] += 1 }
        for column in 0..<columnCount { next[column + 1] += next[column] }
        result.starts = next
        result.columns = Array(repeating: 0, count: columns.count)
        result.values = Array(repeating: 0, count: values.count)
        for row in 0..<count {
            for position in starts[row]..<starts[row + 1] {
                let column = Int(columns[position])
                result.columns[next[column]] = Int32(row)
                result.values[next[column]] = values[position]
                next[column] += 1
            }
        }
        return result
    }
}

/// A vector under construction of which few entries are not zero; emptied in the time of those few.
struct SparseAccumulator {
    private var dense: [Double]
    private var isTouched: [Bool]
    private var touched: [Int] = []

    init(size: Int) {
        dense = Array(repeating: 0, count: size)
        isTouched = Array(repeating: false, count: size)
    }

    mutating func add(_ value: Double, at index: Int) {
        if !isTouched[index] {
            isTouched[index] = true
            touched.append(index)
        }
        dense[index] += value
    }

    /// The entries that were added to, ascending; empties the accumulator.
    mutating func drain() -> [(column: Int, value: Float)] {
        touched.sort()
        let entries = touched.map { (column: $0, value: Float(dense[$0])) }
        for index in touched {
            dense[index] = 0
            isTouched[index] = false
        }
        touched.removeAll(keepingCapacity: true)
        return entries
    }
}
