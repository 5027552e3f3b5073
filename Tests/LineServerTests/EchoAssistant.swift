import Dialogue
import Foundation
import NIOConcurrencyHelpers
import Shop
import Understanding

/// An engine that understands five things: `+NAME` puts something in the cart, `-NAME` takes it out, `login ID`,
/// `bye`, and anything else comes back as it was.
struct EchoAssistant: Responding {
    static let fortyItems = Catalog(
        subcategories: (0..<40).map { Subcategory(name: "item\($0)", middleCategory: nil, category: "all") })

    var catalog = EchoAssistant.fortyItems
    /// Prefixes what it says, to tell one assistant from the next.
    var voice = ""
    /// Called for each line, to make it slow or to count.
    var onLine: @Sendable (String) -> Void = { _ in }
    /// What it takes up before a line.
    var takeUp: @Sendable (inout Conversation) -> Void = { _ in }

    func bringUpToDate(_ conversation: inout Conversation) { takeUp(&conversation) }

    func respond(to request: Request, in conversation: inout Conversation) -> Turn {
        switch request {
        case .text(let text):
            onLine(text)
            return turn(for: text, in: &conversation)
        case .acts(let acts):
            return Turn(
                utterance: Utterance(text: "", language: .english, spanned: []),
                reply: Reply(kind: .smalltalk, text: "\(acts.map(\.name))", language: .english))
        }
    }

    private func turn(for text: String, in conversation: inout Conversation) -> Turn {
        var reply = Reply(kind: .smalltalk, text: voice + text, language: .english)
        var events: [ConversationEvent] = []
        if text == "bye" {
            reply.kind = .goodbye
            reply.endsConversation = true
        } else if text.hasPrefix("login ") {
            let customer = String(text.dropFirst(6))
            conversation.customer = customer
            events.append(.loggedIn(customer: customer))
        } else if let sign = text.first, sign == "+" || sign == "-",
            let item = catalog.item(named: String(text.dropFirst()))
        {
            conversation.known.cart.removeAll { $0 == item }
            if sign == "+" { conversation.known.cart.append(item) }
            reply.kind = .cart
            events.append(.cartChanged(customer: conversation.customer, conversation.cart))
        } else if text == "buy" {
            events.append(.checkedOut(customer: conversation.customer, items: conversation.cart))
            conversation.known.cart = []
            events.append(.cartChanged(customer: conversation.customer, []))
        }
        return Turn(
            utterance: Utterance(text: text, language: .english, spanned: []), reply: reply, events: events)
    }

    func text(of turn: Turn, in conversation: Conversation) -> String { turn.reply.text }

    func json(of turn: Turn, in conversation: Conversation, id: String) -> String {
        var json = JSONText()
        json.text = #"{"id":\#(id),"ok":true"#
        json.append(key: "session")
        json.append(quoted: conversation.id)
        json.append(key: "text")
        json.append(quoted: turn.reply.text)
        json.append(key: "cart")
        json.append(strings: conversation.cart.map(catalog.name(of:)))
        json.text += "}"
        return json.text
    }
}
