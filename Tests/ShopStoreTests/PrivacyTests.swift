import Foundation
import GRDB
import Shop
import Testing

@testable import ShopStore

@Suite struct PrivacyTests {
    /// A sample shop on disk, with a conversation, a cart, events and a checkout of one customer.
    private func withShop(_ body: (ShopStore, _ customer: String) throws -> Void) throws {
        let path = FileManager.default.temporaryDirectory.path + "/dami-privacy-\(UUID().uuidString).db"
        defer { for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) } }
        try ShopStore.createSample(at: path, customers: 60, seed: 3)
        let store = try ShopStore.open(path, access: .writable)
        let customer = try #require(try store.dataset().customers.first?.id)
        let names = try store.catalog().subcategories.prefix(2).map(\.name)
        let record = ConversationRecord(
            id: "s-privacy-test", role: "frontend", customer: customer, version: 0, lastUsed: Date(), format: 1,
            snapshot: Data("{\"said\":\"nobody else may read this\"}".utf8))
        _ = try store.store([
            ConversationUpdate(
                id: record.id, date: Date(), record: record,
                changes: [
                    .loggedIn(customer: customer), .cart(customer: customer, added: names, removed: []),
                    .checkedOut(customer: customer, items: names),
                ])
        ])
        try body(store, customer)
    }

    @Test func anExportHoldsAllThatIsStored() throws {
        try withShop { store, customer in
            let export = try store.export(customer: customer)
            #expect(export.sessions.count == (try store.customer(customer)?.baskets.count))
            #expect(export.sessions.last?.origin == "dami")
            #expect(export.sessions.last?.basket.count == 2)
            #expect(export.cart.count == 2)
            #expect(export.conversations.first?.snapshot.contains("nobody else may read this") == true)
            #expect(export.events.map(\.kind) == ["login", "cart", "checkout"])
        }
    }

    @Test func anAmountThatAnOlderPreparationTookForInfiniteIsNothing() throws {
        try withShop { store, customer in
            try store.writer?.write { try $0.execute(sql: "UPDATE basket_lines SET amount = 9e999") }
            let export = try store.export(customer: customer)
            #expect(export.sessions.flatMap(\.basket).allSatisfy { $0.amount == 0 })
            _ = try JSONEncoder().encode(export)
        }
    }

    @Test func aForgottenCustomerIsNowhere() throws {
        try withShop { store, customer in
            let others = try store.dataset().customers.map(\.id).filter { $0 != customer }
            let forgotten = try #require(try store.forget(customer: customer))
            #expect(forgotten.events == 3 && forgotten.conversations == 1 && forgotten.sessions > 1)
            #expect(try store.customer(customer) == nil)
            #expect(try store.dataset().customers.map(\.id) == others)
            #expect(throws: ShopStoreError.unknownCustomer(id: customer)) { try store.export(customer: customer) }
            #expect(throws: ShopStoreError.unknownCustomer(id: customer)) { try store.forget(customer: customer) }
            #expect(try store.reading { try String.fetchOne($0, sql: "PRAGMA integrity_check") } == "ok")
            #expect(try store.reading { try Row.fetchAll($0, sql: "PRAGMA foreign_key_check") }.isEmpty)
            // Not even in freed pages or in the log.
            for suffix in ["", "-wal"] {
                guard let bytes = FileManager.default.contents(atPath: store.path + suffix) else { continue }
                #expect(bytes.range(of: Data("nobody else may read this".utf8)) == nil)
                #expect(bytes.range(of: Data("s-privacy-test".utf8)) == nil)
            }
        }
    }

    @Test func aShopIsItsOwnersAlone() throws {
        try withShop { store, _ in
            for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: store.path + suffix) {
                let attributes = try FileManager.default.attributesOfItem(atPath: store.path + suffix)
                #expect(attributes[.posixPermissions] as? Int == 0o600)
            }
        }
    }

    @Test func trainingOnAGrownShopSeesCheckoutsAndEvaluationDoesNot() throws {
        try withShop { store, customer in
            let logs = try #require(try store.dataset().customers.first { $0.id == customer })
            let grown = try #require(try store.dataset(.logsAndConversations).customers.first { $0.id == customer })
            #expect(grown.train.count == logs.train.count + 1)
            #expect(Array(grown.train.dropLast()) == logs.train)
            #expect(grown.train.last?.items.count == 2)
            #expect(grown.test == logs.test)
            #expect(try store.dataset(.logsAndConversations).customers.count == store.dataset().customers.count)
        }
    }

    @Test func nothingIsForgottenInAFileThatMayOnlyBeRead() throws {
        try withShop { store, customer in
            let reader = try ShopStore.open(store.path, access: .readOnly)
            #expect(throws: ShopStoreError.self) { try reader.forget(customer: customer) }
            #expect(try store.customer(customer) != nil)
        }
    }
}
