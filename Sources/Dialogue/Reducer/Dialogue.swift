import Recommender
import Shop
import Understanding

/// The reducer: (conversation, acts, facts) to (conversation, reply parts, events), without any effect.
///
///     let outcome = Dialogue(recommender: model).reduce(conversation, acts: [.undo], facts: facts)
///     outcome.conversation        // the state after the line
///     outcome.parts               // what each act came to, in the order of the acts
///
/// The same conversation, acts and facts give the same outcome, for ``Recommender/Recommending`` is pure too. What
/// acts do to the state is `docs/ACTS.md`'s to say; `docs/DIALOGUE.md` tells the rest.
struct Dialogue: Sendable {
    let recommender: any Recommending

    /// What a line came to.
    struct Outcome: Sendable {
        var conversation: Conversation
        var parts: [ReplyPart]
        var events: [ConversationEvent]
        var endsConversation: Bool
    }

    /// The answer to an open question, where the line itself, not its acts, tells it: "both", "no", a part of a name.
    enum Answer: Hashable, Sendable {
        case options([ItemID])
        case none
    }

    func reduce(_ conversation: Conversation, acts: [Act], answer: Answer? = nil, facts: Facts) -> Outcome {
        var line = LineReduction(conversation, recommender: recommender, facts: facts)
        var acts = acts[...]
        if line.answer(with: answer, or: acts.first) { acts = acts.dropFirst() }
        while let act = acts.popFirst() {
            line.apply(act, listsLater: acts.contains(where: \.asksForList))
        }
        return line.finished()
    }
}

extension Act {
    /// Whether the act is answered with a list of its own.
    var asksForList: Bool {
        switch self {
        case .recommend, .more, .similar, .filter: true
        default: false
        }
    }
}
