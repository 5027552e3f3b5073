import Shop

/// The items of the highest scores, best first; of equal scores, the lower item first. O(n log k).
///
///     topItems([0.1, 0.9, 0.5], count: 2)                    // [1, 2]
///     topItems([0.1, 0.9, 0.5], count: 2, excluding: [1])    // [2, 0]
///
/// NaN counts as the lowest score. Excluded items that are out of range are ignored.
package func topItems(_ scores: [Double], count: Int, excluding excluded: [ItemID] = []) -> [ItemID] {
    guard count > 0 else { return [] }
    var isExcluded = Array(repeating: false, count: scores.count)
    for item in excluded where scores.indices.contains(item) { isExcluded[item] = true }

    return scores.withUnsafeBufferPointer { scores in
        var heap = WorstFirstHeap(scores: scores, capacity: min(count, scores.count))
        for item in scores.indices where !isExcluded[item] { heap.offer(item) }
        return heap.items.sorted { WorstFirstHeap.isBetter($0, than: $1, by: scores) }
    }
}

/// The best items so far, the worst of them at the root of a binary heap.
private struct WorstFirstHeap {
    let scores: UnsafeBufferPointer<Double>
    let capacity: Int
    private(set) var items: [ItemID] = []

    init(scores: UnsafeBufferPointer<Double>, capacity: Int) {
        self.scores = scores
        self.capacity = capacity
        items.reserveCapacity(capacity)
    }

    /// A total order: NaN last, and of equal scores the lower item first.
    @inline(__always)
    static func isBetter(_ a: ItemID, than b: ItemID, by scores: UnsafeBufferPointer<Double>) -> Bool {
        let (x, y) = (scores[a], scores[b])
        if x > y { return true }
        if x < y { return false }
        return x.isNaN == y.isNaN ? a < b : y.isNaN
    }

    mutating func offer(_ item: ItemID) {
        if items.count < capacity {
            items.append(item)
            siftUp(from: items.count - 1)
        } else if Self.isBetter(item, than: items[0], by: scores) {
            items[0] = item
            siftDown()
        }
    }

    private mutating func siftUp(from start: Int) {
        var child = start
        while child > 0, Self.isBetter(items[(child - 1) / 2], than: items[child], by: scores) {
            items.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    private mutating func siftDown() {
        var parent = 0
        while 2 * parent + 1 < items.count {
            var worst = 2 * parent + 1
            if worst + 1 < items.count, Self.isBetter(items[worst], than: items[worst + 1], by: scores) { worst += 1 }
            guard Self.isBetter(items[parent], than: items[worst], by: scores) else { return }
            items.swapAt(parent, worst)
            parent = worst
        }
    }
}
