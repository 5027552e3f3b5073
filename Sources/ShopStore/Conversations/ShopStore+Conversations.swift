import Foundation
import GRDB
import Shop

extension ShopStore {
    /// A stored conversation, or `nil` where there is none of that id that was used since `date`.
    public func conversation(_ id: String, usedSince date: Date) throws -> ConversationRecord? {
        try reading { database in
            let row = try Row.fetchOne(
                database.cachedStatement(
                    sql: """
                        SELECT role, code, version, last_used, format, snapshot FROM conversations
                        LEFT JOIN customers ON customers.id = customer_id
                        WHERE conversations.id = ? AND last_used >= ?
                        """),
                arguments: [id, Int(date.timeIntervalSince1970)])
            return row.map { row in
                ConversationRecord(
                    id: id, role: row[0], customer: row[1], version: row[2],
                    lastUsed: Date(timeIntervalSince1970: TimeInterval(row[3] as Int)), format: row[4], snapshot: row[5]
                )
            }
        }
    }

    /// Stores updates as one transaction, which is on disk when this returns. The outcomes stand in the order of the
    /// updates; one that conflicts leaves nothing of itself: one that starts from an old version, one about a customer
    /// who was forgotten, and one that pays what is no longer in the customer's cart, because another conversation of
    /// theirs has paid it or taken it out.
    ///
    /// Other processes may write to the file at the same time: each waits for its turn.
    ///
    /// - Parameter timeZone: where a checkout's day is reckoned: that of the dialogue's own today.
    public func store(_ updates: [ConversationUpdate], in timeZone: TimeZone = .current) throws -> [UpdateOutcome] {
        try writing { database in
            try updates.map { update in
                let writer = ConversationWriter(database, update, timeZone)
                guard !update.changes.isEmpty else { return try writer.write() }
                var outcome = UpdateOutcome.conflict
                try database.inSavepoint {
                    outcome = try writer.write()
                    return outcome == .conflict ? .rollback : .commit
                }
                return outcome
            }
        }
    }

    /// What the customer left in the cart, in the order in which it was put there, by name.
    public func cart(of customer: String) throws -> [String] { try standing(of: customer)?.cart ?? [] }

    /// What conversations may have changed of a customer; `nil` where the shop has none of that id.
    ///
    /// Asked before every line of somebody who is logged in, and so one statement of a few lookups in indexes, which
    /// sees one state of the file without a transaction around it.
    public func standing(of customer: String) throws -> (cart: [String], sessions: Int)? {
        do {
            return try database.unsafeRead { database in
                let rows = try Row.fetchCursor(
                    database.cachedStatement(
                        sql: """
                            SELECT (SELECT count(*) FROM sessions WHERE customer_id = customers.id), name
                            FROM customers LEFT JOIN carts ON carts.customer_id = customers.id
                            LEFT JOIN subcategories ON subcategories.id = subcategory_id
                            WHERE code = ? ORDER BY position
                            """),
                    arguments: [customer])
                var sessions: Int?
                var cart: [String] = []
                while let row = try rows.next() {
                    sessions = row[0]
                    // A customer with nothing in the cart is one row without a name.
                    if let name: String = row[1] { cart.append(name) }
                }
                return sessions.map { (cart, $0) }
            }
        } catch let error as DatabaseError {
            throw ShopStoreError(error, path: path)
        }
    }

    /// Removes conversations that were last used before `date`. Customers' carts, checkouts and events stay.
    ///
    /// - Returns: how many conversations went.
    public func removeConversations(lastUsedBefore date: Date) throws -> Int {
        try writing { database in
            try database.execute(
                sql: "DELETE FROM conversations WHERE last_used < ?", arguments: [Int(date.timeIntervalSince1970)])
            return database.changesCount
        }
    }

    private func writing<Value>(_ body: (Database) throws -> Value) throws -> Value {
        guard let writer else { throw ShopStoreError.unwritable(path: path, reason: "it was opened to be read") }
        do {
            return try writer.write(body)
        } catch let error as DatabaseError {
            throw ShopStoreError(error, path: path)
        }
    }
}

/// Writes one update inside a transaction.
private struct ConversationWriter {
    /// The layout of `events.payload`.
    static let payloadFormat = 1

    let database: Database
    let update: ConversationUpdate
    let timeZone: TimeZone

    init(_ database: Database, _ update: ConversationUpdate, _ timeZone: TimeZone) {
        self.database = database
        self.update = update
        self.timeZone = timeZone
    }

    /// Where it conflicts, a part of it may have been written.
    func write() throws -> UpdateOutcome {
        if let record = update.record, try !save(record) { return .conflict }
        for change in update.changes {
            guard try apply(change) else { return .conflict }
        }
        return .stored(version: update.record.map { $0.version + 1 } ?? 0)
    }

    /// - Returns: whether the version that the update starts from is the stored one.
    private func save(_ record: ConversationRecord) throws -> Bool {
        var customerKey: Int64?
        if let customer = record.customer {
            customerKey = try key(of: customer)
            // Forgotten meanwhile: what a conversation knows of them must not come back.
            if customerKey == nil { return false }
        }
        let lastUsed = Int(record.lastUsed.timeIntervalSince1970)
        if record.version == 0 {
            try database.cachedStatement(
                sql: "INSERT INTO conversations VALUES (?, ?, ?, 1, ?, ?, ?) ON CONFLICT DO NOTHING"
            ).execute(arguments: [record.id, record.role, customerKey, lastUsed, record.format, record.snapshot])
        } else {
            try database.cachedStatement(
                sql: """
                    UPDATE conversations
                    SET customer_id = ?, version = version + 1, last_used = ?, format = ?, snapshot = ?
                    WHERE id = ? AND version = ?
                    """
            ).execute(
                arguments: [customerKey, lastUsed, record.format, record.snapshot, record.id, record.version])
        }
        return database.changesCount == 1
    }

    /// - Returns: whether the change can be made to the customer as they are now.
    private func apply(_ change: CustomerChange) throws -> Bool {
        let customer = try change.customer.map { try key(of: $0) }
        // A customer who was forgotten leaves no trace.
        if case .some(nil) = customer { return false }
        switch change {
        case .loggedIn: try log("login", customer: customer ?? nil)
        case .loggedOut: try log("logout", customer: customer ?? nil)
        case .cart(_, let added, let removed):
            guard let customer = customer ?? nil else { return false }
            try changeCart(of: customer, adding: added, removing: removed)
            try log("cart", customer: customer, ["added": added, "removed": removed])
        case .checkedOut(_, let items):
            if let customer = customer ?? nil, try !isInCart(of: customer, items) { return false }
            let event = try log("checkout", customer: customer ?? nil, ["items": items])
            if let customer = customer ?? nil { try addSession(of: customer, items: items, event: event) }
        }
        return true
    }

    /// Whether the cart holds all of the items; those that the shop does not have are in no cart that is kept.
    private func isInCart(of customer: Int64, _ items: [String]) throws -> Bool {
        for name in items {
            let isMissing = try Bool.fetchOne(
                database.cachedStatement(
                    sql: """
                        SELECT EXISTS (
                            SELECT 1 FROM subcategories WHERE name = ?2 AND id NOT IN
                            (SELECT subcategory_id FROM carts WHERE customer_id = ?1))
                        """),
                arguments: [customer, name])
            if isMissing == true { return false }
        }
        return true
    }

    private func key(of customer: String) throws -> Int64? {
        try Int64.fetchOne(
            database.cachedStatement(sql: "SELECT id FROM customers WHERE code = ?"), arguments: [customer])
    }

    @discardableResult
    private func log(_ kind: String, customer: Int64?, _ payload: [String: [String]] = [:]) throws -> Int64 {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let text = String(decoding: try encoder.encode(payload), as: UTF8.self)
        try database.cachedStatement(
            sql: "INSERT INTO events (time, conversation, customer_id, kind, format, payload) VALUES (?, ?, ?, ?, ?, ?)"
        ).execute(
            arguments: [
                Int(update.date.timeIntervalSince1970 * 1000), update.id, customer, kind, Self.payloadFormat, text,
            ])
        return database.lastInsertedRowID
    }

    /// Items that the shop does not have (a model of another shop may name some) are left out.
    private func changeCart(of customer: Int64, adding added: [String], removing removed: [String]) throws {
        for name in removed {
            try database.cachedStatement(
                sql: """
                    DELETE FROM carts WHERE customer_id = ?
                    AND subcategory_id = (SELECT id FROM subcategories WHERE name = ?)
                    """
            ).execute(arguments: [customer, name])
        }
        for name in added {
            try database.cachedStatement(
                sql: """
                    INSERT INTO carts
                    SELECT ?1, subcategories.id, (SELECT coalesce(max(position), 0) + 1 FROM carts WHERE customer_id = ?1)
                    FROM subcategories WHERE name = ?2
                    ON CONFLICT DO NOTHING
                    """
            ).execute(arguments: [customer, name])
        }
    }

    /// A checkout becomes the customer's newest session.
    private func addSession(of customer: Int64, items: [String], event: Int64) throws {
        let day = CivilDay.text(ofDay: CivilDay.day(of: update.date, in: timeZone))
        try database.cachedStatement(
            sql: """
                INSERT INTO sessions (customer_id, code, sequence, date, origin)
                SELECT ?1, 'dami-' || ?2, coalesce(max(sequence), 0) + 1, ?3, 'dami' FROM sessions WHERE customer_id = ?1
                """
        ).execute(arguments: [customer, event, day])
        let session = database.lastInsertedRowID
        var position = 0
        for name in items {
            try database.cachedStatement(
                sql: "INSERT INTO basket_lines SELECT ?, ?, id, 1, 0 FROM subcategories WHERE name = ?"
            ).execute(arguments: [session, position + 1, name])
            position += database.changesCount
        }
    }
}
