import CKernels
import Shop

extension Doc2Vec {
    /// The items whose vectors point in the most similar direction, best first, with the cosine; never the item itself.
    ///
    /// O(vocabulary · dimensions).
    package func neighbours(of item: ItemID, count: Int) -> [(item: ItemID, similarity: Float)] {
        guard item >= 0, item < vocabulary else { return [] }
        let query = Array(items[item * dimensions..<(item + 1) * dimensions])
        return nearest(to: query, in: items, excluding: item, count: count)
    }

    private func nearest(
        to query: [Float], in rows: [Float], excluding item: ItemID, count: Int
    ) -> [(item: ItemID, similarity: Float)] {
        let length = ck_dot(dimensions, query, query).squareRoot()
        let similarities: [(item: ItemID, similarity: Float)] = rows.withUnsafeBufferPointer { rows in
            (0..<vocabulary).compactMap { other in
                guard other != item else { return nil }
                let row = rows.baseAddress! + other * dimensions
                let norm = length * ck_dot(dimensions, row, row).squareRoot()
                return (other, norm > 0 ? ck_dot(dimensions, query, row) / norm : 0)
            }
        }
        let sorted = similarities.sorted { ($0.similarity, $1.item) > ($1.similarity, $0.item) }
        return Array(sorted.prefix(count))
    }
}
