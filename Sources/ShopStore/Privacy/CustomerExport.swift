import Foundation
import GRDB

/// All that a shop's file holds of one customer, for the customer to read.
public struct CustomerExport: Hashable, Sendable, Encodable {
    public struct Session: Hashable, Sendable, Encodable {
        public var session: String
        public var sequence: Int
        public var date: String?
        /// `train`, `test` or `nil`.
        public var split: String?
        /// `log` or `dami`.
        public var origin: String
        public var basket: [Line]
    }

    public struct Line: Hashable, Sendable, Encodable {
        public var item: String
        public var quantity: Int
        public var amount: Double
    }

    public struct Conversation: Hashable, Sendable, Encodable {
        public var id: String
        public var role: String
        public var lastUsed: String
        /// The stored snapshot, JSON as text.
        public var snapshot: String

        enum CodingKeys: String, CodingKey {
            case id, role, snapshot
            case lastUsed = "last_used"
        }
    }

    public struct Event: Hashable, Sendable, Encodable {
        public var time: String
        public var conversation: String
        public var kind: String
        /// JSON as text.
        public var payload: String
    }

    public var customer: String
    public var gender: String?
    public var age: Int?
    /// Oldest first.
    public var sessions: [Session]
    public var cart: [String]
    public var conversations: [Conversation]
    public var events: [Event]
}

extension ShopStore {
    /// All that is stored of a customer.
    ///
    /// - Throws: ``ShopStoreError/unknownCustomer(id:)`` where there is none of that id.
    public func export(customer id: String) throws -> CustomerExport {
        let cart = try cart(of: id)
        let export = try reading { database -> CustomerExport? in
            guard
                let row = try Row.fetchOne(
                    database, sql: "SELECT id, gender, age FROM customers WHERE code = ?", arguments: [id])
            else { return nil }
            let key: Int64 = row[0]
            return CustomerExport(
                customer: id, gender: row[1], age: row[2], sessions: try Self.sessions(of: key, database), cart: cart,
                conversations: try Self.conversations(of: key, database), events: try Self.events(of: key, database))
        }
        guard let export else { throw ShopStoreError.unknownCustomer(id: id) }
        return export
    }

    private static func sessions(of key: Int64, _ database: Database) throws -> [CustomerExport.Session] {
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT sessions.id, code, sequence, date, split, origin, subcategories.name, quantity, amount
                FROM sessions
                LEFT JOIN basket_lines ON session_id = sessions.id
                LEFT JOIN subcategories ON subcategories.id = subcategory_id
                WHERE customer_id = ? ORDER BY sequence, sessions.id, position
                """, arguments: [key])
        var sessions: [CustomerExport.Session] = []
        var last: Int64?
        for row in rows {
            if row[0] != last {
                sessions.append(
                    .init(
                        session: row[1], sequence: row[2], date: row[3], split: row[4], origin: row[5], basket: []))
                last = row[0]
            }
            guard let item: String = row[6] else { continue }
            // Older preparations took amounts of hundreds of digits for infinite, which JSON has no word for.
            let amount: Double? = row[8]
            let understood = amount.map { $0.isFinite ? $0 : 0 } ?? 0
            sessions[sessions.count - 1].basket.append(.init(item: item, quantity: row[7], amount: understood))
        }
        return sessions
    }

    private static func conversations(of key: Int64, _ database: Database) throws -> [CustomerExport.Conversation] {
        try Row.fetchAll(
            database, sql: "SELECT id, role, last_used, snapshot FROM conversations WHERE customer_id = ? ORDER BY id",
            arguments: [key]
        ).map { row in
            let snapshot: Data = row[3]
            return .init(
                id: row[0], role: row[1], lastUsed: timeText(seconds: row[2]),
                snapshot: String(decoding: snapshot, as: UTF8.self))
        }
    }

    private static func events(of key: Int64, _ database: Database) throws -> [CustomerExport.Event] {
        try Row.fetchAll(
            database, sql: "SELECT time, conversation, kind, payload FROM events WHERE customer_id = ? ORDER BY id",
            arguments: [key]
        ).map { row in
            let milliseconds: Double = row[0]
            return .init(
                time: timeText(seconds: milliseconds / 1000), conversation: row[1], kind: row[2], payload: row[3])
        }
    }

    private static func timeText(seconds: Double) -> String {
        Date(timeIntervalSince1970: seconds).ISO8601Format()
    }
}
