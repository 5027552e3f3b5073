import Foundation
import GRDB
import GRDBSQLite
import PurchaseLog
import Shop

/// Writes the rows of a prepared shop into the empty tables of a new file.
struct ShopImport {
    private let shop: PreparedShop
    private let database: Database
    private let progress: (_ written: Int, _ total: Int) -> Void

    init(_ shop: PreparedShop, into database: Database, progress: @escaping (Int, Int) -> Void) {
        self.shop = shop
        self.database = database
        self.progress = progress
    }

    func run() throws {
        try database.execute(sql: "DROP INDEX sessions_by_customer")
        try writeSettings()
        try writeCatalog()
        try writeCustomers()
        try writeSessions()
        try database.execute(sql: "CREATE INDEX sessions_by_customer ON sessions (customer_id, sequence)")
    }

    private func writeSettings() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let settings = [
            ("counts", String(decoding: try encoder.encode(shop.counts), as: UTF8.self)),
            ("rules", String(decoding: try encoder.encode(shop.rules), as: UTF8.self)),
            ("numeric_ids", shop.hasNumericIDs ? "1" : "0"),
        ]
        for (key, value) in settings {
            try database.execute(sql: "INSERT INTO shop (key, value) VALUES (?, ?)", arguments: [key, value])
        }
    }

    private func writeCatalog() throws {
        let insert = try BulkInsert(database, "INSERT INTO subcategories VALUES (?, ?, ?, ?, ?)")
        for (item, subcategory) in shop.catalog.subcategories.enumerated() {
            insert.bind(1, Int64(item))
            insert.bind(2, subcategory.name)
            insert.bind(3, subcategory.middleCategory)
            insert.bind(4, subcategory.category)
            insert.bind(5, Int64(shop.catalog.isLabel(item) ? 1 : 0))
            try insert.run()
        }
    }

    private func writeCustomers() throws {
        let insert = try BulkInsert(database, "INSERT INTO customers VALUES (?, ?, ?, ?)")
        for (index, customer) in shop.customers.enumerated() {
            insert.bind(1, Int64(index + 1))
            insert.bind(2, customer.id)
            insert.bind(3, customer.profile.gender?.rawValue)
            insert.bind(4, customer.profile.age.map(Int64.init))
            try insert.run()
        }
    }

    private func writeSessions() throws {
        let insert = try BulkInsert(
            database,
            "INSERT INTO sessions (id, customer_id, code, sequence, date, split) VALUES (?, ?, ?, ?, ?, ?)")
        let insertLine = try BulkInsert(database, "INSERT INTO basket_lines VALUES (?, ?, ?, ?, ?)")
        let total = shop.sessions.count
        for (customerIndex, customer) in shop.customers.enumerated() {
            for index in customer.sessions {
                let session = shop.sessions[index]
                insert.bind(1, Int64(index + 1))
                insert.bind(2, Int64(customerIndex + 1))
                insert.bind(3, shop.sessionID(session))
                insert.bind(4, Int64(session.sequence))
                insert.bind(5, session.day.map(CivilDay.text(ofDay:)))
                insert.bind(6, session.split == .none ? nil : session.split == .train ? "train" : "test")
                try insert.run()
                for (position, line) in shop.lines[session.lines].enumerated() {
                    insertLine.bind(1, Int64(index + 1))
                    insertLine.bind(2, Int64(position + 1))
                    insertLine.bind(3, Int64(line.item))
                    insertLine.bind(4, Int64(line.quantity))
                    insertLine.bind(5, line.amount)
                    try insertLine.run()
                }
                if index & 0xFFFF == 0 { progress(index, total) }
            }
        }
        progress(total, total)
    }
}

/// A prepared statement that is run for many rows, without GRDB's bookkeeping for each.
final class BulkInsert {
    private let database: Database
    private let statement: OpaquePointer
    private static let transient = unsafeBitCast(OpaquePointer(bitPattern: -1), to: sqlite3_destructor_type.self)

    init(_ database: Database, _ sql: String) throws {
        self.database = database
        var statement: OpaquePointer?
        let code = sqlite3_prepare_v2(database.sqliteConnection, sql, -1, &statement, nil)
        guard code == SQLITE_OK, let statement else { throw Self.error(database, code, sql) }
        self.statement = statement
    }

    deinit { sqlite3_finalize(statement) }

    func bind(_ index: Int32, _ value: Int64) { sqlite3_bind_int64(statement, index, value) }

    func bind(_ index: Int32, _ value: Int64?) {
        if let value { bind(index, value) } else { sqlite3_bind_null(statement, index) }
    }

    func bind(_ index: Int32, _ value: Double) { sqlite3_bind_double(statement, index, value) }

    func bind(_ index: Int32, _ value: String?) {
        guard var value else {
            sqlite3_bind_null(statement, index)
            return
        }
        value.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) {
                _ = sqlite3_bind_text(statement, index, $0.baseAddress, Int32($0.count), Self.transient)
            }
        }
    }

    func run() throws {
        let code = sqlite3_step(statement)
        guard code == SQLITE_DONE else { throw Self.error(database, code, nil) }
        sqlite3_reset(statement)
    }

    private static func error(_ database: Database, _ code: Int32, _ sql: String?) -> DatabaseError {
        DatabaseError(
            resultCode: ResultCode(rawValue: code),
            message: String(cString: sqlite3_errmsg(database.sqliteConnection)), sql: sql)
    }
}
