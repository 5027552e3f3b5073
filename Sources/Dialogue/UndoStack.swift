import Shop

/// What was known before each line that changed it, newest last; bounded in lines and in items.
///
///     stack.push(before)      // a line changed what is known
///     stack.pop()             // .restored(before)
///     stack.bar(.checkout)    // what cannot be undone stands in the way from now on
public struct UndoStack: Hashable, Sendable, Codable {
    /// What cannot be undone, and so hides all that came before it.
    public enum Barrier: String, Hashable, Sendable, Codable {
        case checkout, login, logout
    }

    public enum Outcome: Hashable, Sendable {
        case restored(Conversation.Known)
        case barred(Barrier)
        case empty
    }

    /// Lines that can be taken back at most; older ones are forgotten.
    static let maximumLines = 50
    /// Items that all entries hold together at most.
    static let maximumItems = 20_000

    private(set) var entries: [Conversation.Known] = []
    private(set) var barrier: Barrier?

    public init() {}

    public var count: Int { entries.count }

    mutating func push(_ before: Conversation.Known) {
        entries.append(before)
        var items = entries.reduce(0) { $0 + $1.size }
        while entries.count > Self.maximumLines || items > Self.maximumItems, entries.count > 1 {
            items -= entries.removeFirst().size
            barrier = nil
        }
    }

    mutating func pop() -> Outcome {
        if let last = entries.popLast() { return .restored(last) }
        if let barrier { return .barred(barrier) }
        return .empty
    }

    /// Forgets what came before something that cannot be undone.
    mutating func bar(_ barrier: Barrier) {
        entries = []
        self.barrier = barrier
    }

    /// Changes what every entry would bring back, where something else than a line changed what is known. An entry
    /// that would bring nothing back any more goes.
    mutating func rebase(to known: Conversation.Known, _ change: (inout Conversation.Known) -> Void) {
        var later = known
        var rebased: [Conversation.Known] = []
        for entry in entries.reversed() {
            var entry = entry
            change(&entry)
            guard entry != later else { continue }
            rebased.append(entry)
            later = entry
        }
        entries = rebased.reversed()
    }

    func mappingItems(_ map: (ItemID) -> ItemID?) -> UndoStack {
        var other = self
        other.entries = entries.map { $0.mappingItems(map) }
        return other
    }
}

extension Conversation.Known {
    fileprivate var size: Int { cart.count + excluded.count + 8 }
}
