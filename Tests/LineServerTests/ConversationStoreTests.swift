import Dialogue
import Foundation
import GRDB
import Shop
import ShopStore
import Testing

@testable import LineServer

/// What every store must do, asked of each.
@Suite("A conversation store")
struct ConversationStoreTests {
    enum Kind: String, CaseIterable, Sendable {
        case memory, shop
    }

    /// A store, and what it lies in.
    private func makeStore(_ kind: Kind) throws -> (any ConversationStore, SmallShop?) {
        switch kind {
        case .memory: return (MemoryConversationStore(), nil)
        case .shop:
            let shop = try SmallShop()
            return (ShopConversationStore(try shop.open()), shop)
        }
    }

    private let catalog = EchoAssistant.fortyItems

    private func conversation(_ id: String = "s-1", cart: [ItemID] = [], role: Role = .guest) -> Conversation {
        var conversation = Conversation(id: id, role: role)
        conversation.known.cart = cart
        return conversation
    }

    private func change(
        _ conversation: Conversation, base: Int, effects: [ConversationEffect] = [], date: Date = Date()
    ) -> ConversationChange {
        ConversationChange(
            id: conversation.id, conversation: conversation, baseVersion: base, effects: effects, catalog: catalog,
            date: date)
    }

    @Test("gives back what it was given, and counts the versions", arguments: Kind.allCases)
    func roundTrip(kind: Kind) throws {
        let (store, shop) = try makeStore(kind)
        _ = shop
        #expect(try store.conversation("s-1", in: catalog) == nil)
        var conversation = conversation(cart: [3, 1])
        conversation.fixedLanguage = .english
        conversation.known.profile = Profile(gender: .female, age: 30)
        #expect(try store.commit([change(conversation, base: 0)]) == [.stored(version: 1)])
        #expect(
            try store.conversation("s-1", in: catalog) == StoredConversation(conversation: conversation, version: 1))
        conversation.known.cart = [7]
        #expect(try store.commit([change(conversation, base: 1)]) == [.stored(version: 2)])
        #expect(try store.conversation("s-1", in: catalog)?.conversation.cart == [7])
    }

    @Test("stores no change that starts from an old version, and all others beside it", arguments: Kind.allCases)
    func conflicts(kind: Kind) throws {
        let (store, shop) = try makeStore(kind)
        _ = shop
        #expect(try store.commit([change(conversation(cart: [1]), base: 0)]) == [.stored(version: 1)])
        let outcomes = try store.commit([
            change(conversation("s-0", cart: [4]), base: 0), change(conversation(cart: [2]), base: 0),
            change(conversation("s-2", cart: [5]), base: 0),
        ])
        #expect(outcomes == [.stored(version: 1), .conflict, .stored(version: 1)])
        #expect(try store.conversation("s-1", in: catalog)?.conversation.cart == [1])
        #expect(try store.conversation("s-2", in: catalog)?.conversation.cart == [5])
        #expect(try store.commit([change(conversation(cart: [3]), base: 7)]) == [.conflict])
    }

    @Test("numbers the items as the reader's catalog does", arguments: Kind.allCases)
    func renumbers(kind: Kind) throws {
        let (store, shop) = try makeStore(kind)
        _ = shop
        _ = try store.commit([change(conversation(cart: [39, 2, 0]), base: 0)])
        let reversed = Catalog(subcategories: catalog.subcategories.dropLast().reversed())
        let cart = try #require(try store.conversation("s-1", in: reversed)).conversation.cart
        #expect(cart.map(reversed.name(of:)) == ["item2", "item0"])
    }

    @Test("forgets conversations that nobody used for long", arguments: Kind.allCases)
    func expiry(kind: Kind) throws {
        let (store, shop) = try makeStore(kind)
        _ = shop
        let now = Date()
        _ = try store.commit([
            change(conversation("s-old"), base: 0, date: now.addingTimeInterval(-90_000)),
            change(conversation("s-new"), base: 0, date: now),
        ])
        #expect(try store.removeConversations(lastUsedBefore: now.addingTimeInterval(-86_400)) == 1)
        #expect(try store.conversation("s-old", in: catalog) == nil)
        #expect(try store.conversation("s-new", in: catalog) != nil)
    }

    @Test("A conversation of yesterday is not taken up again even before it is removed")
    func staleness() throws {
        let shop = try SmallShop()
        let store = ShopConversationStore(try shop.open())
        _ = try store.commit([change(conversation(), base: 0, date: Date().addingTimeInterval(-90_000))])
        #expect(try store.conversation("s-1", in: catalog) == nil)
    }

    @Test("In memory the least recently used make room, so that strangers can't fill it")
    func capacity() throws {
        let store = MemoryConversationStore(capacity: 10)
        let now = Date()
        for index in 0..<25 {
            _ = try store.commit([
                change(conversation("s-\(index)"), base: 0, date: now.addingTimeInterval(Double(index)))
            ])
        }
        #expect(try store.conversation("s-24", in: catalog) != nil)
        #expect(try store.conversation("s-0", in: catalog) == nil)
        #expect(try (0..<25).count { try store.conversation("s-\($0)", in: catalog) != nil } <= 10)
    }

    // MARK: - Customers

    @Test("Two conversations of one customer, in two processes, lose neither's items")
    func cartsAreMerged() throws {
        let shop = try SmallShop()
        let first = ShopConversationStore(try shop.open())
        let second = ShopConversationStore(try shop.open())
        _ = try first.commit([
            change(conversation("a"), base: 0, effects: [.cart(customer: "1", added: [5, 3], removed: [])])
        ])
        _ = try second.commit([
            change(conversation("b"), base: 0, effects: [.cart(customer: "1", added: [9, 3], removed: [5])])
        ])
        #expect(try shop.open().cart(of: "1") == ["item3", "item9"])
        #expect(try shop.open().cart(of: "2") == [])
    }

    @Test("A checkout becomes the newest session of the customer's history")
    func checkout() throws {
        let shop = try SmallShop()
        let store = ShopConversationStore(try shop.open())
        let date = Date(timeIntervalSince1970: 1_543_000_000)
        _ = try store.commit([
            change(
                conversation("a"), base: 0,
                effects: [
                    .cart(customer: "2", added: [7, 4], removed: []), .checkedOut(customer: "2", items: [7, 4]),
                    .checkedOut(customer: nil, items: [1]),
                ], date: date)
        ])
        let customer = try #require(try shop.open().customer("2"))
        let newest = try #require(customer.baskets.last)
        #expect(newest.origin == .conversation)
        #expect(newest.split == nil)
        #expect(newest.sequence == 3)
        let names = try shop.open().catalog()
        #expect(newest.basket.items.map(names.name(of:)) == ["item7", "item4"])
        #expect(newest.basket.day == CivilDay.day(of: date))
        #expect(try shop.open().customer("1")?.baskets.count == 2)
    }

    @Test("What another conversation of the customer has paid, or taken out, is not paid again")
    func nothingIsPaidTwice() throws {
        let shop = try SmallShop()
        let store = ShopConversationStore(try shop.open())
        let filled = ConversationEffect.cart(customer: "2", added: [7, 4], removed: [])
        let paid = [
            ConversationEffect.checkedOut(customer: "2", items: [7, 4]),
            .cart(customer: "2", added: [], removed: [7, 4]),
        ]
        #expect(try store.commit([change(conversation("a"), base: 0, effects: [filled])]) == [.stored(version: 1)])
        // In one commit, too, where both looked at the cart before either had paid.
        let outcomes = try store.commit([
            change(conversation("a"), base: 1, effects: paid),
            change(conversation("b", cart: [1]), base: 0, effects: paid),
            change(conversation("c"), base: 0, effects: [.cart(customer: "2", added: [5], removed: [])]),
        ])
        #expect(outcomes == [.stored(version: 2), .conflict, .stored(version: 1)])
        #expect(try store.conversation("b", in: catalog) == nil)
        #expect(try shop.open().customer("2")?.baskets.count == 3)
        #expect(try shop.open().cart(of: "2") == ["item5"])
        let text = ConversationChange(
            id: "d", conversation: nil, baseVersion: 0, effects: paid, catalog: catalog, date: Date())
        #expect(try store.commit([text]) == [.conflict])
        #expect(try shop.open().customer("2")?.baskets.count == 3)
    }

    @Test("Of a customer who was forgotten nothing comes back")
    func forgottenCustomers() throws {
        let shop = try SmallShop()
        let file = try shop.open()
        let store = ShopConversationStore(file)
        var talk = conversation("a", role: .frontend)
        talk.customer = "3"
        #expect(try store.commit([change(talk, base: 0, effects: [.loggedIn(customer: "3")])]) == [.stored(version: 1)])
        try file.writer?.write { try $0.execute(sql: "DELETE FROM customers WHERE code = '3'") }
        #expect(try store.conversation("a", in: catalog) == nil)
        #expect(
            try store.commit([change(talk, base: 1, effects: [.cart(customer: "3", added: [1], removed: [])])])
                == [.conflict])
        let text = ConversationChange(
            id: "b", conversation: nil, baseVersion: 0, effects: [.checkedOut(customer: "3", items: [1])],
            catalog: catalog, date: Date())
        #expect(try store.commit([text]) == [.conflict])
        let rows = try file.reading { try Int.fetchOne($0, sql: "SELECT count(*) FROM events") }
        #expect(rows == 0)
    }

    @Test("Effects tell a cart as a difference, from the cart that the login found")
    func effects() {
        var before = Conversation(id: "s", role: .frontend)
        before.known.cart = [1]
        var after = before
        after.customer = "1"
        after.record = CustomerRecord(id: "1", profile: .unknown, history: [], cart: [4, 5])
        let effects = ConversationEffect.effects(
            of: [
                .cartChanged(customer: nil, [1, 2]), .loggedIn(customer: "1"), .cartChanged(customer: "1", [5, 6]),
                .checkedOut(customer: "1", items: [5, 6]), .cartChanged(customer: "1", []), .loggedOut(customer: "1"),
            ], before: before, after: after)
        #expect(
            effects == [
                .loggedIn(customer: "1"), .cart(customer: "1", added: [6], removed: [4]),
                .checkedOut(customer: "1", items: [5, 6]), .cart(customer: "1", added: [], removed: [5, 6]),
                .loggedOut(customer: "1"),
            ])
    }
}
