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
    /// The log can't be emptied while somebody reads what the file held before. Then the rows are gone but not their
    /// bytes, which is thrown, and the file remembers it: the next call, for whichever customer, finishes the work, and so
    /// does opening the file for writing.
    ///
    /// A model trained before keeps sums over all customers, but no customer's own data.
    ///
    /// - Parameter patience: how many seconds to wait for others.
    /// - Returns: what was removed; `nil` where nobody has that id, but bytes of customers removed before were still in
    ///   the file, and are gone now.
    /// - Throws: ``ShopStoreError/unknownCustomer(id:)`` where there is none of that id and nothing was left to erase;
    ///   ``ShopStoreError/erasurePending(path:unknown:obstacle:)`` where bytes are left; another ``ShopStoreError`` where
    ///   nothing could be removed.
    public func forget(customer id: String, waiting patience: Double = ShopStore.patience) throws -> ForgottenCustomer?
    {
        guard let writer else { throw ShopStoreError.unwritable(path: path, reason: "it was opened to be read") }
        var forgotten: ForgottenCustomer?
        var isPending = false
        do {
            try writer.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA secure_delete = ON")
                try database.inTransaction(.immediate) {
                    forgotten = try Self.remove(id, database)
                    if forgotten != nil { try PendingErasure.begin(database) }
                    isPending = try PendingErasure.fetch(database) != nil
                    return .commit
                }
            }
        } catch let error as DatabaseError {
            throw ShopStoreError(error, path: path)
        }
        guard isPending else { throw ShopStoreError.unknownCustomer(id: id) }
        if let obstacle = finishErasure(waiting: patience) {
            throw ShopStoreError.erasurePending(path: path, unknown: forgotten == nil ? id : nil, obstacle: obstacle)
        }
        return forgotten
    }

    /// Takes the bytes of removed customers out of the file, where any may still be in it.
    ///
    /// - Returns: what stands in the way; `nil` where nothing is left to erase.
    @discardableResult
    func finishErasure(waiting patience: Double) -> ErasureObstacle? {
        guard let writer else { return nil }
        return writer.writeWithoutTransaction { database in
            do {
                guard var pending = try PendingErasure.fetch(database) else { return nil }
                try Self.setPatience(patience, database)
                defer { try? Self.setPatience(Self.patience, database) }
                if pending.step == .vacuum {
                    // The next attempt need not do this again: it writes the whole file into the log.
                    try database.execute(sql: "VACUUM")
                    try pending.advance(to: .checkpoint, database)
                }
                do {
                    try database.checkpoint(.truncate)
                } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
                    return .readers
                }
                try pending.end(database)
                return nil
            } catch let error as DatabaseError where [.SQLITE_BUSY, .SQLITE_LOCKED].contains(error.resultCode) {
                return .writer
            } catch {
                return .failure((error as? DatabaseError)?.message ?? "\(error)")
            }
        }
    }

    private static func setPatience(_ seconds: Double, _ database: Database) throws {
        try database.execute(sql: "PRAGMA busy_timeout = \(Int(seconds * 1000))")
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
