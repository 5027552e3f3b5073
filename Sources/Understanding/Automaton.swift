/// Reads values out of a line, by code instead of templates.
enum Slot: String, CaseIterable, Sendable {
    /// Items and positions, words that no catalog knows among them.
    case what
    /// Items and positions; an unknown word only where it is a common good.
    case item
    case category
    case count
    case age
    /// An age in native Korean numerals, which need no counter: 서른둘.
    case years
    case birth
    case customer
}

/// What a step through an automaton needs at its place in the line.
enum Symbol: Hashable, Sendable {
    case terminal(Int32)
    case word(Int32)
    /// A number that nobody needs to know ("2개").
    case number
    /// - Parameter part: which act of the sentence it belongs to, from 1; 0 is by the slot's nature.
    case slot(Slot, isKept: Bool, part: Int)
    /// Nothing in the line: an index into the grammar's constants.
    case constant(Int32)
}

/// A nondeterministic automaton without empty steps.
struct Automaton: Sendable {
    struct Edge: Sendable {
        var symbol: Symbol
        var target: Int32
    }

    private(set) var edgeStarts: [Int32] = [0]
    private(set) var edges: [Edge] = []
    private(set) var isAccepting: [Bool] = []

    var stateCount: Int { isAccepting.count }

    func edges(of state: Int32) -> Range<Int> {
        Int(edgeStarts[Int(state)])..<Int(edgeStarts[Int(state) + 1])
    }

    /// - Returns: the number of the start state.
    mutating func append(_ builder: AutomatonBuilder) -> Int32 {
        let base = Int32(stateCount)
        // States that no step reaches once the empty steps are gone get no number.
        var number = [Int32](repeating: -1, count: builder.stateCount)
        number[0] = 0
        var order = [0]
        var search = ClosureSearch(stateCount: builder.stateCount)
        var head = 0
        while head < order.count {
            let closure = builder.closure(of: order[head], &search)
            head += 1
            for edge in closure.edges {
                let target = Int(edge.target)
                if number[target] < 0 {
                    number[target] = Int32(order.count)
                    order.append(target)
                }
                edges.append(Edge(symbol: edge.symbol, target: base + number[target]))
            }
            edgeStarts.append(Int32(edges.count))
            isAccepting.append(closure.accepts)
        }
        return base
    }
}

/// What a search for closures has seen, kept so that each search starts without clearing anything.
struct ClosureSearch {
    fileprivate var round: Int32 = 0
    fileprivate var seenIn: [Int32]
    fileprivate var stack: [Int] = []

    init(stateCount: Int) { seenIn = Array(repeating: 0, count: stateCount) }
}

/// Thompson's construction: templates to states with empty steps.
struct AutomatonBuilder {
    private var edges: [[Automaton.Edge]] = [[]]
    private var empty: [[Int]] = [[]]
    private var accepting = Set<Int>()

    var stateCount: Int { edges.count }

    mutating func addState() -> Int {
        edges.append([])
        empty.append([])
        return edges.count - 1
    }

    mutating func addEdge(_ symbol: Symbol, from: Int, to: Int) {
        edges[from].append(.init(symbol: symbol, target: Int32(to)))
    }

    mutating func addEmpty(from: Int, to: Int) { empty[from].append(to) }
    mutating func accept(_ state: Int) { accepting.insert(state) }

    /// All edges that a state has through empty steps, in the order of the template.
    func closure(of state: Int, _ search: inout ClosureSearch) -> (edges: [Automaton.Edge], accepts: Bool) {
        search.round += 1
        search.seenIn[state] = search.round
        search.stack.append(state)
        var found: [Automaton.Edge] = []
        var accepts = false
        while let state = search.stack.popLast() {
            found.append(contentsOf: edges[state])
            accepts = accepts || accepting.contains(state)
            for next in empty[state].reversed() where search.seenIn[next] != search.round {
                search.seenIn[next] = search.round
                search.stack.append(next)
            }
        }
        return (found, accepts)
    }
}
