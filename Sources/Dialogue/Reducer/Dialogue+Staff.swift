import Recommender
import Shop

/// The commands that look at the model and change nothing of the conversation.
extension Dialogue {
    func features(_ conversation: Conversation) -> Outcome {
        Outcome(conversation, .features(recommender.features(of: conversation.context)))
    }

    func score(of item: ItemID, _ conversation: Conversation) -> Outcome {
        guard recommender.catalog.isLabel(item) else {
            let explanation = ExplainedItems.Explanation(item: item, reasons: [], isLabel: false)
            return Outcome(
                conversation,
                .explained(ExplainedItems(explanations: [explanation], profile: conversation.profile)))
        }
        let context = conversation.context
        let everything = RecommendationOptions(count: recommender.catalog.labelCount)
        let rank = recommender.recommend(for: context, options: everything).firstIndex { $0.item == item }
        return Outcome(
            conversation, .score(recommender.explainScore(of: item, in: context), rank: rank.map { $0 + 1 }))
    }

    func whatIf(_ profile: Profile, _ conversation: Conversation) -> Outcome {
        let options = RecommendationOptions(
            count: 10, excluded: Set(conversation.excluded), category: conversation.filter)
        let today = conversation.context
        var other = today
        other.profile = profile
        return Outcome(
            conversation,
            .whatIf(
                WhatIf(
                    today: today.profile, other: profile,
                    todayList: recommender.recommend(for: today, options: options),
                    otherList: recommender.recommend(for: other, options: options))))
    }

    func toggle(_ toggle: Toggle, _ isOn: Bool, _ conversation: Conversation) -> Outcome {
        var conversation = conversation
        switch toggle {
        case .json: conversation.settings.printsJSON = isOn
        case .trace: conversation.settings.traces = isOn
        case .suggest: conversation.settings.suggests = isOn
        }
        return Outcome(conversation, .toggled(toggle, isOn))
    }
}

extension Dialogue.Outcome {
    /// One part, and nothing that changed beside it.
    init(_ conversation: Conversation, _ part: ReplyPart) {
        self.init(conversation: conversation, parts: [part], events: [], endsConversation: false)
    }
}
