/// What `dami prepare --json` prints: how many rows were read, what each rule dropped, and what is left.
public struct PreparationCounts: Hashable, Sendable, Codable {
    /// Rows read from each file, without the header, blank lines and the rows that could not be understood.
    public struct Rows: Hashable, Sendable, Codable {
        public var product = 0
        public var custom = 0
        public var master = 0
        public var session = 0

        public init() {}
    }

    /// What each rule dropped of what the rules before it had left.
    public struct Dropped: Hashable, Sendable, Codable {
        /// Rows.
        public var firstHit = 0
        /// Rows.
        public var noSession = 0
        /// Rows.
        public var noProduct = 0
        /// Rows.
        public var missingProfile = 0
        /// Sessions.
        public var smallBasket = 0
        /// Customers.
        public var fewSessions = 0
        /// Sessions.
        public var olderSessions = 0

        public init() {}

        enum CodingKeys: String, CodingKey {
            case firstHit = "first_hit"
            case noSession = "no_session"
            case noProduct = "no_product"
            case missingProfile = "missing_profile"
            case smallBasket = "small_basket"
            case fewSessions = "few_sessions"
            case olderSessions = "older_sessions"
        }
    }

    public var rows = Rows()
    public var dropped = Dropped()
    /// Customers in the split.
    public var customers = 0
    /// Baskets in the split: ``trainBaskets`` and ``testBaskets``.
    public var sessions = 0
    public var trainBaskets = 0
    public var testBaskets = 0
    /// Distinct `CLAC3_NM` of the baskets in the split: the labels.
    public var subcategories = 0
    /// Distinct `CLAC1_NM` of those.
    public var categories = 0

    /// Rows with surplus commas or quotes that were put right, by file.
    public var repaired = Rows()
    /// Rows that were skipped, by file.
    public var skipped = Rows()
    /// Rows that were skipped, by reason.
    public var skippedReasons: [String: Int] = [:]
    /// What was seen and settled by a rule, though no row was dropped for it: duplicates, values not understood.
    public var settled: [String: Int] = [:]

    public init() {}

    enum CodingKeys: String, CodingKey {
        case rows, dropped, customers, sessions, subcategories, categories, repaired, skipped, settled
        case trainBaskets = "train_baskets"
        case testBaskets = "test_baskets"
        case skippedReasons = "skipped_reasons"
    }
}
