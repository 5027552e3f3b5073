/// A static trie: keys of units to values, in flat arrays.
///
/// Built once from sorted keys; edges of a node stand together, sorted by unit. Walking one step is a binary search
/// over a node's edges. Build: O(total length · log keys).
struct UnitTrie: Sendable {
    /// Edges of node `n` are `edgeStarts[n]..<edgeStarts[n + 1]`.
    private var edgeStarts: [Int32] = [0]
    private var edgeUnits: [TextUnit] = []
    private var edgeTargets: [Int32] = []
    /// The value of the key that ends at a node, or -1.
    private var values: [Int32] = []

    typealias Node = Int32
    static let root: Node = 0

    /// - Precondition: keys are sorted, without duplicates and without the empty key.
    init(sortedKeys keys: [ArraySlice<TextUnit>], values keyValues: [Int32]) {
        precondition(keys.count == keyValues.count)
        struct Pending {
            var range: Range<Int>
            var depth: Int
        }
        var queue = [Pending(range: 0..<keys.count, depth: 0)]
        var head = 0
        while head < queue.count {
            let (range, depth) = (queue[head].range, queue[head].depth)
            head += 1
            var index = range.lowerBound
            var value: Int32 = -1
            if index < range.upperBound, keys[index].count == depth {
                value = keyValues[index]
                index += 1
            }
            values.append(value)
            while index < range.upperBound {
                let unit = keys[index][keys[index].startIndex + depth]
                var end = index + 1
                while end < range.upperBound, keys[end][keys[end].startIndex + depth] == unit { end += 1 }
                edgeUnits.append(unit)
                edgeTargets.append(Int32(queue.count))
                queue.append(Pending(range: index..<end, depth: depth + 1))
                index = end
            }
            edgeStarts.append(Int32(edgeUnits.count))
        }
    }

    func value(at node: Node) -> Int32 { values[Int(node)] }

    func child(of node: Node, by unit: TextUnit) -> Node? {
        var low = Int(edgeStarts[Int(node)])
        var high = Int(edgeStarts[Int(node) + 1])
        while low < high {
            let middle = (low + high) / 2
            let candidate = edgeUnits[middle]
            if candidate == unit { return edgeTargets[middle] }
            if candidate < unit { low = middle + 1 } else { high = middle }
        }
        return nil
    }

    /// The value of exactly these units.
    func value(of key: some Sequence<TextUnit>) -> Int32? {
        var node = Self.root
        for unit in key {
            guard let next = child(of: node, by: unit) else { return nil }
            node = next
        }
        let value = values[Int(node)]
        return value < 0 ? nil : value
    }

    /// Calls the body with each key that is a prefix of `units[start...]`: its value and its end.
    @inline(__always)
    func forEachPrefix(of units: [TextUnit], from start: Int, _ body: (_ value: Int32, _ end: Int) -> Void) {
        var node = Self.root
        var position = start
        while position < units.count, let next = child(of: node, by: units[position]) {
            node = next
            position += 1
            let value = values[Int(node)]
            if value >= 0 { body(value, position) }
        }
    }

    /// The values of all keys exactly one edit away: a unit left out, added, changed, or two neighbours swapped.
    ///
    /// Follows the key itself and, at each of its positions, one edit: O(length² + length · branching) steps.
    func valuesOneEdit(from key: ArraySlice<TextUnit>) -> [Int32] {
        var found: [Int32] = []
        var node = Self.root
        var index = key.startIndex
        func finish(_ start: Node, _ rest: ArraySlice<TextUnit>) {
            var node = start
            for unit in rest {
                guard let next = child(of: node, by: unit) else { return }
                node = next
            }
            let value = values[Int(node)]
            if value >= 0, !found.contains(value) { found.append(value) }
        }
        while true {
            let rest = key[index...]
            for edge in Int(edgeStarts[Int(node)])..<Int(edgeStarts[Int(node) + 1]) {
                finish(edgeTargets[edge], rest)
                if let first = rest.first, edgeUnits[edge] != first { finish(edgeTargets[edge], rest.dropFirst()) }
            }
            guard let first = rest.first else { break }
            finish(node, rest.dropFirst())
            if rest.count >= 2 {
                let second = rest[rest.startIndex + 1]
                if second != first, let one = child(of: node, by: second), let two = child(of: one, by: first) {
                    finish(two, rest.dropFirst(2))
                }
            }
            guard let next = child(of: node, by: first) else { break }
            node = next
            index += 1
        }
        return found
    }
}
