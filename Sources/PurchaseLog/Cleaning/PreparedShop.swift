import Shop

/// What becomes of a basket: whether training, evaluation or neither uses it.
public enum Split: UInt8, Hashable, Sendable {
    /// Dropped by a rule; kept for the customer's history.
    case none
    case train
    case test
}

/// A shop after the cleaning rules, in columns: what ``ShopStore`` writes down.
///
/// Customers stand in the order of their ids; their sessions lie together, oldest first (by `SESS_SEQ`, then date, then
/// session id); the lines of a session's basket lie together in the order bought.
public struct PreparedShop: Sendable {
    public struct Customer: Hashable, Sendable {
        /// `CLNT_ID`.
        public var id: String
        public var profile: Profile
        /// The customer's positions in ``PreparedShop/sessions``.
        public var sessions: Range<Int>
    }

    public struct Session: Hashable, Sendable {
        /// `SESS_SEQ`.
        public var sequence: Int
        /// Days since 1970-01-01, where the log has dates.
        public var day: Int?
        public var split: Split
        /// The basket's positions in ``PreparedShop/lines``. Never empty.
        public var lines: Range<Int>
        /// The session id, for ``PreparedShop/sessionID(_:)``.
        var token: UInt64
    }

    /// One subcategory of a basket.
    public struct Line: Hashable, Sendable {
        public var item: UInt32
        /// The sum of `PD_BUY_CT`, rounded to a whole number.
        public var quantity: Int32
        /// The sum of `PD_BUY_AM`.
        public var amount: Double
    }

    /// Labels first, sorted by their UTF-8 bytes; then the other subcategories of Master, sorted likewise.
    public let catalog: Catalog
    public let customers: [Customer]
    public let sessions: [Session]
    public let lines: [Line]
    public let counts: PreparationCounts
    public let rules: CleaningRules
    /// Whether all customer ids are plain numbers, so that the order is numeric.
    public let hasNumericIDs: Bool
    /// The rows that were skipped, in the order of the files.
    public let rejectedRows: [RejectedRow]

    let sessionTable: SessionTable

    /// `SESS_ID` of a session.
    public func sessionID(_ session: Session) -> String {
        withSessionID(session) { String(decoding: $0, as: UTF8.self) }
    }

    /// Calls `body` with the bytes of a session's `SESS_ID`, without making a `String` of them.
    package func withSessionID<Result>(
        _ session: Session, _ body: (UnsafeBufferPointer<UInt8>) -> Result
    ) -> Result {
        sessionTable.withIdentifier(session.token, body)
    }
}
