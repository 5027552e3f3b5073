import Foundation
import GRDB
import PurchaseLog
import Shop
import Testing

@testable import ShopStore

@Suite("The shop's file")
struct ShopStoreTests {
    @Test("holds a customer's profile and all baskets, oldest first, dropped ones too")
    func findsCustomers() throws {
        let scratch = try Scratch()
        try ShopStore.create(at: scratch.file("shop.db"), from: try scratch.small())
        let store = try ShopStore.open(scratch.file("shop.db"), access: .readOnly)
        let catalog = try store.catalog()
        let customer = try #require(try store.customer("7"))
        #expect(customer.profile == Profile(gender: .female, age: 30))
        #expect(customer.baskets.map(\.session) == ["100", "s-2", "300"])
        #expect(customer.baskets.map(\.sequence) == [1, 2, 30])
        #expect(customer.baskets.map(\.split) == [.train, .train, .test])
        #expect(customer.baskets.allSatisfy { $0.origin == .log })
        #expect(customer.history.map { $0.items.map(catalog.name(of:)) } == [["우유", "식빵"], ["텐트"], ["우유"]])
        #expect(customer.history.map(\.day) == [17_622, nil, 17_804])

        let dropped = try #require(try store.customer("A8"))
        #expect(dropped.profile == .unknown)
        #expect(dropped.baskets.map(\.split) == [nil])
        #expect(try store.customer("없는고객")?.baskets == [])
        #expect(try store.customer("07") == nil)
        #expect(try store.customer("") == nil)
    }

    @Test("gives the dataset: labels first, train baskets oldest first, the latest for testing")
    func givesTheDataset() throws {
        let scratch = try Scratch()
        try ShopStore.create(at: scratch.file("shop.db"), from: try scratch.small())
        let dataset = try ShopStore.open(scratch.file("shop.db"), access: .readOnly).dataset()
        #expect(dataset.catalog.subcategories.map(\.name) == ["식빵", "우유", "텐트", "랜턴"])
        #expect(dataset.catalog.labelCount == 3)
        #expect(dataset.catalog.subcategories[0].middleCategory == nil)
        #expect(dataset.customers.map(\.id) == ["7"])
        #expect(dataset.customers[0].train.map(\.items) == [[1, 0], [2]])
        #expect(dataset.customers[0].test?.items == [1])
    }

    @Test("calls with all customers in the order of their ids")
    func visitsAllCustomers() throws {
        let scratch = try Scratch()
        try ShopStore.create(at: scratch.file("shop.db"), from: try scratch.small())
        var seen: [String: Int] = [:]
        var order: [String] = []
        try ShopStore.open(scratch.file("shop.db"), access: .readOnly).forEachCustomer { customer in
            order.append(customer.id)
            seen[customer.id] = customer.baskets.count
        }
        #expect(order == ["7", "A8", "없는고객"])
        #expect(seen == ["7": 3, "A8": 1, "없는고객": 0])
    }

    @Test("can be read by anyone with SQL")
    func hasAViewForPeople() throws {
        let scratch = try Scratch()
        try ShopStore.create(at: scratch.file("shop.db"), from: try scratch.small())
        let store = try ShopStore.open(scratch.file("shop.db"), access: .readOnly)
        let rows = try store.reading { database in
            try Row.fetchAll(database, sql: "SELECT * FROM baskets WHERE session = '100' ORDER BY position")
        }
        #expect(rows.map { $0["subcategory"] as String } == ["우유", "식빵"])
        #expect(rows.map { $0["amount"] as Double } == [10.5, 2_500])
        #expect(rows.map { $0["quantity"] as Int } == [2, 1])
        #expect(rows[0]["date"] == "2018-04-01")
    }

    @Test("agrees with what was prepared, and sums it up")
    func sumsUp() throws {
        let scratch = try Scratch()
        let shop = try scratch.sample(300)
        try ShopStore.create(at: scratch.file("shop.db"), from: shop)
        let store = try ShopStore.open(scratch.file("shop.db"), access: .readOnly)
        let summary = try store.summary()
        #expect(summary.customers == shop.customers.count)
        #expect(summary.splitCustomers == shop.counts.customers)
        #expect(summary.sessions == shop.sessions.count)
        #expect(summary.basketLines == shop.lines.count)
        #expect(summary.trainBaskets == shop.counts.trainBaskets)
        #expect(summary.testBaskets == shop.counts.testBaskets)
        #expect(summary.labels == shop.counts.subcategories)
        #expect(summary.preparation == shop.counts)
        #expect(summary.rules == shop.rules)
        #expect(summary.schema == ShopSchema.version)
        let dataset = try store.dataset()
        #expect(dataset.customers.count == shop.counts.customers)
        #expect(dataset.customers.reduce(0) { $0 + $1.train.count } == shop.counts.trainBaskets)
        #expect(dataset.catalog == shop.catalog)
    }

    @Test("is the same, byte for byte, for the same logs")
    func isDeterministic() throws {
        let scratch = try Scratch()
        try ShopStore.create(at: scratch.file("a.db"), from: try scratch.sample(300))
        try ShopStore.create(at: scratch.file("b.db"), from: try scratch.sample(300))
        #expect(
            FileManager.default.contentsEqual(atPath: scratch.file("a.db"), andPath: scratch.file("b.db")))
    }
}

@Suite("Files that are no shop, and disks that fail")
struct ShopStoreFailureTests {
    @Test("an existing file is only replaced when told to, and by a whole one")
    func replacesWhenTold() throws {
        let scratch = try Scratch()
        let path = scratch.file("shop.db")
        try ShopStore.create(at: path, from: try scratch.small())
        let before = FileManager.default.contents(atPath: path)
        let message = storeMessage { try ShopStore.create(at: path, from: try scratch.sample(50)) }
        #expect(message.contains("exists already; add --replace"))
        #expect(FileManager.default.contents(atPath: path) == before)
        try ShopStore.create(at: path, from: try scratch.sample(50), replacing: true)
        #expect(try ShopStore.open(path, access: .readOnly).summary().customers == 50)
        #expect(try scratch.names().filter { $0.hasPrefix("shop") } == ["shop.db"])
    }

    @Test("a failure leaves the old file whole and nothing beside it")
    func failureLeavesTheOldFile() throws {
        let scratch = try Scratch()
        let path = scratch.file("shop.db")
        try ShopStore.create(at: path, from: try scratch.small())
        let before = FileManager.default.contents(atPath: path)
        // A directory in the way of the file that is built.
        let unfinished = path + ".unfinished-\(getpid())"
        try FileManager.default.createDirectory(atPath: unfinished + "/x", withIntermediateDirectories: true)
        _ = storeMessage { try ShopStore.create(at: path, from: try scratch.small(), replacing: true) }
        #expect(FileManager.default.contents(atPath: path) == before)
        let message = storeMessage {
            try ShopStore.create(at: scratch.file("none/shop.db"), from: try scratch.small())
        }
        #expect(message.contains("cannot be written") && message.hasSuffix("; nothing was changed"))
    }

    @Test("a full disk is told as such")
    func tellsFullDisks() throws {
        var leaves = LeafPages(kind: .table, pageSize: 512, beginsTree: true, expectedBytes: 0)
        var record = RecordWriter()
        record.begin()
        record.appendNull()
        leaves.append(rowID: 1, record)
        var file = try BTreeFile(path: "/dev/full", pageSize: 512)
        file.add([TreePart(leaves)], kind: .table, root: 2)
        let message = storeMessage { try file.finish() }
        #expect(message.contains("No space left on device"))
    }

    @Test("what a killed process left behind goes with the next one")
    func removesLeftovers() throws {
        let scratch = try Scratch()
        let path = scratch.file("shop.db")
        // No process has the largest number that a kernel gives.
        try Data("half".utf8).write(to: URL(fileURLWithPath: path + ".unfinished-4194304"))
        try ShopStore.create(at: path, from: try scratch.small())
        #expect(try scratch.names().filter { $0.hasPrefix("shop") } == ["shop.db"])
    }

    @Test("each kind of wrong file gets its own line")
    func tellsWrongFiles() throws {
        let scratch = try Scratch()
        let path = scratch.file("shop.db")
        func open(_ access: ShopStore.Access = .readOnly) -> String {
            storeMessage { _ = try ShopStore.open(path, access: access).catalog() }
        }
        #expect(open().contains("no such file"))
        try Data("no database at all, but long enough to look at".utf8).write(to: URL(fileURLWithPath: path))
        #expect(open().contains("is not a shop made by dami prepare"))
        #expect(open(.writable).contains("is not a shop made by dami prepare"))
        try FileManager.default.removeItem(atPath: path)
        try DatabaseQueue(path: path).write { try $0.execute(sql: "CREATE TABLE t (x)") }
        #expect(open().contains("an SQLite file of another program"))
        try FileManager.default.removeItem(atPath: path)
        try ShopStore.create(at: path, from: try scratch.small())
        try DatabaseQueue(path: path).write { try $0.execute(sql: "PRAGMA user_version = 99") }
        #expect(open().contains("newer dami (schema 99)"))
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        #expect(open().contains("(a directory)"))
        #expect(open(.writable).contains("(a directory)"))
    }

    @Test("what fails while a shop is read is no failure to write")
    func tellsReadingFromWriting() {
        let error = DatabaseError(resultCode: .SQLITE_IOERR, message: "disk I/O error")
        #expect(
            ShopStoreError(error, path: "a.db", isReading: true) == .unreadable(path: "a.db", reason: "disk I/O error"))
        #expect(ShopStoreError(error, path: "a.db").message.contains("cannot be written"))
    }

    @Test("a truncated shop never crashes", arguments: [1, 15, 16, 100, 4_096, 8_192, 20_000, 60_000])
    func refusesTruncatedFiles(size: Int) throws {
        let scratch = try Scratch()
        let path = scratch.file("shop.db")
        try ShopStore.create(at: path, from: try scratch.sample(60))
        let whole = try #require(FileManager.default.contents(atPath: path))
        try #require(whole.count > size)
        try whole.prefix(size).write(to: URL(fileURLWithPath: path))
        _ = storeMessage {
            let store = try ShopStore.open(path, access: .readOnly)
            _ = try store.dataset()
            _ = try store.customer("7")
            try store.forEachCustomer { _ in }
        }
    }
}
