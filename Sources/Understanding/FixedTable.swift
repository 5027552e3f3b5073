/// A table that never changes once it is made, read without reference counting.
///
///     let table = FixedTable([3, 1, 4])
///     table[2]   // 4
///
/// The matcher's inner loops read such tables at every step; an array in its place is retained and released each time.
/// Elements are plain bytes, which is why nothing has to be destroyed; every access is checked against the count.
struct FixedTable<Element: BitwiseCopyable>: @unchecked Sendable {
    private let owner: Owner
    private let base: UnsafePointer<Element>
    let count: Int

    /// Frees the memory with the last copy of the table.
    private final class Owner {
        let memory: UnsafeMutableBufferPointer<Element>
        init(_ memory: UnsafeMutableBufferPointer<Element>) { self.memory = memory }
        deinit { memory.deallocate() }
    }

    init(_ elements: [Element]) {
        let memory = UnsafeMutableBufferPointer<Element>.allocate(capacity: max(1, elements.count))
        _ = memory.initialize(from: elements)
        owner = Owner(memory)
        base = UnsafePointer(memory.baseAddress!)
        count = elements.count
    }

    var indices: Range<Int> { 0..<count }

    @inline(__always)
    subscript(index: Int) -> Element {
        precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "a table has no such place")
        return base[index]
    }
}

/// Lists of one table, each a range of it.
struct FixedLists<Element: BitwiseCopyable>: Sendable {
    private let starts: FixedTable<Int32>
    private let elements: FixedTable<Element>

    init(_ lists: [[Element]]) {
        var starts: [Int32] = [0]
        for list in lists { starts.append(starts[starts.count - 1] + Int32(list.count)) }
        self.starts = FixedTable(starts)
        elements = FixedTable(lists.flatMap { $0 })
    }

    /// Where the elements of a list stand.
    @inline(__always)
    func range(of list: Int) -> Range<Int> { Int(starts[list])..<Int(starts[list + 1]) }

    @inline(__always)
    subscript(place: Int) -> Element { elements[place] }
}

/// An ``Automaton`` that is complete, in tables.
struct FixedAutomaton: Sendable {
    let edgeStarts: FixedTable<Int32>
    let edges: FixedTable<Automaton.Edge>
    let isAccepting: FixedTable<Bool>

    init(_ automaton: Automaton) {
        edgeStarts = FixedTable(automaton.edgeStarts)
        edges = FixedTable(automaton.edges)
        isAccepting = FixedTable(automaton.isAccepting)
    }

    var stateCount: Int { isAccepting.count }

    @inline(__always)
    func edges(of state: Int32) -> Range<Int> { Int(edgeStarts[Int(state)])..<Int(edgeStarts[Int(state) + 1]) }
}
