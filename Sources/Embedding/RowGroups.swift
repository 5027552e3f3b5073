/// Rows grouped by a key, in order within each: who writes to what, so that each key's sum is taken by one thread, in one
/// order.
///
///     var groups = RowGroups()
///     groups.group(keys: [7, 3, 7], keyCount: 9)
///     groups.keys     // [7, 3]
///     groups.rows     // [0, 2, 1]; those of keys[i] are starts[i] ..< starts[i + 1]
package struct RowGroups: Sendable {
    /// The keys that occur, in the order of their first row.
    package private(set) var keys: [Int32] = []
    /// Where each key's rows begin in `rows`; one more than there are keys.
    package private(set) var starts: [Int] = []
    package private(set) var rows: [Int32] = []
    private var positions: [Int32] = []

    package init() {}

    /// Groups by a counting sort, in O(keys). A key is below `keyCount`.
    ///
    /// - Parameter rows: The row of each key; by default its place among the keys.
    package mutating func group(
        keys given: UnsafeBufferPointer<Int32>, keyCount: Int, rows values: UnsafeBufferPointer<Int32>? = nil
    ) {
        if positions.count != keyCount { positions = [Int32](repeating: 0, count: keyCount) }
        if rows.count < given.count { rows = [Int32](repeating: 0, count: given.count * 3 / 2) }
        keys.removeAll(keepingCapacity: true)
        starts.removeAll(keepingCapacity: true)
        for key in given {
            if positions[Int(key)] == 0 { keys.append(key) }
            positions[Int(key)] += 1
        }
        var next: Int32 = 0
        for key in keys {
            starts.append(Int(next))
            let count = positions[Int(key)]
            positions[Int(key)] = next
            next += count
        }
        starts.append(Int(next))
        for (place, key) in given.enumerated() {
            rows[Int(positions[Int(key)])] = values.map { $0[place] } ?? Int32(place)
            positions[Int(key)] += 1
        }
        for key in keys { positions[Int(key)] = 0 }
    }
}
