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

    func isBetter(_ a: ItemID, _ b: ItemID) -> Bool {
        let (x, y) = (scores[a], scores[b])
        if x == y || (x.isNaN && y.isNaN) { return a < b }
        return y.isNaN || x > y
    }

    // A heap of the best so far, the worst of them at its root.
    var heap: [ItemID] = []
    heap.reserveCapacity(min(count, scores.count))
    for item in scores.indices where !isExcluded[item] {
        if heap.count < count {
            heap.append(item)
            var child = heap.count - 1
            while child > 0, isBetter(heap[(child - 1) / 2], heap[child]) {
                heap.swapAt(child, (child - 1) / 2)
                child = (child - 1) / 2
            }
        } else if isBetter(item, heap[0]) {
            heap[0] = item
            var parent = 0
            while true {
                let children = (2 * parent + 1)..<min(2 * parent + 3, max(heap.count, 2 * parent + 1))
                guard let worst = children.max(by: { isBetter(heap[$0], heap[$1]) }),
                    isBetter(heap[parent], heap[worst])
                else { break }
                heap.swapAt(parent, worst)
                parent = worst
            }
        }
    }
    return heap.sorted(by: isBetter)
}
