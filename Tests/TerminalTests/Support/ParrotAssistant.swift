import Dialogue
import Shop
import Understanding

/// Answers with what it was told: enough to test everything around the replies.
struct ParrotAssistant: Responding {
    let catalog: Catalog

    init(_ names: [String] = ["우유", "샴푸", "식빵", "스포츠음료", "바디워시", "바디 로션", "Milk"]) {
        catalog = Catalog(
            subcategories: names.map { Subcategory(name: $0, middleCategory: nil, category: $0 == "우유" ? "유제품" : "생활") }
        )
    }

    func respond(to request: Request, in conversation: inout Conversation) -> Turn {
        let text: String
        switch request {
        case .text(let line): text = line
        case .acts(let acts): text = acts.map(\.name).joined(separator: "+")
        }
        let utterance = Utterance(text: text, language: .korean, spanned: [])
        switch text {
        case "/quit":
            return Turn(utterance: utterance, reply: Reply(kind: .goodbye, text: "안녕히 가세요.", endsConversation: true))
        case "틀렸어":
            let refusal = Reply.Refusal(code: .badRequest, message: "안 돼요")
            return Turn(
                utterance: utterance, reply: Reply(kind: .error, text: "! bad_request: 안 돼요", refusal: refusal))
        case "30대 여자야": conversation.known.profile = Profile(gender: .female, age: 30)
        case "우유": conversation.known.cart.append(0)
        case "로그인": conversation.customer = "7"
        case "남으로 로그인": conversation.customer = "8"
        case "로그아웃": conversation.customer = nil
        case "영어": conversation.language = .english
        case "길게":
            return Turn(utterance: utterance, reply: Reply(kind: .help, text: "아주 긴 대답이 한 줄에\n또 한 줄"))
        default: break
        }
        return Turn(
            utterance: utterance, reply: Reply(kind: .smalltalk, text: "‘\(text)’라고 하셨어요."),
            events: [.cartChanged(customer: nil, conversation.cart)])
    }

    func text(of turn: Turn, in conversation: Conversation) -> String { turn.reply.text }

    func json(of turn: Turn, in conversation: Conversation, id: String) -> String {
        "{\"id\":\(id),\"kind\":\"\(turn.reply.kind.rawValue)\"}"
    }
}
