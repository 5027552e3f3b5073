import Shop

/// "Which one?": an act that waits for one of several items.
public struct ItemQuestion: Hashable, Sendable, Codable {
    /// What happens with the item once it is known.
    public enum Purpose: String, Hashable, Sendable, Codable {
        case add, remove, explain, similar, reject
    }

    public var purpose: Purpose
    /// As it was said; empty for "that one".
    public var said: String
    /// The items that it could be, in the order offered.
    public var options: [ItemID]

    public init(purpose: Purpose, said: String, options: [ItemID]) {
        self.purpose = purpose
        self.said = said
        self.options = options
    }

    /// `nil` where no option is left.
    func mappingItems(_ map: (ItemID) -> ItemID?) -> ItemQuestion? {
        let left = options.compactMap(map)
        return left.isEmpty ? nil : ItemQuestion(purpose: purpose, said: said, options: left)
    }
}
