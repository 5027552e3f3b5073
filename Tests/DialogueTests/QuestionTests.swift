import Shop
import Testing
import Understanding

@testable import Dialogue

@Suite("Which one?")
struct QuestionTests {
    static let asked = Act.addToCart(.either("유", "우유", "두유", "가공우유"))

    @Test func anUnclearNameIsAskedBackWithItsOptions() {
        var talk = Talk()
        let turn = talk.say(Self.asked)
        #expect(turn.reply.kind == .question)
        #expect(turn.reply.question == .init(slot: "item", options: ["우유", "두유", "가공우유"]))
        #expect(turn.reply.text == "“유”가 여러 가지예요. 어느 것을 담을까요?\n  1. 우유  2. 두유  3. 가공우유")
        #expect(talk.cart == [])
    }

    @Test(arguments: [
        (Mention.named("두유"), ["두유"]), (.at(3), ["가공우유"]), (.at(-1), ["가공우유"]), (.at(1, 2), ["우유", "두유"]),
        (.all, ["우유", "두유", "가공우유"]), (.named("우유", "가공우유"), ["우유", "가공우유"]),
    ])
    func aNameOrAPositionAnswers(answer: Mention, cart: [String]) {
        var talk = Talk()
        talk.say(.recommend)
        talk.say(Self.asked)
        talk.say(.addToCart(answer))
        #expect(talk.cart == cart)
        #expect(talk.conversation.pending.isEmpty)
    }

    @Test(arguments: [
        ("두 번째 거", ["두유"]), ("3", ["가공우유"]), ("3번이요", ["가공우유"]), ("전부요", ["우유", "두유", "가공우유"]), ("가공", ["가공우유"]),
        ("the last one", ["가공우유"]), ("아니야", []), ("never mind", []), ("우유", ["우유"]),
    ])
    func wordsThatOnlyTheQuestionMakesAnAnswerAnswer(line: String, cart: [String]) {
        var talk = Talk()
        talk.say(Self.asked)
        let turn = talk.type(line)
        #expect(talk.cart == cart)
        #expect(talk.conversation.pending.isEmpty)
        if cart.isEmpty { #expect(turn.reply.kind == .confirmation) }
    }

    @Test func bothAnswersAQuestionOfTwo() {
        var talk = Talk()
        talk.say(.addToCart(.either("유", "우유", "두유")))
        talk.type("둘 다")
        #expect(talk.cart == ["우유", "두유"])
    }

    @Test func theAnswerGoesToTheActThatAsked() {
        var talk = Talk()
        talk.say(.add("우유", "두유"))
        talk.say(.removeFromCart(.either("유", "우유", "두유")))
        talk.say(.addToCart(.named("두유")))
        #expect(talk.cart == ["우유"])
        talk.say(.reject(.either("유", "가공우유", "두유"), category: nil))
        talk.say(.addToCart(.at(1)))
        #expect(talk.excluded == ["가공우유"])
        talk.say(.explain(.either("유", "가공우유", "두유")))
        #expect(talk.say(.addToCart(.at(2))).reply.kind == .explanation)
        talk.say(.similar(.either("유", "가공우유", "두유")))
        #expect(talk.say(.addToCart(.at(2))).reply.kind == .recommendations)
    }

    @Test func aLineThatIgnoresTheQuestionSimplyGoesOn() {
        var talk = Talk()
        talk.say(Self.asked)
        #expect(talk.say(.add("식빵")).reply.question == nil)
        #expect(talk.cart == ["식빵"])
        #expect(talk.conversation.pending.isEmpty)
        talk.say(Self.asked)
        #expect(talk.say(.showCart).reply.kind == .cart)
        #expect(talk.say(.addToCart(.named("두유"))).reply.kind != .question)
    }

    @Test func aPositionPastTheOptionsLeavesTheQuestionOpen() {
        var talk = Talk()
        talk.say(Self.asked)
        let turn = talk.say(.addToCart(.at(9)))
        #expect(turn.reply.kind == .question)
        #expect(talk.cart == [])
        talk.say(.addToCart(.at(1)))
        #expect(talk.cart == ["우유"])
    }

    @Test func whatIsClearIsDoneAtOnceAndTwoQuestionsAreAskedInTurn() {
        var talk = Talk()
        let turn = talk.say(
            .addToCart(Mention(items: [Catalog.korean["식빵"]], ambiguous: .init(text: "유", options: [0, 1]))),
            .addToCart(.either("제", "세탁세제", "주방세제")))
        #expect(turn.reply.kind == .question)
        #expect(talk.cart == ["식빵"])
        #expect(turn.reply.question?.options == ["우유", "두유"])
        let next = talk.say(.addToCart(.at(2)))
        #expect(next.reply.question?.options == ["세탁세제", "주방세제"])
        talk.say(.addToCart(.at(1)))
        #expect(talk.cart == ["식빵", "두유", "세탁세제"])
    }

    @Test func aQuestionAndAListTogetherAreAList() {
        var talk = Talk()
        let turn = talk.say(Self.asked, .recommend(3))
        #expect(turn.reply.kind == .recommendations)
        #expect(turn.reply.question?.slot == "item")
        talk.say(.addToCart(.at(1)))
        #expect(talk.cart == ["우유"])
    }
}
