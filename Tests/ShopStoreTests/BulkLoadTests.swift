import Foundation
import GRDB
import PurchaseLog
import Shop
import TestSupport
import Testing

@testable import ShopStore

@Suite("Packed b-trees")
struct BulkLoadTests {
    @Test("SQLite finds every page, order and reference of a loaded shop in order")
    func isWholeForSQLite() throws {
        let scratch = try Scratch()
        try ShopStore.create(at: scratch.file("shop.db"), from: try scratch.sample(900))
        try DatabaseQueue(path: scratch.file("shop.db")).write { database in
            #expect(try String.fetchAll(database, sql: "PRAGMA integrity_check") == ["ok"])
            #expect(try Row.fetchAll(database, sql: "PRAGMA foreign_key_check").isEmpty)
            // It can be written to as any other file.
            try database.execute(sql: "DELETE FROM customers WHERE id % 3 = 0")
            try database.execute(sql: "INSERT INTO customers (code) VALUES ('new')")
            #expect(try String.fetchAll(database, sql: "PRAGMA integrity_check") == ["ok"])
        }
    }

    @Test("the tables hold what inserts would have put there")
    func agreesWithInserts() throws {
        let scratch = try Scratch()
        let shop = try scratch.sample(200)
        try ShopStore.create(at: scratch.file("loaded.db"), from: shop)
        let inserted = try DatabaseQueue(path: scratch.file("inserted.db"))
        try ShopSchema.migrator.migrate(inserted)
        try inserted.write { database in
            for (item, subcategory) in shop.catalog.subcategories.enumerated() {
                try database.execute(
                    sql: "INSERT INTO subcategories VALUES (?, ?, ?, ?, ?)",
                    arguments: [
                        item, subcategory.name, subcategory.middleCategory, subcategory.category,
                        shop.catalog.isLabel(item),
                    ])
            }
            for (index, customer) in shop.customers.enumerated() {
                try database.execute(
                    sql: "INSERT INTO customers VALUES (?, ?, ?, ?)",
                    arguments: [
                        index + 1, customer.id, customer.profile.gender?.rawValue, customer.profile.age,
                    ])
                for session in customer.sessions {
                    try insert(session, of: index, shop, database)
                }
            }
        }
        for table in ["subcategories", "customers", "sessions", "basket_lines"] {
            let expected = try inserted.read { try Row.fetchAll($0, sql: "SELECT * FROM \(table)") }
            let loaded = try DatabaseQueue(path: scratch.file("loaded.db")).read {
                try Row.fetchAll($0, sql: "SELECT * FROM \(table)")
            }
            #expect(loaded == expected, "\(table)")
        }
    }

    private func insert(_ index: Int, of customer: Int, _ shop: PreparedShop, _ database: Database) throws {
        let session = shop.sessions[index]
        try database.execute(
            sql: "INSERT INTO sessions (id, customer_id, code, sequence, date, split) VALUES (?, ?, ?, ?, ?, ?)",
            arguments: [
                index + 1, customer + 1, shop.sessionID(session), session.sequence,
                session.day.map(CivilDay.text(ofDay:)),
                session.split == .none ? nil : session.split == .train ? "train" : "test",
            ])
        for (position, line) in shop.lines[session.lines].enumerated() {
            try database.execute(
                sql: "INSERT INTO basket_lines VALUES (?, ?, ?, ?, ?)",
                arguments: [index + 1, position + 1, Int(line.item), Int(line.quantity), line.amount])
        }
    }

    /// Small pages make deep trees: rows of random sizes, in parts of random lengths.
    @Test("trees of any depth are whole", arguments: 0..<40)
    func deepTreesAreWhole(seed: UInt64) throws {
        var random = SplitMix(state: seed)
        let scratch = try Scratch()
        let pageSize = 512
        let count = [0, 1, 2, 3, 20, 400, 3_000].randomElement(using: &random)!
        let longest = [1, 8, 60].randomElement(using: &random)!
        let rows = (0..<count).map { index in
            (index * 3 + 1, String(repeating: "x", count: Int.random(in: 0...longest, using: &random)))
        }
        var configuration = Configuration()
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA page_size = \(pageSize)") }
        let queue = try DatabaseQueue(path: scratch.file("t.db"), configuration: configuration)
        let roots = try queue.write { database in
            try database.execute(
                sql: """
                    CREATE TABLE a (id INTEGER PRIMARY KEY, text TEXT);
                    CREATE TABLE b (id INTEGER PRIMARY KEY, text TEXT) WITHOUT ROWID;
                    """)
            return try Int.fetchAll(database, sql: "SELECT rootpage FROM sqlite_schema ORDER BY name")
        }
        try queue.close()

        // Cut where it falls, but no part of fewer than two rows.
        var cuts = [0]
        while let last = cuts.last, last < count {
            let next = min(count, last + Int.random(in: 2...max(2, count), using: &random))
            cuts.append(count - next < 2 ? count : next)
        }
        var record = RecordWriter()
        var table: [TreePart] = []
        var index: [TreePart] = []
        for (first, end) in zip(cuts, cuts.dropFirst()) {
            var tableLeaves = LeafPages(kind: .table, pageSize: pageSize, beginsTree: first == 0, expectedBytes: 0)
            var indexLeaves = LeafPages(kind: .index, pageSize: pageSize, beginsTree: first == 0, expectedBytes: 0)
            for (id, text) in rows[first..<end] {
                record.begin()
                record.appendNull()
                Array(text.utf8).withUnsafeBufferPointer { record.append($0) }
                tableLeaves.append(rowID: id, record)
                record.begin()
                record.append(id)
                Array(text.utf8).withUnsafeBufferPointer { record.append($0) }
                indexLeaves.append(record)
            }
            table.append(TreePart(tableLeaves))
            index.append(TreePart(indexLeaves))
        }
        var file = try BTreeFile(path: scratch.file("t.db"), pageSize: pageSize)
        file.add(table, kind: .table, root: roots[0])
        file.add(index, kind: .index, root: roots[1])
        try file.finish()

        try DatabaseQueue(path: scratch.file("t.db")).read { database in
            #expect(try String.fetchAll(database, sql: "PRAGMA integrity_check") == ["ok"])
            for name in ["a", "b"] {
                let found = try Row.fetchAll(database, sql: "SELECT id, text FROM \(name)")
                #expect(found.map { $0["id"] as Int } == rows.map(\.0))
                #expect(found.map { $0["text"] as String } == rows.map(\.1))
                #expect(
                    try found.allSatisfy { row in
                        try Int.fetchOne(
                            database, sql: "SELECT COUNT(*) FROM \(name) WHERE id = ?", arguments: [row["id"]]) == 1
                    })
            }
        }
    }

    @Test("values are stored as SQLite would store them")
    func encodesValues() throws {
        let scratch = try Scratch()
        let integers = [
            0, 1, -1, 127, 128, -128, -129, 32_767, 32_768, 8_388_607, 8_388_608, -8_388_609, 2_147_483_647,
            2_147_483_648,
            140_737_488_355_327, 140_737_488_355_328, -140_737_488_355_329, Int.max, Int.min,
        ]
        let numbers = [0.5, -2.25, 1e300, 3.0, 1e15]
        let texts = ["", "a", String(repeating: "가", count: 30), String(repeating: "b", count: 255)]
        let queue = try DatabaseQueue(path: scratch.file("t.db"))
        let root = try queue.write { database in
            try database.execute(sql: "CREATE TABLE t (id INTEGER PRIMARY KEY, value)")
            return try Int.fetchOne(database, sql: "SELECT rootpage FROM sqlite_schema")!
        }
        let pageSize = try queue.read { try Int.fetchOne($0, sql: "PRAGMA page_size")! }
        try queue.close()
        var leaves = LeafPages(kind: .table, pageSize: pageSize, beginsTree: true, expectedBytes: 0)
        var record = RecordWriter()
        for id in 1...(integers.count + numbers.count + texts.count) {
            record.begin()
            record.appendNull()
            if id <= integers.count {
                record.append(integers[id - 1])
            } else if id <= integers.count + numbers.count {
                record.append(numeric: numbers[id - 1 - integers.count])
            } else {
                let text = Array(texts[id - 1 - integers.count - numbers.count].utf8)
                text.withUnsafeBufferPointer { record.append($0) }
            }
            leaves.append(rowID: id, record)
        }
        var file = try BTreeFile(path: scratch.file("t.db"), pageSize: pageSize)
        file.add([TreePart(leaves)], kind: .table, root: root)
        try file.finish()
        try DatabaseQueue(path: scratch.file("t.db")).read { database in
            #expect(try String.fetchAll(database, sql: "PRAGMA integrity_check") == ["ok"])
            let found = try DatabaseValue.fetchAll(database, sql: "SELECT value FROM t")
            let whole: [Int] = [3, 1_000_000_000_000_000]
            var expected = integers.map(\.databaseValue)
            expected += numbers.prefix(3).map(\.databaseValue)
            expected += whole.map(\.databaseValue)
            expected += texts.map(\.databaseValue)
            #expect(found == expected)
        }
    }
}
