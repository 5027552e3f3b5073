import Foundation
import GRDB
import PurchaseLog
import Shop

/// What a shop's file holds, in numbers.
public struct ShopSummary: Hashable, Sendable, Codable {
    /// All customers, those that the cleaning rules leave out included.
    public var customers: Int
    /// Customers with a gender and an age.
    public var profiledCustomers: Int
    /// Customers whose baskets training and evaluation use.
    public var splitCustomers: Int
    public var sessions: Int
    /// Sessions that came from checkouts in conversations.
    public var conversationSessions: Int
    public var basketLines: Int
    public var trainBaskets: Int
    public var testBaskets: Int
    /// All subcategories of the master file, and those that are labels.
    public var subcategories: Int
    public var labels: Int
    public var categories: Int
    public var middleCategories: Int
    public var firstDate: String?
    public var lastDate: String?
    /// The schema's version.
    public var schema: Int
    /// What the preparation read, dropped and kept.
    public var preparation: PreparationCounts?
    public var rules: CleaningRules?

    enum CodingKeys: String, CodingKey {
        case customers, sessions, subcategories, labels, categories, schema, preparation, rules
        case profiledCustomers = "profiled_customers"
        case splitCustomers = "split_customers"
        case conversationSessions = "conversation_sessions"
        case basketLines = "basket_lines"
        case trainBaskets = "train_baskets"
        case testBaskets = "test_baskets"
        case middleCategories = "middle_categories"
        case firstDate = "first_date"
        case lastDate = "last_date"
    }
}

extension ShopStore {
    /// Counts what the file holds now.
    public func summary() throws -> ShopSummary {
        try reading { database in
            func count(_ sql: String) throws -> Int { try Int.fetchOne(database, sql: "SELECT \(sql)") ?? 0 }
            return ShopSummary(
                customers: try count("COUNT(*) FROM customers"),
                profiledCustomers: try count("COUNT(*) FROM customers WHERE gender IS NOT NULL AND age IS NOT NULL"),
                splitCustomers: try count("COUNT(DISTINCT customer_id) FROM sessions WHERE split IS NOT NULL"),
                sessions: try count("COUNT(*) FROM sessions"),
                conversationSessions: try count("COUNT(*) FROM sessions WHERE origin = 'dami'"),
                basketLines: try count("COUNT(*) FROM basket_lines"),
                trainBaskets: try count("COUNT(*) FROM sessions WHERE split = 'train'"),
                testBaskets: try count("COUNT(*) FROM sessions WHERE split = 'test'"),
                subcategories: try count("COUNT(*) FROM subcategories"),
                labels: try count("COUNT(*) FROM subcategories WHERE is_label"),
                categories: try count("COUNT(DISTINCT category) FROM subcategories"),
                middleCategories: try count("COUNT(DISTINCT middle_category) FROM subcategories"),
                firstDate: try String.fetchOne(database, sql: "SELECT MIN(date) FROM sessions"),
                lastDate: try String.fetchOne(database, sql: "SELECT MAX(date) FROM sessions"),
                schema: try count("user_version FROM pragma_user_version"),
                preparation: try Self.setting(PreparationCounts.self, "counts", database),
                rules: try Self.setting(CleaningRules.self, "rules", database))
        }
    }
}
