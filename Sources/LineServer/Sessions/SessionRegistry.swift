import Dialogue
import Foundation
import NIOConcurrencyHelpers
import Understanding

/// The sessions that connections are in.
///
/// A session leaves the registry when the last connection has left it and all of it is stored; from then on it is the
/// store's, and a `hello` brings it back.
final class SessionRegistry: Sendable {
    /// A conversation that nobody spoke in for so long is forgotten.
    static let lifetime: TimeInterval = 86_400

    private let sessions = NIOLockedValueBox<[String: Session]>([:])
    private let engine: Engine
    private let journal: Journal

    init(engine: Engine, journal: Journal) {
        self.engine = engine
        self.journal = journal
        journal.onCommit { [weak self] sessions in
            for session in sessions { self?.removeIfAbandoned(session) }
        }
    }

    var count: Int { sessions.withLockedValue { $0.count } }

    /// A new conversation, joined.
    func begin(role: Role, language: ReplyLanguage? = nil) -> Session {
        let conversation = Conversation(id: Self.makeID(), role: role, language: language)
        let session = Session(
            StoredConversation(conversation: conversation, version: 0), engine: engine, journal: journal)
        session.join()
        sessions.withLockedValue { $0[session.id] = session }
        return session
    }

    /// The conversation of that id, joined.
    ///
    /// - Throws: `bad_request` where there is none, `unauthorised` where it was held in another role.
    func resume(_ id: String, role: Role) throws(ProtocolError) -> Session {
        if let live = try join(id, as: role) { return live }
        let stored: StoredConversation?
        do {
            stored = try journal.store.conversation(id, in: engine.current.assistant.catalog)
        } catch {
            throw ProtocolError(.internal, "the conversation could not be read")
        }
        guard let stored else {
            throw ProtocolError(
                .badRequest, "no such session, or idle for more than a day; hello without session begins a new one")
        }
        return try join(id, as: role, orAdd: Session(stored, engine: engine, journal: journal))!
    }

    /// The connection is no longer in the session.
    func leave(_ session: Session) {
        session.leave()
        removeIfAbandoned(session)
    }

    /// Joins the session of that id, or else adds `newcomer` and joins it: there is only ever one session of an id, and none
    /// is removed between being found and being joined.
    private func join(_ id: String, as role: Role, orAdd newcomer: Session? = nil) throws(ProtocolError) -> Session? {
        let result = sessions.withLockedValue { sessions -> Result<Session?, ProtocolError> in
            guard let session = sessions[id] ?? newcomer else { return .success(nil) }
            guard session.role == role else {
                return .failure(ProtocolError(.unauthorised, "this session was held in another role"))
            }
            sessions[id] = session
            session.join()
            return .success(session)
        }
        return try result.get()
    }

    private func removeIfAbandoned(_ session: Session) {
        sessions.withLockedValue { sessions in
            if sessions[session.id] === session, session.isAbandoned { sessions[session.id] = nil }
        }
    }

    /// 128 bits from the operating system's generator: an id can't be guessed.
    static func makeID() -> String {
        var generator = SystemRandomNumberGenerator()
        let words: [UInt64] = [generator.next(), generator.next()]
        return "s-"
            + words.map { word in
                let digits = String(word, radix: 16)
                return String(repeating: "0", count: 16 - digits.count) + digits
            }.joined()
    }
}
