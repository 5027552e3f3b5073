import DequeModule
import Dialogue
import Foundation
import NIOConcurrencyHelpers
import Shop
import Understanding

/// A conversation while connections are in it: one line at a time, from whichever connection it comes.
///
/// A line that changes what must not be lost is answered at once, but its reply is *held* until the journal has stored
/// the change; so are the replies to the lines after it, since they rest on it. Should another process have
/// changed the conversation meanwhile, or another conversation the customer, so that the change can't be made any more,
/// the held lines are answered again from the state that was left.
///
///     line ──▶ answered ──▶ held ──▶ journal commits ──▶ mailbox ──▶ sent
///                  │          ▲              │ conflict
///                  ▼          └── answered again
///                 sent (nothing to keep)
final class Session: Sendable {
    let id: String
    let role: Role
    private let engine: Engine
    private let journal: Journal
    private let state: NIOLockedValueBox<State>

    /// What a line asks of the conversation.
    enum Work: Sendable {
        case text(String)
        /// A JSON array of acts.
        case acts(String)
        case hello(language: ReplyLanguage?, isResumed: Bool)
    }

    /// A line that was answered and whose reply waits for the disk.
    private struct HeldTurn {
        var work: Work
        var ticket: LineConnection.Ticket
        var mailbox: ReplyMailbox
        var answer: LineConnection.Answer
        var effects: [ConversationEffect]
        /// Whether it changed something itself; else it only rests on changes before it.
        var isChange: Bool
    }

    private struct State {
        var conversation: Conversation
        /// The conversation before the first held line: where to go back to if the store refuses the change.
        var stored: Conversation
        /// The conversation as it is being stored.
        var storing: Conversation?
        var version: Int
        /// What numbers the items of both, and which of the engine's assistants that is.
        var catalog: Catalog
        var generation: Int
        var held: Deque<HeldTurn> = []
        /// Of the held turns, those that are being stored now.
        var committing = 0
        var isCommitting = false
        var isQueued = false
        /// Whether its first version is on its way to the store.
        var isBeingCreated = false
        /// In the journal's other queue, for what nobody waits for.
        var isQueuedUnhurried = false
        /// Whether a client was told the id, so that the conversation can be taken up again.
        var isResumable: Bool
        var lastUsed: Date
        var storedAt: Date
        var connections = 0
    }

    /// A conversation that is used without being changed is stored anew that often, so that it does not expire.
    private static let touchInterval: TimeInterval = 900

    init(_ stored: StoredConversation, engine: Engine, journal: Journal) {
        id = stored.conversation.id
        role = stored.conversation.role
        self.engine = engine
        self.journal = journal
        let current = engine.current
        let now = journal.now()
        state = NIOLockedValueBox(
            State(
                conversation: stored.conversation, stored: stored.conversation, version: stored.version,
                catalog: current.assistant.catalog, generation: current.generation,
                isResumable: stored.version > 0, lastUsed: now, storedAt: now))
    }

    /// The conversation as it is now, stored or not.
    var conversation: Conversation { state.withLockedValue { $0.conversation } }

    // MARK: - Lines

    /// Does what a line asks, and answers now or, where the answer is `nil`, through the mailbox when its change is stored.
    func perform(_ work: Work, ticket: LineConnection.Ticket, mailbox: ReplyMailbox) -> LineConnection.Answer? {
        state.withLockedValue { state in
            let before = state.conversation
            if state.held.isEmpty {
                state.stored = before
                bringUpToDate(&state)
            }
            let (answer, effects) = carryOut(work, form: ticket.form, in: &state)
            let isNew = state.isResumable && state.version == 0 && !state.isBeingCreated
            if isNew { state.isBeingCreated = true }
            let mustBeKept =
                state.isResumable && (isNew || state.conversation.essentials != before.essentials)
                || !effects.isEmpty
            let mayBeKept =
                state.isResumable
                && (state.conversation != before
                    || state.lastUsed.timeIntervalSince(state.storedAt) > Self.touchInterval)
            guard mustBeKept || mayBeKept || !state.held.isEmpty else { return answer }
            if journal.isVolatile {
                return commitInMemory(answer, effects: effects, in: &state)
            }
            if mustBeKept {
                enqueue(&state)
            } else if mayBeKept {
                enqueueUnhurried(&state)
            }
            guard mustBeKept || !state.held.isEmpty else { return answer }
            state.held.append(
                HeldTurn(
                    work: work, ticket: ticket, mailbox: mailbox, answer: answer, effects: effects, isChange: mustBeKept
                ))
            return nil
        }
    }

    private func carryOut(
        _ work: Work, form: RequestLine.Form, in state: inout State
    ) -> (LineConnection.Answer, [ConversationEffect]) {
        let current = engine.current
        takeUp(current, in: &state)
        state.lastUsed = journal.now()
        if case .json = form { state.isResumable = true }
        let before = state.conversation
        let (answer, events): (LineConnection.Answer, [ConversationEvent])
        switch work {
        case .text(let text):
            (answer, events) = current.assistant.answer(.text(text), in: &state.conversation, form: form)
        case .acts(let json):
            (answer, events) = current.assistant.answer(acts: json, in: &state.conversation, form: form)
        case .hello(let language, let isResumed):
            if let language {
                state.conversation.fixedLanguage = language
                state.conversation.language = language
            }
            guard case .json(let id) = form else { preconditionFailure("hello comes as JSON") }
            let line = current.assistant.helloReply(state.conversation, isResumed: isResumed, id: id)
            (answer, events) = (LineConnection.Answer(bytes: ReplyWriter.json(line)), [])
        }
        return (answer, ConversationEffect.effects(of: events, before: before, after: state.conversation))
    }

    /// Takes up what other conversations did to the customer. While changes of this one wait, the store can't tell what
    /// is theirs: lines that rest on them go by what this one knows, and the store refuses what can't be.
    private func bringUpToDate(_ state: inout State) {
        let current = engine.current
        takeUp(current, in: &state)
        current.assistant.bringUpToDate(&state.conversation)
    }

    /// Renumbers the items where a model was loaded since the last line.
    private func takeUp(_ current: Engine.Current, in state: inout State) {
        guard current.generation != state.generation else { return }
        let catalog = current.assistant.catalog
        state.conversation = state.conversation.renumbered(from: state.catalog, to: catalog)
        state.stored = state.stored.renumbered(from: state.catalog, to: catalog)
        state.storing = state.storing?.renumbered(from: state.catalog, to: catalog)
        state.catalog = catalog
        state.generation = current.generation
    }

    // MARK: - Storing

    private func enqueue(_ state: inout State) {
        guard !state.isQueued else { return }
        state.isQueued = true
        journal.enqueue(self)
    }

    private func enqueueUnhurried(_ state: inout State) {
        guard !state.isQueued, !state.isQueuedUnhurried else { return }
        state.isQueuedUnhurried = true
        journal.enqueueUnhurried(self)
    }

    private func commitInMemory(
        _ answer: LineConnection.Answer, effects: [ConversationEffect], in state: inout State
    ) -> LineConnection.Answer {
        let change = ConversationChange(
            id: id, conversation: state.isResumable ? state.conversation : nil, baseVersion: state.version,
            effects: effects, catalog: state.catalog, date: state.lastUsed)
        switch journal.commitNow(change) {
        case .stored(let version): state.version = version
        case .conflict:
            // The store dropped it to make room: it starts again.
            state.version = 0
            var renewed = change
            renewed.baseVersion = 0
            if case .stored(let version) = journal.commitNow(renewed) { state.version = version }
        case nil: break
        }
        state.storedAt = state.lastUsed
        return answer
    }

    /// What is to be stored now, if anything; the journal calls ``stored(_:version:)`` or one of its siblings next.
    func takeChange() -> ConversationChange? {
        state.withLockedValue { state in
            guard !state.isCommitting else { return nil }
            let hasWork = state.isQueued || state.isQueuedUnhurried
            state.isQueued = false
            state.isQueuedUnhurried = false
            guard hasWork else { return nil }
            state.isCommitting = true
            state.committing = state.held.count
            state.storing = state.conversation
            return ConversationChange(
                id: id, conversation: state.isResumable ? state.conversation : nil, baseVersion: state.version,
                effects: state.held.flatMap(\.effects), catalog: state.catalog, date: state.lastUsed)
        }
    }

    /// The change is on disk: its replies may go.
    func stored(_ change: ConversationChange, version: Int) {
        state.withLockedValue { state in
            if change.conversation != nil {
                state.version = version
                state.storedAt = change.date
            }
            if state.committing > 0, let storing = state.storing { state.stored = storing }
            state.storing = nil
            // Lines that came meanwhile and change nothing rest on what is stored now.
            while let turn = state.held.first, state.committing > 0 || !turn.isChange {
                state.held.removeFirst()
                state.committing -= 1
                turn.mailbox.deliver(turn.answer, for: turn.ticket)
            }
            state.committing = 0
            state.isCommitting = false
        }
    }

    /// Somebody else was quicker: the lines that wait are answered again from the state that they left.
    ///
    /// - Parameter current: the conversation as stored; `nil` where it is not, because it need not be kept, is new, or
    ///   was removed with its customer. It then goes on from what it was before the lines that wait.
    func conflicted(with current: StoredConversation?) {
        state.withLockedValue { state in
            state.isCommitting = false
            state.isBeingCreated = true
            state.committing = 0
            state.storing = nil
            state.conversation = current?.conversation ?? (state.held.isEmpty ? state.conversation : state.stored)
            state.stored = state.conversation
            state.version = current?.version ?? 0
            bringUpToDate(&state)
            for index in state.held.indices {
                let (answer, effects) = carryOut(
                    state.held[index].work, form: state.held[index].ticket.form, in: &state)
                state.held[index].answer = answer
                state.held[index].effects = effects
            }
            enqueue(&state)
        }
    }

    /// The store is out of order: nothing of the lines that wait holds, and their senders are told.
    func failed() {
        state.withLockedValue { state in
            state.isCommitting = false
            state.isBeingCreated = false
            state.committing = 0
            state.storing = nil
            if !state.held.isEmpty { state.conversation = state.stored }
            let error = ProtocolError(.internal, "the change could not be stored and was taken back; try again")
            for turn in state.held {
                turn.mailbox.deliver(LineConnection.Answer(refusing: error, form: turn.ticket.form), for: turn.ticket)
            }
            state.held.removeAll()
        }
    }

    // MARK: - Connections

    func join() { state.withLockedValue { $0.connections += 1 } }

    func leave() { state.withLockedValue { $0.connections -= 1 } }

    /// Whether no connection is in it and nothing of it waits to be stored.
    var isAbandoned: Bool {
        state.withLockedValue {
            $0.connections == 0 && $0.held.isEmpty && !$0.isQueued && !$0.isQueuedUnhurried && !$0.isCommitting
        }
    }
}
