/// Reads values out of a line, by code instead of templates.
enum Slot: String, CaseIterable, Sendable {
    /// Items and positions, words that no catalog knows among them.
    case what
    /// Items and positions; an unknown word only where it is a common good.
    case item
    case category
    case count
    case age
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
        // States that no step reaches after the empty steps are gone keep their number, without edges.
        var reachable = Set<Int>([0])
        var queue = [0]
        var closures: [Int: (edges: [Edge], accepts: Bool)] = [:]
        while let state = queue.popLast() {
            let closure = builder.closure(of: state)
            closures[state] = closure
            for edge in closure.edges where reachable.insert(Int(edge.target)).inserted {
                queue.append(Int(edge.target))
            }
        }
        let order = reachable.sorted()
        var number: [Int: Int32] = [:]
        for (index, state) in order.enumerated() { number[state] = base + Int32(index) }
        for state in order {
            guard let closure = closures[state] else { continue }
            edges.append(contentsOf: closure.edges.map { Edge(symbol: $0.symbol, target: number[Int($0.target)] ?? 0) })
            edgeStarts.append(Int32(edges.count))
            isAccepting.append(closure.accepts)
        }
        return base
    }
}

/// Thompson's construction: templates to states with empty steps.
struct AutomatonBuilder {
    private var edges: [[Automaton.Edge]] = [[]]
    private var empty: [[Int]] = [[]]
    private var accepting = Set<Int>()

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
    func closure(of state: Int) -> (edges: [Automaton.Edge], accepts: Bool) {
        var seen = Set<Int>([state])
        var found: [Automaton.Edge] = []
        var accepts = false
        var stack = [state]
        while let state = stack.popLast() {
            found.append(contentsOf: edges[state])
            accepts = accepts || accepting.contains(state)
            for next in empty[state].reversed() where seen.insert(next).inserted { stack.append(next) }
        }
        return (found, accepts)
    }
}
