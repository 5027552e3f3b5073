import Foundation
import Shop
import Testing
import Understanding

@testable import Dialogue

@Suite("Undo, reset, and who is logged in")
struct StateTests {
    @Test func undoTakesBackLineByLine() {
        var talk = Talk()
        talk.say(.setProfile(gender: .female, age: 30), .add("우유"))
        talk.say(.add("식빵"), .reject("치즈"), .filter(category: "식품"))
        talk.say(.undo)
        #expect(talk.cart == ["우유"])
        #expect(talk.excluded == [])
        #expect(talk.conversation.filter == nil)
        talk.say(.undo)
        #expect(talk.conversation.known == Conversation.Known())
        let turn = talk.say(.undo)
        #expect(turn.reply.kind == .confirmation)
        #expect(turn.reply.text == "되돌릴 것이 없어요.")
    }

    @Test func aLineThatChangedNothingIsNotUndone() {
        var talk = Talk()
        talk.say(.add("우유"))
        talk.say(.add("우유"))
        talk.say(.recommend)
        talk.say(.add("식빵"), .removeFromCart(.named("식빵")))
        talk.say(.undo)
        #expect(talk.cart == [])
    }

    @Test func undoInTheLineThatChangedSomethingTakesThatBack() {
        var talk = Talk()
        talk.say(.add("우유"))
        talk.say(.add("식빵"), .undo)
        #expect(talk.cart == ["우유"])
        talk.say(.undo, .add("치즈"))
        #expect(talk.cart == ["치즈"])
        talk.say(.undo)
        #expect(talk.cart == [])
    }

    @Test func resetForgetsAllButTheCustomerAndCanBeUndone() {
        var talk = Talk()
        talk.say(.login(customer: "13516"))
        talk.say(.add("식빵"), .reject("치즈"), .filter(category: "식품"))
        let known = talk.conversation.known
        talk.say(.reset)
        #expect(talk.conversation.known == Conversation.Known())
        #expect(talk.conversation.customer == "13516")
        talk.say(.undo)
        #expect(talk.conversation.known == known)
    }

    @Test(arguments: [Act.checkout, .login(customer: "13516"), .logout])
    func whatCannotBeUndoneSaysSoAndHidesWhatCameBefore(act: Act) {
        var talk = Talk()
        talk.say(.add("우유"))
        talk.say(act)
        let known = talk.conversation.known
        let turn = talk.say(.undo)
        #expect(turn.reply.kind == .confirmation)
        #expect(turn.reply.text.contains("되돌릴 수 없어요"))
        #expect(talk.conversation.known == known)
        talk.say(.add("식빵"))
        talk.say(.undo)
        #expect(talk.conversation.known == known)
    }

    @Test func aCheckoutInALineOfSeveralDividesIt() {
        var talk = Talk()
        talk.say(.add("우유"), .checkout, .add("식빵"))
        #expect(talk.cart == ["식빵"])
        talk.say(.undo)
        #expect(talk.cart == [])
        #expect(talk.say(.undo).reply.text.contains("결제는 되돌릴 수 없어요"))
    }

    @Test func loginAndLogoutLeaveNothingOfTheOneBefore() {
        var talk = Talk()
        talk.say(.setProfile(gender: .male, age: 20), .add("우유"), .reject("치즈"), .filter(category: "식품"))
        talk.say(.login(customer: "13516"))
        #expect(talk.conversation.profile == Profile(gender: .female, age: 40))
        #expect(talk.cart == [] && talk.excluded == [] && talk.conversation.filter == nil)
        talk.say(.setProfile(gender: .male, age: nil), .add("식빵"))
        talk.say(.login(customer: "2"))
        #expect(talk.conversation.profile == Profile(gender: .male))
        #expect(talk.cart == ["치약"], "what the customer left in the cart")
        #expect(
            talk.last?.events == [.loggedOut(customer: "13516"), .loggedIn(customer: "2")])
        talk.say(.logout)
        #expect(talk.conversation.known == Conversation.Known())
        #expect(talk.conversation.customer == nil && talk.conversation.record == nil)
        #expect(talk.last?.events == [.loggedOut(customer: "2")])
        #expect(talk.say(.explain(.at(1))).reply.kind == .error)
    }

    @Test func theCartOfACustomerIsToldBeforeTheyLeave() {
        var talk = Talk()
        talk.say(.login(customer: "13516"))
        let turn = talk.say(.add("식빵"), .logout)
        #expect(
            turn.events == [
                .cartChanged(customer: "13516", [Catalog.korean["식빵"]]), .loggedOut(customer: "13516"),
            ])
    }

    @Test func whoMayLogInIsAMatterOfRole() {
        for (role, identity, mayLogIn) in [
            (Role.guest, nil, false), (.customer, nil, false), (.customer, "2", false), (.customer, "13516", true),
            (.frontend, nil, true), (.staff, nil, true),
        ] as [(Role, String?, Bool)] {
            var talk = Talk(role: role, identity: identity)
            talk.say(.add("우유"))
            let turn = talk.say(.login(customer: "13516"))
            #expect((talk.conversation.customer == "13516") == mayLogIn, "\(role)")
            if !mayLogIn {
                #expect(turn.reply.kind == .error)
                #expect(turn.reply.refusal?.code == .unauthorised)
                #expect(turn.reply.text.hasPrefix("! unauthorised: "))
                #expect(talk.cart == ["우유"])
            }
        }
    }

    @Test func aCustomerWhoIsNotThereOrCannotBeReadIsRefusedAndNothingChanges() {
        var talk = Talk()
        talk.say(.add("우유"))
        let turn = talk.say(.login(customer: "9\u{1B}[2J9"))
        #expect(turn.reply.text == "! bad_request: 고객 “9[2J9”를 찾지 못했어요.")
        #expect(talk.say(.login(customer: "broken")).reply.refusal?.code == .internal)
        #expect(talk.cart == ["우유"])
    }

    @Test func atLoginWhatIsDueIsTold() {
        var talk = Talk()
        let turn = talk.say(.login(customer: "13516"))
        #expect(turn.reply.kind == .recommendations)
        #expect(turn.reply.text.contains("곧 다시 사실 때예요: 우유("))
        #expect(talk.say(.coupons).reply.text == "쓰실 수 있는 쿠폰 1장: 커피믹스")
        talk.say(.logout)
        #expect(talk.say(.coupons).reply.kind == .confirmation)
    }

    @Test(arguments: [(ReplyLanguage.korean, "쓰실 수 있는 쿠폰: "), (.english, "Coupons for you: ")])
    func atLoginThreeCouponsAtMostAreToldBehindWhatIsDue(language: ReplyLanguage, beginning: String) throws {
        var directory = DictionaryDirectory.two
        directory.records["13516"]?.coupons = ["커피믹스", "우유", "치즈", "버터"].map { Catalog.korean[$0] }
        directory.records["13516"]?.cart = Array(0..<36)
        var talk = Talk(language: language, assistant: .double(directory: directory))
        let turn = talk.say(.login(customer: "13516"))
        let lines = turn.reply.text.split(separator: "\n").map(String.init)
        let coupons = try #require(lines.firstIndex(of: beginning + "커피믹스, 우유, 치즈"))
        #expect(lines[coupons - 1].contains("우유"), "what is due stands before them")
        #expect(lines.count <= 25 && lines.allSatisfy { $0.displayWidth <= 80 })
        #expect(talk.assistant.json(of: turn, in: talk.conversation, id: "1").contains(beginning + "커피믹스, 우유, 치즈"))
        #expect(!talk.say(.login(customer: "2")).reply.text.contains(beginning))
    }

    @Test func aConversationComesBackFromItsCodeWithTheCustomersRecord() throws {
        var talk = Talk()
        talk.say(.login(customer: "13516"))
        talk.say(.recommend(5))
        talk.say(.addToCart(.at(1)), .addToCart(.either("유", "우유", "두유")))
        let data = try JSONEncoder().encode(talk.conversation)
        var restored = try JSONDecoder().decode(Conversation.self, from: data)
        #expect(restored.record == nil)
        let assistant = talk.assistant
        let original = assistant.respond(to: .acts([.addToCart(.at(2)), .recommend]), in: &talk.conversation)
        let again = assistant.respond(to: .acts([.addToCart(.at(2)), .recommend]), in: &restored)
        #expect(original.reply == again.reply)
        #expect(restored == talk.conversation)
    }

    @Test func itemsCanBeRenumberedForAnotherCatalog() {
        var talk = Talk()
        talk.say(.add("우유"), .reject("치즈"))
        talk.say(.recommend(5))
        talk.say(.addToCart(.either("유", "우유", "두유")))
        let shifted = talk.conversation.mappingItems { $0 == 0 ? nil : $0 + 100 }
        #expect(shifted.cart == [])
        #expect(shifted.excluded == talk.conversation.excluded.map { $0 + 100 })
        #expect(shifted.pending.first?.options == [101])
        #expect(shifted.mappingItems { $0 - 100 }.excluded == talk.conversation.excluded)
        #expect(!shifted.items.contains { $0 < 100 })
    }

    @Test func theUndoStackIsBounded() {
        var stack = UndoStack()
        var known = Conversation.Known()
        for line in 0..<200 {
            known.cart = Array(0..<(line * 10))
            stack.push(known)
        }
        #expect(stack.count <= UndoStack.maximumLines)
        #expect(stack.entries.reduce(0) { $0 + $1.cart.count } <= UndoStack.maximumItems)
        #expect(stack.entries.last == known)
    }
}
