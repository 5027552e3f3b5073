import Recommender
import Shop
import Understanding

extension Assistant {
    public func json(of turn: Turn, in conversation: Conversation, id: String) -> String {
        let reply = turn.reply
        var json = JSONText()
        json.text.reserveCapacity(1024)
        json.text.append("{\"id\":")
        json.text.append(id)
        json.append(key: "ok")
        json.text.append(reply.refusal?.code == .unauthorised ? "false" : "true")
        json.append(key: "session")
        json.append(quoted: conversation.id)
        json.append(key: "language")
        json.append(quoted: reply.language.rawValue)
        json.append(key: "acts")
        json.append(array: turn.utterance.acts) { $1.append(to: &$0, catalog: catalog) }
        json.append(key: "reply")
        json.append(reply, catalog: catalog)
        if let refusal = reply.refusal {
            json.append(key: "error")
            json.text.append("{")
            json.append(key: "code")
            json.append(quoted: refusal.code.rawValue)
            json.append(key: "message")
            json.append(quoted: refusal.message)
            json.text.append("}")
        }
        json.append(stateOf: conversation, catalog: catalog)
        if !turn.trace.isEmpty {
            json.append(key: "trace")
            json.append(strings: turn.trace)
        }
        json.text.append("}")
        return json.text
    }
}

extension JSONText {
    /// `"profile":…,"cart":…,"excluded":…`, after a comma where something stands before.
    mutating func append(stateOf conversation: Conversation, catalog: Catalog) {
        append(key: "profile")
        text.append("{\"customer\":")
        append(optional: conversation.customer)
        text.append(",\"gender\":")
        append(optional: conversation.profile.gender?.rawValue)
        text.append(",\"age\":")
        text.append(conversation.profile.age.map(String.init) ?? "null")
        text.append("}")
        append(key: "cart")
        append(strings: conversation.cart.lazy.map(catalog.name(of:)))
        append(key: "excluded")
        append(strings: conversation.excluded.lazy.map(catalog.name(of:)))
    }

    fileprivate mutating func append(_ reply: Reply, catalog: Catalog) {
        text.append("{")
        append(key: "kind")
        append(quoted: reply.kind.rawValue)
        append(key: "text")
        append(quoted: reply.text)
        if let recommendations = reply.recommendations {
            append(key: "recommendations")
            append(array: recommendations.enumerated()) { json, element in
                json.append(element.element, rank: element.offset + 1, catalog: catalog)
            }
        }
        if let question = reply.question {
            append(key: "question")
            text.append("{\"slot\":")
            append(quoted: question.slot)
            append(key: "options")
            append(strings: question.options)
            text.append("}")
        }
        text.append("}")
    }

    private mutating func append(_ recommendation: Recommendation, rank: Int, catalog: Catalog) {
        text.append("{\"rank\":\(rank),\"item\":")
        append(quoted: catalog.name(of: recommendation.item))
        append(key: "category")
        append(quoted: catalog.subcategories[recommendation.item].category)
        append(key: "score")
        append(number: recommendation.score)
        append(key: "reasons")
        append(array: recommendation.reasons) { json, reason in
            json.text.append("{\"kind\":\"\(reason.kind.rawValue)\"")
            if let item = reason.item {
                json.append(key: "item")
                json.append(quoted: catalog.name(of: item))
            }
            json.append(key: "weight")
            json.append(number: reason.weight)
            json.text.append("}")
        }
        text.append("}")
    }

    private mutating func append(optional string: String?) {
        if let string { append(quoted: string) } else { text.append("null") }
    }

    /// To six decimals, so that the last bits of a float don't show; JSON knows no infinity.
    private mutating func append(number: Double) {
        guard number.isFinite else { return text.append("0") }
        let rounded = (number * 1_000_000).rounded() / 1_000_000
        text.append(rounded == 0 ? "0" : "\(rounded)")
    }
}
