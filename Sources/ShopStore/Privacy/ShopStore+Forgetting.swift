import GRDB

/// What was removed with a customer.
public struct ForgottenCustomer: Hashable, Sendable {
    public var id: String
    public var sessions: Int
    public var conversations: Int
    public var events: Int
}

extension ShopStore {
    /// Removes a customer everywhere: profile, sessions and baskets, cart, conversations and events. Their bytes are
    /// overwritten, the file is vacuumed and the write-ahead log is emptied, so that nothing of them is left to be read.
    ///
    /// A model trained before keeps sums over all customers, but no customer's own data.
    ///
    /// - Throws: ``ShopStoreError/unknownCustomer(id:)`` where there is none of that id; ``ShopStoreError`` where the
    ///   file can't be written.
    public func forget(customer id: String) throws -> ForgottenCustomer {
        guard let writer else { throw ShopStoreError.unwritable(path: path, reason: "it was opened to be read") }
        do {
            let forgotten = try writer.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA secure_delete = ON")
                var forgotten: ForgottenCustomer?
                try database.inTransaction(.immediate) {
                    forgotten = try Self.remove(id, database)
                    return .commit
                }
                return forgotten
            }
            guard let forgotten else { throw ShopStoreError.unknownCustomer(id: id) }
            try writer.vacuum()
            try writer.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
            return forgotten
        } catch let error as DatabaseError {
            throw ShopStoreError(error, path: path)
        }
    }

    private static func remove(_ id: String, _ database: Database) throws -> ForgottenCustomer? {
        guard let key = try Int64.fetchOne(database, sql: "SELECT id FROM customers WHERE code = ?", arguments: [id])
        else { return nil }
        func count(_ table: String) throws -> Int {
            try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM \(table) WHERE customer_id = ?", arguments: [key])
                ?? 0
        }
        let forgotten = ForgottenCustomer(
            id: id, sessions: try count("sessions"), conversations: try count("conversations"),
            events: try count("events"))
        // Everything else refers to the customer with ON DELETE CASCADE.
        try database.execute(sql: "DELETE FROM customers WHERE id = ?", arguments: [key])
        return forgotten
    }
}
