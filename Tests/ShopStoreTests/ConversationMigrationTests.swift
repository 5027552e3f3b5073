import Foundation
import GRDB
import Testing

@testable import ShopStore

@Suite("A shop that an earlier dami wrote")
struct ConversationMigrationTests {
    @Test("takes up conversations without losing what it holds, and opens again")
    func fromTheFirstSchema() throws {
        let path = NSTemporaryDirectory() + "dami-\(UUID().uuidString).db"
        defer { for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) } }
        do {
            let queue = try DatabaseQueue(path: path)
            var migrator = DatabaseMigrator()
            let first = try #require(ShopSchema.migrations.first)
            migrator.registerMigration(first.name) { database in
                try first.migrate(database)
                try database.execute(sql: "PRAGMA user_version = 1")
            }
            try migrator.migrate(queue)
            try queue.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA application_id = \(ShopSchema.applicationID)")
                try database.execute(
                    sql: """
                        INSERT INTO subcategories VALUES (0, '우유', NULL, '식품', 1), (1, '식빵', NULL, '식품', 1);
                        INSERT INTO customers VALUES (1, '13516', 'F', 30);
                        INSERT INTO sessions VALUES (1, 1, 's1', 1, '2018-04-01', 'train', 'log');
                        INSERT INTO basket_lines VALUES (1, 1, 0, 1, 1000), (1, 2, 1, 1, 2000);
                        """)
            }
            try queue.close()
        }
        for _ in 0..<2 {
            let shop = try ShopStore.open(path, access: .writable)
            #expect(try shop.customer("13516")?.history.first?.items == [0, 1])
            #expect(try shop.conversation("s-1", usedSince: .distantPast) == nil)
        }
        let shop = try ShopStore.open(path, access: .writable)
        let date = Date(timeIntervalSince1970: 1_543_000_000)
        let outcomes = try shop.store([
            ConversationUpdate(
                id: "s-1", date: date,
                record: ConversationRecord(
                    id: "s-1", role: "frontend", customer: "13516", version: 0, lastUsed: date, format: 1,
                    snapshot: Data([1])),
                changes: [
                    .cart(customer: "13516", added: ["식빵", "없는 것", "우유"], removed: []),
                    .checkedOut(customer: "13516", items: ["우유"]),
                ])
        ])
        #expect(outcomes == [.stored(version: 1)])
        #expect(try shop.cart(of: "13516") == ["식빵", "우유"])
        #expect(try shop.customer("13516")?.baskets.map(\.origin) == [.log, .conversation])
    }

    /// A shop of eighty items and one customer.
    private func makeShop(at path: String) throws {
        let queue = try DatabaseQueue(path: path)
        try ShopSchema.migrator.migrate(queue)
        try queue.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA application_id = \(ShopSchema.applicationID)")
            try database.execute(sql: "INSERT INTO customers VALUES (1, '1', NULL, NULL)")
            for item in 0..<80 {
                try database.execute(
                    sql: "INSERT INTO subcategories VALUES (?, ?, NULL, 'all', 1)", arguments: [item, "item\(item)"])
            }
        }
        try queue.close()
    }

    @Test("Many writers of one file, each with its own connection, lose nothing of each other")
    func manyWriters() async throws {
        let path = NSTemporaryDirectory() + "dami-\(UUID().uuidString).db"
        defer { for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) } }
        try makeShop(at: path)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<4 {
                group.addTask {
                    let shop = try ShopStore.open(path, access: .writable)
                    for item in 0..<20 {
                        let change = CustomerChange.cart(
                            customer: "1", added: ["item\(writer * 20 + item)"], removed: [])
                        _ = try shop.store([
                            ConversationUpdate(id: "s-\(writer)", date: Date(), record: nil, changes: [change])
                        ])
                    }
                }
            }
            try await group.waitForAll()
        }
        let shop = try ShopStore.open(path, access: .readOnly)
        #expect(Set(try shop.cart(of: "1")) == Set((0..<80).map { "item\($0)" }))
        #expect(try shop.reading { try Int.fetchOne($0, sql: "SELECT count(*) FROM events") } == 80)
    }
}
