import Foundation
import GRDB
import Testing

@testable import ShopStore

/// Forgetting a customer while others look at the shop.
@Suite struct ForgettingTests {
    private static let secret = Data("nobody else may read this".utf8)

    /// A shop with a conversation that holds ``secret``, and a customer to forget beside another one.
    private struct Stage {
        let scratch: Scratch
        let path: String
        let store: ShopStore
        let customer: String
        let other: String

        init() throws {
            scratch = try Scratch()
            path = scratch.file("shop.db")
            try ShopStore.createSample(at: path, customers: 40, seed: 4)
            store = try ShopStore.open(path, access: .writable)
            let ids = try store.dataset().customers.map(\.id)
            (customer, other) = (try #require(ids.first), try #require(ids.last))
            let record = ConversationRecord(
                id: "s-forgetting-test", role: "frontend", customer: customer, version: 0, lastUsed: Date(), format: 1,
                snapshot: ForgettingTests.secret)
            _ = try store.store([ConversationUpdate(id: record.id, date: Date(), record: record, changes: [])])
        }

        /// Whether the file or its log holds the secret.
        var holdsSecret: Bool {
            ["", "-wal"].contains { suffix in
                FileManager.default.contents(atPath: path + suffix)?.range(of: ForgettingTests.secret) != nil
            }
        }

        var isMarked: Bool {
            get throws { try store.reading { try PendingErasure.fetch($0) } != nil }
        }

        /// Runs `body` while another connection reads what the file holds now.
        func besideAReader(_ body: () throws -> Void) throws {
            var configuration = Configuration()
            configuration.readonly = true
            configuration.allowsUnsafeTransactions = true
            let reader = try DatabaseQueue(path: path, configuration: configuration)
            try reader.inDatabase { database in
                try database.execute(sql: "BEGIN")
                _ = try Int.fetchOne(database, sql: "SELECT count(*) FROM customers")
            }
            try body()
            try reader.inDatabase { try $0.execute(sql: "COMMIT") }
        }

        func forgetBesideAReader() throws {
            try besideAReader {
                let message = storeMessage { _ = try store.forget(customer: customer, waiting: 0) }
                #expect(
                    message == "removed, but its bytes are still in the file until \(path)'s readers end; "
                        + "run the command again")
                let found = try store.customer(customer)
                #expect(found == nil)
                #expect(holdsSecret)
                // Trying again while nothing has changed says so again, and not that all is well.
                let again = storeMessage { _ = try store.forget(customer: customer, waiting: 0) }
                #expect(again.contains("no customer has the id \(customer)") && again.contains("still in the file"))
            }
        }
    }

    @Test func whatAReaderKeepsInTheFileGoesWhenTheCommandIsRunAgain() throws {
        let stage = try Stage()
        try stage.forgetBesideAReader()
        #expect(try stage.isMarked)
        #expect(try stage.store.forget(customer: stage.customer) == nil)
        #expect(!stage.holdsSecret)
        #expect(try !stage.isMarked)
        #expect(throws: ShopStoreError.unknownCustomer(id: stage.customer)) {
            try stage.store.forget(customer: stage.customer)
        }
    }

    @Test func forgettingSomebodyElseFinishesIt() throws {
        let stage = try Stage()
        try stage.forgetBesideAReader()
        #expect(try stage.store.forget(customer: stage.other)?.id == stage.other)
        #expect(!stage.holdsSecret)
        #expect(try !stage.isMarked)
    }

    @Test func openingForWritingFinishesIt() throws {
        let stage = try Stage()
        try stage.forgetBesideAReader()
        try stage.besideAReader {
            let start = ContinuousClock.now
            let opened = try ShopStore.open(stage.path, access: .writable)
            #expect(ContinuousClock.now - start < .seconds(3), "opening waits for readers")
            #expect(try opened.customer(stage.other) != nil)
        }
        #expect(try stage.isMarked)
        _ = try ShopStore.open(stage.path, access: .writable)
        #expect(!stage.holdsSecret)
        #expect(try !stage.isMarked)
    }

    @Test func aDeathBeforeTheVacuumIsMadeUpFor() throws {
        let stage = try Stage()
        // All that a program gets done that is killed right after the removal.
        try stage.store.writer?.write { database in
            try database.execute(sql: "DELETE FROM customers WHERE code = ?", arguments: [stage.customer])
            try PendingErasure.begin(database)
        }
        #expect(stage.holdsSecret)
        _ = try ShopStore.open(stage.path, access: .writable)
        #expect(!stage.holdsSecret)
        #expect(try !stage.isMarked)
    }

    @Test func theMarkOfALaterRemovalStays() throws {
        let stage = try Stage()
        try stage.store.writer?.write { database in
            try PendingErasure.begin(database)
            var first = try #require(try PendingErasure.fetch(database))
            try PendingErasure.begin(database)
            let second = try PendingErasure.fetch(database)
            try first.advance(to: .checkpoint, database)
            try first.end(database)
            #expect(try PendingErasure.fetch(database) == second)
            #expect(second?.step == .vacuum)
        }
    }
}
