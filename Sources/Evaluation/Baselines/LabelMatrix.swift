import Shop

/// A square matrix over the labels, row after row: what one item says about the others. 4 bytes a pair of labels.
package struct LabelMatrix: Sendable {
    package let size: Int
    package private(set) var elements: [Float]

    package init(size: Int) {
        self.size = size
        elements = Array(repeating: 0, count: size * size)
    }

    /// Element by element from a function of row and column.
    package init(size: Int, _ element: (_ row: Int, _ column: Int) -> Double) {
        self.size = size
        elements = []
        elements.reserveCapacity(size * size)
        for row in 0..<size {
            for column in 0..<size { elements.append(Float(element(row, column))) }
        }
    }

    package subscript(row: Int, column: Int) -> Float { elements[row * size + column] }

    /// Adds a multiple of a row.
    package func addRow(_ row: Int, times weight: Double, to scores: inout [Double]) {
        precondition(scores.count == size)
        elements.withUnsafeBufferPointer { elements in
            scores.withUnsafeMutableBufferPointer { scores in
                let row = UnsafeBufferPointer(rebasing: elements[row * size..<(row + 1) * size])
                for column in 0..<scores.count { scores[column] += weight * Double(row[column]) }
            }
        }
    }

    /// Keeps the largest elements of each column and sets the others to zero: an item's nearest neighbours.
    package mutating func keepLargest(_ count: Int) {
        guard count < size else { return }
        for column in 0..<size {
            let values = (0..<size).map { Double(self[$0, column]) }
            let kept = Set(topItems(values, count: count))
            for row in 0..<size where !kept.contains(row) { elements[row * size + column] = 0 }
        }
    }
}

/// How often labels were bought, and how often together, in groups of items: sessions, or customers.
package struct CooccurrenceCounts: Sendable {
    package let size: Int
    package private(set) var groups = 0
    /// Row after row, symmetric; the diagonal holds how much each label was bought.
    package private(set) var elements: [Double]

    private init(size: Int) {
        self.size = size
        elements = Array(repeating: 0, count: size * size)
    }

    package subscript(row: Int, column: Int) -> Double { elements[row * size + column] }

    package func count(of item: ItemID) -> Double { self[item, item] }

    private mutating func add(_ entries: [(column: Int, value: Float)]) {
        groups += 1
        elements.withUnsafeMutableBufferPointer { elements in
            for (row, a) in entries {
                for (column, b) in entries { elements[row * size + column] += Double(a) * Double(b) }
            }
        }
    }

    /// Each train basket is a group.
    package static func ofSessions(_ dataset: PurchaseDataset) -> CooccurrenceCounts {
        var counts = CooccurrenceCounts(size: dataset.catalog.labelCount)
        for customer in dataset.customers {
            for basket in customer.train { counts.add(basket.items.map { (column: $0, value: 1) }) }
        }
        return counts
    }

    /// Each row of weights is a group.
    package static func ofRows(_ rows: SparseRows, size: Int) -> CooccurrenceCounts {
        var counts = CooccurrenceCounts(size: size)
        for row in 0..<rows.count {
            let range = rows.starts[row]..<rows.starts[row + 1]
            counts.add(range.map { (column: Int(rows.columns[$0]), value: rows.values[$0]) })
        }
        return counts
    }
}
