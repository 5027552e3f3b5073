import GRDB
import GRDBSQLite
import PurchaseLog
import Shop

/// Reads customers with their baskets in one pass over customers, sessions and basket lines.
///
/// Millions of rows go through here when a model is trained, so the columns are taken from SQLite as they are; a
/// customer's and a session's are looked at once, not for each line.
struct CustomerCursor {
    /// Which customers and baskets.
    enum Selection {
        case all
        /// One customer in so many, spread over all ids.
        case sampled(every: Int)
        /// Only baskets in the split, and only customers who have one.
        case split
        /// Baskets in the split and those of conversations, and only customers who have one.
        case grown
        case customer(code: String)
    }

    private let statement: Statement
    private let database: Database

    init(_ database: Database, _ selection: Selection) throws {
        self.database = database
        let join =
            switch selection {
            case .split: "JOIN sessions ON customer_id = customers.id AND split IS NOT NULL"
            case .grown: "JOIN sessions ON customer_id = customers.id AND (split IS NOT NULL OR origin = 'dami')"
            case .all, .sampled, .customer: "LEFT JOIN sessions ON customer_id = customers.id"
            }
        let filter =
            switch selection {
            case .customer: "WHERE customers.code = ?"
            case .sampled: "WHERE customers.id % ? = 0"
            case .all, .split, .grown: ""
            }
        statement = try database.cachedStatement(
            sql: """
                SELECT customers.id, customers.code, gender, age,
                    sessions.id, sessions.code, sequence, date, split, origin, subcategory_id
                FROM customers \(join) LEFT JOIN basket_lines ON session_id = sessions.id \(filter)
                ORDER BY customers.id, sequence, sessions.id, position
                """)
        switch selection {
        case .customer(let code): try statement.setArguments([code])
        case .sampled(let every): try statement.setArguments([every])
        case .all, .split, .grown: break
        }
    }

    /// Calls `body` with each customer, in the order of their ids.
    func visit(_ body: (StoredCustomer) throws -> Void) throws {
        let sqlite = statement.sqliteStatement
        defer { sqlite3_reset(sqlite) }
        sqlite3_reset(sqlite)
        var customer: (key: Int64, id: String, profile: Profile)?
        var baskets: [StoredBasket] = []
        var session: (key: Int64, basket: StoredBasket)?
        var items: [ItemID] = []

        func finishSession() {
            guard let done = session else { return }
            let basket = done.basket
            baskets.append(
                StoredBasket(
                    session: basket.session, sequence: basket.sequence,
                    basket: Basket(items: items, day: basket.basket.day), split: basket.split, origin: basket.origin))
            items.removeAll(keepingCapacity: true)
            session = nil
        }
        func finishCustomer() throws {
            finishSession()
            guard let done = customer else { return }
            try body(StoredCustomer(id: done.id, profile: done.profile, baskets: baskets))
            baskets.removeAll(keepingCapacity: true)
        }

        while true {
            let code = sqlite3_step(sqlite)
            if code == SQLITE_DONE { break }
            guard code == SQLITE_ROW else {
                throw DatabaseError(
                    resultCode: ResultCode(rawValue: code),
                    message: String(cString: sqlite3_errmsg(database.sqliteConnection)))
            }
            let customerKey = sqlite3_column_int64(sqlite, 0)
            if customer?.key != customerKey {
                try finishCustomer()
                let age = sqlite3_column_type(sqlite, 3) == SQLITE_NULL ? nil : Int(sqlite3_column_int64(sqlite, 3))
                customer = (
                    customerKey, text(sqlite, 1) ?? "",
                    Profile(gender: text(sqlite, 2).flatMap(Gender.init), age: age)
                )
            }
            guard sqlite3_column_type(sqlite, 4) != SQLITE_NULL else { continue }
            let sessionKey = sqlite3_column_int64(sqlite, 4)
            if session?.key != sessionKey {
                finishSession()
                session = (sessionKey, emptyBasket(sqlite))
            }
            if sqlite3_column_type(sqlite, 10) != SQLITE_NULL { items.append(Int(sqlite3_column_int64(sqlite, 10))) }
        }
        try finishCustomer()
    }

    private func emptyBasket(_ sqlite: OpaquePointer) -> StoredBasket {
        StoredBasket(
            session: text(sqlite, 5) ?? "", sequence: Int(sqlite3_column_int64(sqlite, 6)),
            basket: Basket(items: [], day: text(sqlite, 7).flatMap(CivilDay.day(ofText:))),
            split: text(sqlite, 8).flatMap(StoredBasket.Split.init),
            origin: text(sqlite, 9).flatMap(StoredBasket.Origin.init) ?? .log)
    }

    private func text(_ sqlite: OpaquePointer, _ column: Int32) -> String? {
        guard let bytes = sqlite3_column_text(sqlite, column) else { return nil }
        return String(
            decoding: UnsafeBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(sqlite, column))),
            as: UTF8.self)
    }
}
