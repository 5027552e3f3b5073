/// The greatest few of many scores.
package enum TopItems {
    /// The `count` greatest scores that `isAllowed`, greatest first; of equal ones, the lower position first.
    ///
    /// A heap of `count` entries whose root is the least: O(n) in the usual case, where few scores enter it.
    package static func best(
        _ count: Int, of scores: UnsafeBufferPointer<Float>, where isAllowed: ((Int) -> Bool)? = nil
    ) -> [(item: Int, score: Float)] {
        guard count > 0 else { return [] }
        var heap: [(item: Int, score: Float)] = []
        heap.reserveCapacity(min(count, scores.count))
        // A candidate is worse than another if its score is less, or equal at a higher position.
        func isWorse(_ a: (item: Int, score: Float), _ b: (item: Int, score: Float)) -> Bool {
            a.score < b.score || (a.score == b.score && a.item > b.item)
        }
        for item in 0..<scores.count {
            let score = scores[item]
            if heap.count == count {
                // Later positions lose ties, so only a greater score enters.
                if !(score > heap[0].score) { continue }
                if let isAllowed, !isAllowed(item) { continue }
                heap[0] = (item, score)
                var parent = 0
                while true {
                    var least = parent
                    for child in [2 * parent + 1, 2 * parent + 2] where child < count {
                        if isWorse(heap[child], heap[least]) { least = child }
                    }
                    if least == parent { break }
                    heap.swapAt(parent, least)
                    parent = least
                }
            } else {
                if let isAllowed, !isAllowed(item) { continue }
                heap.append((item, score))
                var child = heap.count - 1
                while child > 0, isWorse(heap[child], heap[(child - 1) / 2]) {
                    heap.swapAt(child, (child - 1) / 2)
                    child = (child - 1) / 2
                }
            }
        }
        return heap.sorted { isWorse($1, $0) }
    }
}
