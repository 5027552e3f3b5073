import Shop

/// The list shown last: what ordinals point into, and what `more` goes on with.
public struct ShownList: Hashable, Sendable, Codable {
    /// What the list answered.
    public enum Query: Hashable, Sendable, Codable {
        /// The best for what is known, under a category of its own where one was named.
        case recommend(category: String?)
        case similar(to: [ItemID])
    }

    public var query: Query
    /// As shown, from position 1.
    public var items: [ItemID]
    /// How many were asked for.
    public var count: Int
    /// All that was shown since the last `recommend`, ascending, for `more` never repeats.
    public private(set) var seen: [ItemID]

    public init(query: Query, items: [ItemID], count: Int, seen: [ItemID] = []) {
        self.query = query
        self.items = items
        self.count = count
        self.seen = Set(seen).union(items).sorted()
    }

    func mappingItems(_ map: (ItemID) -> ItemID?) -> ShownList {
        var query = query
        if case .similar(let items) = query { query = .similar(to: items.compactMap(map)) }
        return ShownList(
            query: query, items: items.compactMap(map), count: count, seen: seen.compactMap(map))
    }
}
