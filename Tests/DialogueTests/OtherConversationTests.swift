import Features
import Shop
import Synchronization
import Testing
import Understanding

@testable import Dialogue

/// What a conversation takes up of its customer's other ones.
@Suite("A customer's other conversations")
struct OtherConversationTests {
    /// Two customers, whom others than the conversation under test change.
    private final class Elsewhere: CustomerDirectory {
        let directory = Mutex(DictionaryDirectory.two)

        func customer(_ id: String, today: CalendarDay) throws -> CustomerRecord? {
            try directory.withLock { try $0.customer(id, today: today) }
        }
        func standing(of id: String) throws -> CustomerStanding? {
            try directory.withLock { try $0.standing(of: id) }
        }
        func keeps(_ item: ItemID) -> Bool { directory.withLock { $0.keeps(item) } }
        func repurchaseDays(of item: ItemID) -> Double? { nil }

        func put(_ names: String..., in customer: String = "13516") {
            directory.withLock { $0.records[customer]?.cart = names.map { Catalog.korean[$0] } }
        }
        func checkOut(_ names: String...) {
            put()
            let basket = Basket(items: names.map { Catalog.korean[$0] }, day: 20_015)
            directory.withLock { $0.records["13516"]?.history.append(basket) }
        }
    }

    private let elsewhere = Elsewhere()

    private func loggedIn(_ acts: Act...) -> Talk {
        var talk = Talk(role: .frontend, assistant: .double(directory: elsewhere))
        talk.say(.login(customer: "13516"))
        for act in acts { talk.say(act) }
        return talk
    }

    /// What a line finds: the edge takes up what happened before each.
    private func takeUp(_ talk: inout Talk) { talk.assistant.bringUpToDate(&talk.conversation) }

    @Test func whatWasPaidElsewhereIsNotPaidAgain() {
        elsewhere.put("우유")
        var talk = loggedIn()
        #expect(talk.cart == ["우유"])
        elsewhere.checkOut("우유")
        takeUp(&talk)
        #expect(talk.cart == [])
        #expect(talk.conversation.record?.history.count == 3)
        let turn = talk.say(.checkout)
        #expect(turn.events == [])
        #expect(turn.reply.text == "장바구니가 비어 있어서 결제할 것이 없어요.")
        #expect(talk.say(.undo).reply.text == "결제는 되돌릴 수 없어요.")
    }

    @Test func theCartIsAsTheStoreHasItInTheOrderOfThisConversation() {
        var talk = loggedIn(.add("치즈", "우유"), .reject("식빵"))
        elsewhere.put("우유", "치즈", "식빵")
        takeUp(&talk)
        #expect(talk.cart == ["치즈", "우유", "식빵"])
        #expect(talk.excluded == [], "what is in the cart is not excluded")
        elsewhere.put("식빵")
        takeUp(&talk)
        #expect(talk.cart == ["식빵"])
        #expect(talk.conversation.profile == Profile(gender: .female, age: 40))
    }

    @Test func anItemThatTheShopDoesNotKeepStays() {
        var talk = loggedIn(.add("텐트", "우유"))
        elsewhere.put()
        takeUp(&talk)
        #expect(talk.cart == ["텐트"])
    }

    @Test func undoingALineDoesNotUndoWhatAnotherDid() {
        elsewhere.put("우유")
        var talk = loggedIn(.add("치즈"), .add("버터"))
        elsewhere.put("치즈", "버터", "식빵")
        takeUp(&talk)
        talk.say(.undo)
        #expect(talk.cart == ["치즈", "식빵"])
        talk.say(.undo)
        #expect(talk.cart == ["식빵"])
        #expect(talk.say(.undo).reply.text.contains("로그인은 되돌릴 수 없어요"))
    }

    @Test func aLineWhoseEffectAnotherUndidIsNotUndoneAgain() {
        var talk = loggedIn(.add("치즈"))
        elsewhere.put()
        takeUp(&talk)
        #expect(talk.cart == [])
        #expect(talk.say(.undo).reply.text.contains("로그인은 되돌릴 수 없어요"))
    }

    @Test func whoWasForgottenIsAStrangerFromTheNextLineOn() {
        var talk = loggedIn(.add("치즈"), .recommend)
        elsewhere.directory.withLock { $0.records["13516"] = nil }
        takeUp(&talk)
        #expect(talk.conversation.customer == nil && talk.conversation.record == nil)
        #expect(talk.conversation.known == Conversation.Known() && talk.conversation.shown == nil)
        let turn = talk.say(.checkout)
        #expect(turn.events == [])
        #expect(turn.reply.kind == .confirmation)
        let said = "고객 정보가 지워져서 로그아웃되었어요."
        #expect(turn.reply.text.hasPrefix(said) && turn.reply.text.hasSuffix("결제할 것이 없어요."))
        #expect(!turn.reply.text.contains("13516"))
        takeUp(&talk)
        #expect(!talk.say(.checkout).reply.text.contains(said), "it is said once")
        #expect(talk.say(.undo).reply.text == "로그아웃은 되돌릴 수 없어요.")
    }

    @Test func aStoreThatCanNotBeReadChangesNothing() {
        var talk = loggedIn(.add("치즈"))
        talk.conversation.customer = "broken"
        let before = talk.conversation
        takeUp(&talk)
        #expect(talk.conversation == before)
    }
}
