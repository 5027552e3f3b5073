import Dialogue
import Foundation
import NIOConcurrencyHelpers
import Shop

/// Keeps conversations for the life of the process, the most recently used ones where there are too many.
public final class MemoryConversationStore: ConversationStore {
    private struct Entry {
        var stored: StoredConversation
        var catalog: Catalog
        var lastUsed: Date
    }

    private let capacity: Int
    private let entries = NIOLockedValueBox<[String: Entry]>([:])

    /// - Parameter capacity: how many conversations to keep; the least recently used go first.
    public init(capacity: Int = 100_000) {
        precondition(capacity > 0)
        self.capacity = capacity
    }

    public var isVolatile: Bool { true }

    public func conversation(_ id: String, in catalog: Catalog) throws -> StoredConversation? {
        entries.withLockedValue { entries in
            guard let entry = entries[id] else { return nil }
            var stored = entry.stored
            stored.conversation = stored.conversation.renumbered(from: entry.catalog, to: catalog)
            return stored
        }
    }

    public func commit(_ changes: [ConversationChange]) throws -> [CommitOutcome] {
        entries.withLockedValue { entries in
            changes.map { change in
                guard let conversation = change.conversation else { return .stored(version: 0) }
                let version = entries[change.id]?.stored.version ?? 0
                guard version == change.baseVersion else { return .conflict }
                if version == 0, entries.count >= capacity { Self.makeRoom(in: &entries, capacity: capacity) }
                entries[change.id] = Entry(
                    stored: StoredConversation(conversation: conversation, version: version + 1),
                    catalog: change.catalog, lastUsed: change.date)
                return .stored(version: version + 1)
            }
        }
    }

    /// Drops the tenth that was used least recently, so that the cost of finding it is spread over many new ones.
    private static func makeRoom(in entries: inout [String: Entry], capacity: Int) {
        let oldest = entries.map { ($0.value.lastUsed, $0.key) }.sorted { $0 < $1 }.prefix(max(1, capacity / 10))
        for (_, id) in oldest { entries[id] = nil }
    }

    public func removeConversations(lastUsedBefore date: Date) throws -> Int {
        entries.withLockedValue { entries in
            let before = entries.count
            entries = entries.filter { $0.value.lastUsed >= date }
            return before - entries.count
        }
    }
}
