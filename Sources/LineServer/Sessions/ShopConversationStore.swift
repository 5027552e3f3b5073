import Dialogue
import Foundation
import Shop
import ShopStore

/// Keeps conversations in the shop's file, where any number of servers and chats may do so at once.
///
///     let store = ShopConversationStore(try ShopStore.open("shop.db", access: .writable))
///     try store.commit([change])                     // on disk when it returns
///     try store.conversation("s-…", in: catalog)
///
/// A snapshot is the conversation as JSON with the names of the items that it numbers, so that a model trained anew, with
/// other numbers, reads it right.
public final class ShopConversationStore: ConversationStore {
    /// The layout of snapshots. A reader takes up what is written in it, and leaves others alone.
    static let format = 1

    private struct Snapshot: Codable {
        var conversation: Conversation
        /// Names by the numbers that the conversation uses.
        var names: [Int: String]
    }

    private let shop: ShopStore
    private let now: @Sendable () -> Date

    public init(_ shop: ShopStore, now: @escaping @Sendable () -> Date = { Date() }) {
        self.shop = shop
        self.now = now
    }

    public var isVolatile: Bool { false }

    public func conversation(_ id: String, in catalog: Catalog) throws -> StoredConversation? {
        let since = now().addingTimeInterval(-SessionRegistry.lifetime)
        guard let record = try shop.conversation(id, usedSince: since), record.format == Self.format,
            let snapshot = try? JSONDecoder().decode(Snapshot.self, from: record.snapshot)
        else { return nil }
        let conversation = snapshot.conversation.mappingItems { item in
            snapshot.names[item].flatMap(catalog.item(named:))
        }
        return StoredConversation(conversation: conversation, version: record.version)
    }

    public func commit(_ changes: [ConversationChange]) throws -> [CommitOutcome] {
        try shop.store(try changes.map(update(for:))).map { outcome in
            switch outcome {
            case .stored(let version): .stored(version: version)
            case .conflict: .conflict
            }
        }
    }

    public func removeConversations(lastUsedBefore date: Date) throws -> Int {
        try shop.removeConversations(lastUsedBefore: date)
    }

    private func update(for change: ConversationChange) throws -> ConversationUpdate {
        let record = try change.conversation.map { conversation in
            ConversationRecord(
                id: change.id, role: conversation.role.rawValue, customer: conversation.customer,
                version: change.baseVersion, lastUsed: change.date, format: Self.format,
                snapshot: try snapshot(of: conversation, in: change.catalog))
        }
        return ConversationUpdate(
            id: change.id, date: change.date, record: record,
            changes: change.effects.map { $0.customerChange(in: change.catalog) })
    }

    private func snapshot(of conversation: Conversation, in catalog: Catalog) throws -> Data {
        var names: [Int: String] = [:]
        for item in conversation.items { names[item] = catalog.name(of: item) }
        return try JSONEncoder().encode(Snapshot(conversation: conversation, names: names))
    }
}

extension ConversationEffect {
    fileprivate func customerChange(in catalog: Catalog) -> CustomerChange {
        switch self {
        case .loggedIn(let customer): .loggedIn(customer: customer)
        case .loggedOut(let customer): .loggedOut(customer: customer)
        case .cart(let customer, let added, let removed):
            .cart(
                customer: customer, added: added.map(catalog.name(of:)), removed: removed.map(catalog.name(of:)))
        case .checkedOut(let customer, let items):
            .checkedOut(customer: customer, items: items.map(catalog.name(of:)))
        }
    }
}
