import GRDB
import PurchaseLog
import Shop

extension ShopStore {
    /// The catalog: labels first, sorted by their UTF-8 bytes, then the other subcategories of the master file.
    public func catalog() throws -> Catalog {
        try reading { try Self.catalog($0) }
    }

    /// The baskets that training and evaluation use: those of the logs that the cleaning rules kept.
    public func dataset() throws -> PurchaseDataset {
        try reading { database in
            let catalog = try Self.catalog(database)
            var customers: [CustomerBaskets] = []
            try CustomerCursor(database, .split).visit { customer in
                customers.append(
                    CustomerBaskets(
                        id: customer.id, profile: customer.profile,
                        train: customer.baskets.filter { $0.split == .train }.map(\.basket),
                        test: customer.baskets.first { $0.split == .test }?.basket))
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

    /// Runs `body` on a consistent view of the file, with SQLite's errors made readable.
    package func reading<Value>(_ body: (Database) throws -> Value) throws -> Value {
        do {
            return try database.read(body)
        } catch let error as DatabaseError {
            throw ShopStoreError(error, path: path)
        }
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
