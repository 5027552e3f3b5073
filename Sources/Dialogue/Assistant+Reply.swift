import Recommender
import Shop
import Understanding

extension Assistant {
    /// The structured reply with its text.
    func reply(_ outcome: Dialogue.Outcome, in conversation: Conversation) -> Reply {
        let phrasing = phrasing(conversation.language)
        let parts = outcome.parts.isEmpty ? [.unknown(example: nil)] : outcome.parts
        let kind = parts.map(\.kind).min { $0.precedence < $1.precedence } ?? .unknown
        let lastList = parts.lastIndex { $0.kind == .recommendations }
        var reply = Reply(
            kind: kind, text: "", endsConversation: outcome.endsConversation, language: conversation.language)
        var lines: [String] = []
        for (index, part) in parts.enumerated() {
            if kind == .error, reply.refusal == nil, case .refused(let reason) = part {
                let message = TextLayout.singleLine(phrasing.message(for: reason))
                reply.refusal = Reply.Refusal(code: reason.code, message: message)
            }
            lines += phrasing.lines(for: part, isBrief: index != lastList)
        }
        if let lastList, case .list(let list) = parts[lastList] { reply.recommendations = list.recommendations }
        reply.question = question(of: parts, phrasing)
        reply.text =
            if let refusal = reply.refusal {
                TextLayout.singleLine("! \(refusal.code.rawValue): " + lines.joined(separator: " "))
            } else {
                TextLayout.text(lines)
            }
        return reply
    }

    /// The question to be answered first; one about an item goes before the one about the person.
    private func question(of parts: [ReplyPart], _ phrasing: any Phrasing) -> Reply.Question? {
        var profile: Reply.Question?
        for part in parts {
            switch part {
            case .question(let question):
                return Reply.Question(slot: "item", options: question.options.map(catalog.name(of:)))
            case .list(let list) where list.asksProfile:
                profile = Reply.Question(slot: "profile", options: phrasing.profileOptions)
            default: break
            }
        }
        return profile
    }

    public func text(of turn: Turn, in conversation: Conversation) -> String {
        if conversation.settings.printsJSON { return json(of: turn, in: conversation, id: "null") }
        return ([turn.reply.text] + turn.trace).joined(separator: "\n")
    }

    /// Acts, state and timings, a line each.
    func trace(
        of utterance: Utterance, in conversation: Conversation, timings: [(name: String, duration: Duration)]
    ) -> [String] {
        let acts = utterance.spanned.map { spanned in
            let span = spanned.span.isEmpty ? "" : " @\(spanned.span.lowerBound)..<\(spanned.span.upperBound)"
            return "  act \(spanned.act.json(in: catalog))\(span)"
        }
        var state = JSONText()
        state.append(stateOf: conversation, catalog: catalog)
        let times = timings.map { name, duration in
            "\(name) \(duration.components.attoseconds / 1_000_000_000_000 + duration.components.seconds * 1_000_000) µs"
        }
        return
            (acts.prefix(8) + ["  state {\(state.text.drop { $0 == "," })}", "  time \(times.joined(separator: ", "))"])
            .map { $0.printable.truncated(toWidth: 400) }
    }
}
