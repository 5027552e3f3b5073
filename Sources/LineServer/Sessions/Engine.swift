import Dialogue
import Foundation
import NIOConcurrencyHelpers
import Shop
import Understanding

/// The assistant that answers now, and how its answers look on the wire.
///
/// The assistant can be exchanged for one with a newer model while lines are being answered: each line is answered by the
/// one that was there when it began.
final class Engine: Sendable {
    struct Current: Sendable {
        var assistant: any Responding
        /// Counts the assistants.
        var generation: Int
    }

    private let box: NIOLockedValueBox<Current>

    init(_ assistant: any Responding) {
        box = NIOLockedValueBox(Current(assistant: assistant, generation: 0))
    }

    var current: Current { box.withLockedValue { $0 } }

    func replace(by assistant: any Responding) {
        box.withLockedValue { $0 = Current(assistant: assistant, generation: $0.generation + 1) }
    }
}

extension Responding {
    /// Reads structured acts, checking every slot against the catalog.
    private func acts(fromJSON json: String) throws(ProtocolError) -> [Act] {
        do {
            return try ActRequest.acts(fromJSON: Data(json.utf8), in: catalog)
        } catch let error as ActError {
            throw ProtocolError(ErrorCode(rawValue: error.code) ?? .badRequest, error.message)
        } catch {
            throw ProtocolError(.badRequest, "acts: not a list of acts")
        }
    }

    /// Answers structured acts, given as the JSON array that the client sent.
    func answer(
        acts json: String, in conversation: inout Conversation, form: RequestLine.Form
    ) -> (LineConnection.Answer, [ConversationEvent]) {
        do throws(ProtocolError) {
            return answer(.acts(try acts(fromJSON: json)), in: &conversation, form: form)
        } catch {
            return (LineConnection.Answer(refusing: error, form: form), [])
        }
    }

    /// Answers a line and writes the reply as the line asks for it.
    func answer(
        _ request: Request, in conversation: inout Conversation, form: RequestLine.Form
    ) -> (LineConnection.Answer, [ConversationEvent]) {
        let before = conversation
        let turn = respond(to: request, in: &conversation)
        guard conversation.customer == nil || conversation.role != .guest else {
            // The dialogue refuses this; should it ever not, no customer's data leaves the server.
            conversation = before
            return (
                LineConnection.Answer(refusing: ProtocolError(.unauthorised, "guests can't log in"), form: form), []
            )
        }
        let bytes =
            switch form {
            case .text: ReplyWriter.text(text(of: turn, in: conversation))
            case .json(let id): ReplyWriter.json(json(of: turn, in: conversation, id: id))
            }
        var answer = LineConnection.Answer(bytes: bytes, closes: turn.reply.endsConversation)
        answer.error = turn.reply.refusal?.code
        return (answer, turn.events)
    }

    /// The reply to `hello`: who one is now, and the state of the conversation that one is in.
    func helloReply(_ conversation: Conversation, isResumed: Bool, id: String) -> String {
        var json = JSONText()
        json.text = #"{"id":\#(id),"ok":true"#
        json.append(key: "session")
        json.append(quoted: conversation.id)
        json.append(key: "resumed")
        json.text += isResumed ? "true" : "false"
        json.append(key: "role")
        json.append(quoted: conversation.role.rawValue)
        json.append(key: "language")
        json.append(quoted: conversation.language.rawValue)
        json.append(key: "profile")
        json.text += "{"
        json.append(key: "customer")
        json.append(optional: conversation.customer)
        json.append(key: "gender")
        json.append(optional: conversation.profile.gender?.rawValue)
        json.append(key: "age")
        json.text += conversation.profile.age.map(String.init) ?? "null"
        json.text += "}"
        json.append(key: "cart")
        json.append(strings: conversation.cart.map(catalog.name(of:)))
        json.append(key: "excluded")
        json.append(strings: conversation.excluded.map(catalog.name(of:)))
        json.text += "}"
        return json.text
    }
}

extension JSONText {
    fileprivate mutating func append(optional string: String?) {
        if let string { append(quoted: string) } else { text += "null" }
    }
}
