import Shop
import Testing
import Understanding

@testable import Dialogue

@Suite("The cart")
struct CartTests {
    @Test func itemsStandInTheOrderInWhichTheyWerePutThere() {
        var talk = Talk()
        talk.say(.add("식빵"))
        talk.say(.add("우유", "치즈"))
        #expect(talk.cart == ["식빵", "우유", "치즈"])
    }

    @Test func anItemInTheCartAlreadyChangesNothingAndTheReplySaysSo() {
        var talk = Talk()
        talk.say(.add("우유"))
        let turn = talk.say(.add("우유"))
        #expect(talk.cart == ["우유"])
        #expect(turn.reply.kind == .cart)
        #expect(turn.reply.text == "우유는 이미 장바구니에 있어요.")
        #expect(turn.events.isEmpty)
    }

    @Test func anItemThatIsNotThereCannotBeRemovedAndTheReplySaysSo() {
        var talk = Talk()
        let turn = talk.say(.removeFromCart(.named("우유")))
        #expect(turn.reply.kind == .cart)
        #expect(turn.reply.text == "우유는 장바구니에 없어요.")
    }

    @Test func anItemPutInTheCartIsNoLongerExcluded() {
        var talk = Talk()
        talk.say(.reject("우유", "두유"))
        talk.say(.add("우유"))
        #expect(talk.excluded == ["두유"])
        talk.say(.removeFromCart(.named("우유")))
        #expect(talk.excluded == ["두유"])
    }

    @Test func addingByNameRecommendsOfItselfAndAddingFromTheListKeepsTheList() {
        var talk = Talk()
        #expect(talk.say(.add("우유")).reply.kind == .recommendations)
        #expect(!talk.list.isEmpty)
        talk.say(.recommend)
        let list = talk.list
        let turn = talk.say(.addToCart(.at(2)))
        #expect(turn.reply.kind == .cart)
        #expect(turn.reply.recommendations == nil)
        talk.say(.addToCart(.at(3)))
        #expect(talk.cart == ["우유", list[1], list[2]])
    }

    @Test func ordinalsCountFromBothEndsAndPastTheEndChangeNothing() {
        var talk = Talk()
        talk.say(.recommend(4))
        let list = talk.list
        talk.say(.addToCart(.at(1, -1)))
        #expect(talk.cart == [list[0], list[3]])
        let before = talk.conversation
        let turn = talk.say(.addToCart(.at(5)))
        #expect(talk.conversation.known == before.known)
        #expect(turn.reply.kind == .cart)
        #expect(turn.reply.text == "5번은 목록에 없어요. (4번까지 있어요)")
        talk.say(.addToCart(.at(-5)))
        #expect(talk.conversation.known == before.known)
    }

    @Test func allMeansTheWholeList() {
        var talk = Talk()
        talk.say(.recommend(3))
        let list = talk.list
        talk.say(.addToCart(.all))
        #expect(talk.cart == list)
    }

    @Test func pointingWithoutAListIsRefused() {
        for act in [
            Act.addToCart(.at(1)), .removeFromCart(.at(1)), .explain(.at(1)), .similar(.at(1)),
            .reject(.at(1), category: nil), .addToCart(.all), .addToCart(.thatOne), .explain(.thatOne),
            .similar(.thatOne), .reject(.thatOne, category: nil), .removeFromCart(.thatOne),
        ] {
            var talk = Talk()
            let turn = talk.say(act)
            #expect(turn.reply.kind == .error, "\(act)")
            #expect(turn.reply.text.hasPrefix("! bad_request: "))
            #expect(turn.reply.recommendations == nil)
            #expect(talk.conversation.known == Conversation.Known())
        }
    }

    @Test func unknownItemsAreNamedWithTheirNearest() {
        var talk = Talk()
        let turn = talk.say(.addToCart(Mention(items: [Catalog.korean["우유"]], unknownItems: ["우우", "라디오"])))
        #expect(talk.cart == ["우유"])
        #expect(turn.reply.text.contains("“우우”를 찾지 못했어요. 비슷한 이름: 우유, 두유"))
        #expect(turn.reply.text.contains("“라디오”를 찾지 못했어요."))
    }

    @Test func thatOneIsTheItemSpokenOfLast() {
        var talk = Talk()
        talk.say(.recommend(5))
        let list = talk.list
        talk.say(.explain(.at(2)))
        talk.say(.addToCart(.thatOne))
        #expect(talk.cart == [list[1]])
        talk.say(.removeFromCart(.thatOne))
        #expect(talk.cart == [])
    }

    @Test func thatOneOfAListIsAskedBack() {
        var talk = Talk()
        talk.say(.recommend(3))
        let list = talk.list
        let turn = talk.say(.addToCart(.thatOne))
        #expect(turn.reply.kind == .question)
        #expect(turn.reply.question?.options == list)
        talk.say(.addToCart(.at(3)))
        #expect(talk.cart == [list[2]])
    }

    @Test func afterTheCartIsShownAPositionMayMeanTheCarts() {
        var talk = Talk()
        talk.say(.recommend(3))
        talk.say(.add("텐트", "치약"))
        talk.say(.showCart)
        talk.say(.removeFromCart(.at(2)))
        #expect(talk.cart == ["텐트"])
    }

    @Test func clearingAndCheckingOutEmptyTheCart() {
        var talk = Talk()
        talk.say(.add("우유", "식빵"))
        #expect(talk.say(.clearCart).reply.kind == .cart)
        #expect(talk.cart == [])
        #expect(talk.say(.checkout).reply.kind == .confirmation)
        talk.say(.add("우유", "식빵"))
        let turn = talk.say(.checkout)
        #expect(talk.cart == [])
        #expect(turn.reply.kind == .recommendations)
        #expect(turn.reply.text.hasPrefix("우유, 식빵을 결제했어요. (2개)\n다시 사실 때: 우유 7일 뒤쯤이에요."))
        #expect(
            turn.events == [
                .checkedOut(customer: nil, items: [Catalog.korean["우유"], Catalog.korean["식빵"]]),
                .cartChanged(customer: nil, []),
            ])
        #expect(talk.conversation.context.history.count == 1)
    }
}
