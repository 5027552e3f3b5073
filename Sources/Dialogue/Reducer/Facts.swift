import Shop

/// What the reducer may know of the world beside the conversation and the model, looked up before it runs.
struct Facts: Sendable {
    /// What came of looking up a customer.
    enum Lookup: Sendable, Hashable {
        case found(CustomerRecord)
        case missing
        /// The store failed; the message is for people.
        case failed(String)
    }

    /// Today, counted from 1970-01-01.
    var today: Int
    /// Customers whom the acts name.
    var customers: [String: Lookup] = [:]
    /// Usual days until bought again, of items that may be checked out.
    var repurchaseDays: [ItemID: Double] = [:]
    /// Items whose names are near something that is in no catalog.
    var nearest: [String: [ItemID]] = [:]

    init(today: Int) {
        self.today = today
    }
}
