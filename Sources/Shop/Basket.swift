/// The distinct subcategories of one session, in the order bought.
public struct Basket: Hashable, Sendable, Codable {
    /// Distinct items, in the order bought.
    public var items: [ItemID]
    /// The day of the session, counted from 1970-01-01, where the log has dates.
    public var day: Int?

    public init(items: [ItemID], day: Int? = nil) {
        self.items = items
        self.day = day
    }
}
