import Foundation
import GRDB
import PurchaseLog
import Shop

extension ShopStore {
    /// The catalog: labels first, sorted by their UTF-8 bytes, then the other subcategories of the master file.
    public func catalog() throws -> Catalog {
        try reading { try Self.catalog($0) }
    }

    /// Which baskets a dataset is made of.
    public enum DatasetBaskets: Hashable, Sendable {
        /// Those of the logs that the cleaning rules kept: what an evaluation asks about.
        case logs
        /// Beside them, as the newest train baskets, what the same customers have bought in conversations since: what a
        /// model learns from when a shop has grown.
        case logsAndConversations
    }

    /// The baskets that training and evaluation use.
    public func dataset(_ baskets: DatasetBaskets = .logs) throws -> PurchaseDataset {
        try reading { database in
            let catalog = try Self.catalog(database)
            let minimum = try Self.setting(CleaningRules.self, "rules", database)?.minimumBasket ?? 1
            var customers: [CustomerBaskets] = []
            try CustomerCursor(database, baskets == .logs ? .split : .grown).visit { customer in
                let test = customer.baskets.first { $0.split == .test }?.basket
                var train = customer.baskets.filter { $0.split == .train }.map(\.basket)
                guard test != nil || !train.isEmpty else { return }
                for stored in customer.baskets where stored.origin == .conversation && stored.split == nil {
                    let items = stored.basket.items.filter(catalog.isLabel)
                    if items.count >= minimum { train.append(Basket(items: items, day: stored.basket.day)) }
                }
                customers.append(CustomerBaskets(id: customer.id, profile: customer.profile, train: train, test: test))
            }
            return PurchaseDataset(catalog: catalog, customers: customers)
        }
    }

    /// A customer by `CLNT_ID`, or `nil` where the shop has none of that id. O(log customers + baskets).
    public func customer(_ id: String) throws -> StoredCustomer? {
        try reading { database in
            var found: StoredCustomer?
            try CustomerCursor(database, .customer(code: id)).visit { found = $0 }
            return found
        }
    }

    /// Calls `body` with every customer in the order of their ids, those without a basket included.
    public func forEachCustomer(_ body: (StoredCustomer) throws -> Void) throws {
        try reading { try CustomerCursor($0, .all).visit(body) }
    }

    /// Calls `body` with at most about `limit` customers, the same in every run, spread evenly over all.
    public func forEachSampledCustomer(limit: Int, _ body: (StoredCustomer) throws -> Void) throws {
        try reading { database in
            let count = try Int.fetchOne(database, sql: "SELECT max(id) FROM customers") ?? 0
            let every = max(1, (count + limit - 1) / max(1, limit))
            try CustomerCursor(database, every == 1 ? .all : .sampled(every: every)).visit(body)
        }
    }

    /// Runs `body` on a consistent view of the file, with SQLite's errors made readable.
    package func reading<Value>(_ body: (Database) throws -> Value) throws -> Value {
        do {
            return try database.read(body)
        } catch let error as DatabaseError {
            throw ShopStoreError(error, path: path, isReading: true)
        }
    }

    /// A value of the table `shop`, or `nil` where it is missing or cannot be read.
    static func setting<Value: Decodable>(_ type: Value.Type, _ key: String, _ database: Database) throws -> Value? {
        try String.fetchOne(database, sql: "SELECT value FROM shop WHERE key = ?", arguments: [key])
            .flatMap { try? JSONDecoder().decode(Value.self, from: Data($0.utf8)) }
    }

    static func catalog(_ database: Database) throws -> Catalog {
        var subcategories: [Subcategory] = []
        var labelCount = 0
        let rows = try Row.fetchCursor(
            database, sql: "SELECT name, middle_category, category, is_label FROM subcategories ORDER BY id")
        while let row = try rows.next() {
            subcategories.append(Subcategory(name: row[0], middleCategory: row[1], category: row[2]))
            if row[3] == 1 { labelCount += 1 }
        }
        return Catalog(subcategories: subcategories, labelCount: labelCount)
    }
}
