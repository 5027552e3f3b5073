import Dialogue
import Foundation
import Logging
import NIOConcurrencyHelpers
import NIOPosix
import Shop
import ShopStore
import Testing

@testable import LineServer

@Suite("A session: one line at a time, nothing acknowledged before it is stored")
struct SessionTests {
    /// A store whose commits wait, fail or conflict as told.
    private final class Tricky: ConversationStore {
        struct Broken: Error {}
        let inner: any ConversationStore
        let failures = NIOLockedValueBox(0)
        let commits = NIOLockedValueBox(0)
        let gate = NIOLockedValueBox<DispatchSemaphore?>(nil)

        init(_ inner: any ConversationStore) { self.inner = inner }

        var isVolatile: Bool { false }
        func conversation(_ id: String, in catalog: Catalog) throws -> StoredConversation? {
            try inner.conversation(id, in: catalog)
        }
        func commit(_ changes: [ConversationChange]) throws -> [CommitOutcome] {
            if let gate = gate.withLockedValue({ $0 }) { gate.wait() }
            commits.withLockedValue { $0 += 1 }
            let mustFail = failures.withLockedValue { failures in
                defer { failures = max(0, failures - 1) }
                return failures > 0
            }
            if mustFail { throw Broken() }
            return try inner.commit(changes)
        }
        func removeConversations(lastUsedBefore date: Date) throws -> Int { 0 }
    }

    /// One client in one session, without sockets.
    private final class Client {
        let store: Tricky
        let engine: Engine
        let journal: Journal
        let registry: SessionRegistry
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        let mailbox: ReplyMailbox
        var connection = LineConnection(limits: .init(outstanding: 10_000, linesPerTurn: 10_000))
        let session: Session

        init(
            _ assistant: EchoAssistant = EchoAssistant(), store: any ConversationStore = MemoryConversationStore(),
            role: Role = .guest
        ) {
            self.store = Tricky(store)
            engine = Engine(assistant)
            var logger = Logger(label: "test")
            logger.logLevel = .critical
            journal = Journal(store: self.store, logger: logger)
            registry = SessionRegistry(engine: engine, journal: journal)
            mailbox = ReplyMailbox(eventLoop: loop) {}
            session = registry.begin(role: role)
        }

        deinit {
            let gate = store.gate.withLockedValue { gate in
                defer { gate = nil }
                return gate
            }
            for _ in 0..<100 { gate?.signal() }
            journal.stop()
        }

        /// A ticket of a connection, which is how a line is told from the next.
        func ticket() -> LineConnection.Ticket {
            connection.receive(.init(string: "{\"ping\":true}\n"))
            guard case .answer(let ticket, _) = connection.nextAction(at: .now()) else { preconditionFailure() }
            return ticket
        }

        /// A ticket of a connection that speaks text.
        func textTicket() -> LineConnection.Ticket {
            connection.receive(.init(string: "text\n"))
            guard case .answer(let ticket, _) = connection.nextAction(at: .now()) else { preconditionFailure() }
            return ticket
        }

        /// A line of text in any of the sessions.
        func type(_ text: String, in session: Session) -> String? {
            session.perform(.text(text), ticket: textTicket(), mailbox: mailbox).map { String(buffer: $0.bytes) }
        }

        func say(_ text: String) -> String? {
            session.perform(.text(text), ticket: ticket(), mailbox: mailbox).map { String(buffer: $0.bytes) }
        }

        /// The replies that came back from the journal.
        func collect(_ count: Int) throws -> [String] {
            var replies: [String] = []
            let deadline = Date().addingTimeInterval(10)
            while replies.count < count, Date() < deadline {
                replies += mailbox.collect().map { String(buffer: $0.1.bytes) }
                Thread.sleep(forTimeInterval: 0.001)
            }
            return replies
        }
    }

    @Test("A reply to a change waits for the store; what changes nothing and rests on nothing unstored does not")
    func held() throws {
        let client = Client()
        #expect(client.say("+item1") == nil)
        #expect(client.say("what rests on it") == nil)
        #expect(client.mailbox.collect().isEmpty)
        client.journal.start()
        let replies = try client.collect(2)
        #expect(replies.count == 2 && replies[0].contains("+item1"))
        #expect(client.say("nothing new") != nil)
        #expect(
            try client.store.conversation(client.session.id, in: EchoAssistant.fortyItems)?.conversation.cart == [1])
    }

    @Test("Changes that come while the store is busy are stored together")
    func grouped() throws {
        let client = Client()
        let gate = DispatchSemaphore(value: 0)
        client.store.gate.withLockedValue { $0 = gate }
        client.journal.start()
        #expect(client.say("+item1") == nil)
        Thread.sleep(forTimeInterval: 0.05)
        for item in 2..<30 { #expect(client.say("+item\(item)") == nil) }
        for _ in 0..<10 { gate.signal() }
        #expect(try client.collect(29).count == 29)
        #expect(client.store.commits.withLockedValue { $0 } <= 3)
    }

    @Test("A line that changes nothing waits for the change that it rests on, and for no other")
    func restsOnAChange() throws {
        let client = Client()
        let gate = DispatchSemaphore(value: 0)
        client.store.gate.withLockedValue { $0 = gate }
        client.journal.start()
        #expect(client.say("+item1") == nil)
        Thread.sleep(forTimeInterval: 0.05)
        #expect(client.say("what changes nothing") == nil)
        #expect(client.mailbox.collect().isEmpty)
        gate.signal()
        #expect(try client.collect(2).count == 2)
        #expect(client.store.commits.withLockedValue { $0 } == 1)
    }

    @Test("What another process did first is not overwritten: the lines are answered again from there")
    func conflict() throws {
        let client = Client()
        #expect(client.say("+item1") == nil)
        client.journal.start()
        _ = try client.collect(1)
        var elsewhere = try #require(try client.store.conversation(client.session.id, in: EchoAssistant.fortyItems))
        elsewhere.conversation.known.cart.append(9)
        _ = try client.store.inner.commit([
            ConversationChange(
                id: client.session.id, conversation: elsewhere.conversation, baseVersion: elsewhere.version,
                effects: [],
                catalog: EchoAssistant.fortyItems, date: Date())
        ])
        #expect(client.say("+item2") == nil)
        let reply = try #require(try client.collect(1).first)
        #expect(reply.contains(#""cart":["item1","item9","item2"]"#))
        #expect(client.session.conversation.cart == [1, 9, 2])
    }

    /// A customer's cart in a shop, as any number of sessions see it.
    private func assistant(of shop: ShopStore) -> EchoAssistant {
        var assistant = EchoAssistant()
        let catalog = assistant.catalog
        assistant.takeUp = { conversation in
            guard let customer = conversation.customer, let standing = try? shop.standing(of: customer) else { return }
            conversation.known.cart = standing.cart.compactMap(catalog.item(named:))
        }
        return assistant
    }

    @Test("A cart is paid once, whichever of a customer's conversations pays it", arguments: [true, false])
    func paidOnce(isAtOnce: Bool) throws {
        let shop = try SmallShop()
        let file = try shop.open()
        let client = Client(assistant(of: file), store: ShopConversationStore(file), role: .frontend)
        let (one, other) = (client.session, client.registry.begin(role: .frontend))
        client.journal.start()
        #expect(client.type("login 1", in: one) == nil && client.type("login 1", in: other) == nil)
        _ = try client.collect(2)
        #expect(client.type("+item3", in: one) == nil)
        _ = try client.collect(1)
        #expect(client.type("?", in: other) != nil)
        #expect(other.conversation.cart == [3], "what another conversation put in the cart is there")
        if isAtOnce {
            // Both are answered before either is stored.
            let gate = DispatchSemaphore(value: 0)
            client.store.gate.withLockedValue { $0 = gate }
            #expect(client.type("buy", in: one) == nil && client.type("buy", in: other) == nil)
            for _ in 0..<10 { gate.signal() }
        } else {
            #expect(client.type("buy", in: one) == nil)
            _ = try client.collect(1)
            #expect(client.type("buy", in: other) == nil)
        }
        client.journal.stop()
        let bought = try file.customer("1")?.baskets.filter { $0.origin == .conversation && !$0.basket.items.isEmpty }
        #expect(bought?.count == 1)
        #expect(try file.cart(of: "1") == [])
        #expect(client.session.conversation.cart == [] && other.conversation.cart == [])
    }

    @Test("A conversation that was removed goes on from what it was before the lines that wait")
    func removed() throws {
        let client = Client()
        #expect(client.say("+item1") == nil)
        client.journal.start()
        _ = try client.collect(1)
        _ = try client.store.inner.removeConversations(lastUsedBefore: .distantFuture)
        #expect(client.say("+item2") == nil)
        #expect(try client.collect(1).first?.contains(#""cart":["item1","item2"]"#) == true)
        #expect(try client.store.conversation(client.session.id, in: EchoAssistant.fortyItems)?.version == 1)
    }

    @Test("A change of a conversation that only spoke text is taken back to what was said before it")
    func failureInText() throws {
        let client = Client(role: .frontend)
        client.journal.start()
        #expect(client.type("login 1", in: client.session) == nil && client.type("+item1", in: client.session) == nil)
        _ = try client.collect(2)
        client.store.failures.withLockedValue { $0 = 1 }
        #expect(client.type("+item2", in: client.session) == nil)
        #expect(try client.collect(1).first?.hasPrefix("! internal: ") == true)
        #expect(client.session.conversation.cart == [1] && client.session.conversation.customer == "1")
    }

    @Test("A change that can't be stored is taken back, and its sender is told")
    func failure() throws {
        let client = Client()
        #expect(client.say("+item1") == nil)
        client.journal.start()
        _ = try client.collect(1)
        client.store.failures.withLockedValue { $0 = 1 }
        #expect(client.say("+item2") == nil)
        let reply = try #require(try client.collect(1).first)
        #expect(reply.contains(#""ok":false"#) && reply.contains(#""code":"internal""#))
        #expect(client.session.conversation.cart == [1])
        #expect(client.say("+item3") == nil)
        #expect(try client.collect(1).first?.contains(#""cart":["item1","item3"]"#) == true)
    }

    @Test("A session leaves the registry when nobody is in it and all of it is stored, and comes back from the store")
    func registry() throws {
        let client = Client()
        #expect(client.say("+item1") == nil)
        client.registry.leave(client.session)
        #expect(client.registry.count == 1)
        client.journal.start()
        _ = try client.collect(1)
        let deadline = Date().addingTimeInterval(5)
        while client.registry.count > 0, Date() < deadline { Thread.sleep(forTimeInterval: 0.001) }
        #expect(client.registry.count == 0)
        let again = try client.registry.resume(client.session.id, role: .guest)
        #expect(again !== client.session)
        #expect(again.conversation.cart == [1])
        #expect(throws: ProtocolError.self) { try client.registry.resume(client.session.id, role: .staff) }
    }

    @Test("Ids can't be guessed")
    func ids() {
        let ids = Set((0..<1000).map { _ in SessionRegistry.makeID() })
        #expect(ids.count == 1000)
        #expect(ids.allSatisfy { $0.count == 34 && $0.hasPrefix("s-") })
    }

    @Test("Lines of many connections in one session are answered one at a time, none lost")
    func serialised() async throws {
        let client = Client()
        client.journal.start()
        let session = client.session
        let mailbox = client.mailbox
        let tickets = (0..<400).map { _ in client.ticket() }
        await withTaskGroup(of: Void.self) { group in
            for (index, ticket) in tickets.enumerated() {
                group.addTask {
                    _ = session.perform(.text("+item\(index % 40)"), ticket: ticket, mailbox: mailbox)
                }
            }
        }
        #expect(Set(session.conversation.cart) == Set(0..<40))
        #expect(session.conversation.cart.count == 40)
    }
}
