import Foundation
import Shop
import Testing
import Understanding

@testable import Dialogue

@Suite("Slash commands")
struct CommandTests {
    @Test(arguments: [
        ("/recommend", Act.recommend), ("/recommend 5", .recommend(5)),
        ("/recommend 식품", .recommend(count: nil, category: "식품")),
        ("/profile", .showProfile), ("/profile F 30", .setProfile(gender: .female, age: 30)),
        ("/profile m", .setProfile(gender: .male, age: nil)),
        ("/profile 35", .setProfile(gender: nil, age: 30)), ("/cart", .showCart), ("/add 우유,식빵", .add("우유", "식빵")),
        ("/add  우유 ", .add("우유")), ("/add \"생수(2L)\", 우유", .add("생수(2L)", "우유")),
        ("/remove 우유", .removeFromCart(.named("우유"))),
        ("/clear", .clearCart), ("/checkout", .checkout), ("/why", .explain(Mention())), ("/why 2", .explain(.at(2))),
        ("/why 우유", .explain(.named("우유"))),
        ("/more", .more), ("/similar 우유", .similar(.named("우유"))), ("/exclude 우유", .reject("우유")),
        ("/exclude 식품", .reject(Mention(), category: "식품")), ("/filter 식품", .filter(category: "식품")),
        ("/filter", .filter(category: nil)),
        ("/undo", .undo), ("/reset", .reset), ("/language en", .language(.english)),
        ("/login 13516", .login(customer: "13516")),
        ("/logout", .logout), ("/help", .help), ("/quit", .quit), ("/CART", .showCart), ("/add 2", .addToCart(.at(2))),
        ("/add 라디오", .addToCart(Mention(unknownItems: ["라디오"]))),
        // Any number of blanks may stand between a command and what it is given.
        ("/login  13516", .login(customer: "13516")), ("/recommend  3", .recommend(3)),
        ("/recommend \t 식품 ", .recommend(count: nil, category: "식품")), ("/language  en", .language(.english)),
        ("/filter   식품", .filter(category: "식품")), ("/profile   F  30", .setProfile(gender: .female, age: 30)),
    ])
    func commandsStandForActs(line: String, act: Act) {
        var talk = Talk()
        let turn = talk.type(line)
        #expect(turn.utterance.acts == [act])
        #expect(turn.reply.kind != .unknown)
    }

    @Test func anUnknownCommandOffersTheNearest() {
        var talk = Talk()
        let turn = talk.type("/recomend")
        #expect(turn.reply.kind == .unknown)
        #expect(turn.reply.text == "/recomend는 없는 명령이에요. 혹시 /recommend인가요?")
        #expect(talk.type("/xyzzy").reply.text == "/xyzzy는 없는 명령이에요. /help를 보세요.")
        #expect(Set(SlashCommand.all.map(\.name)).count == SlashCommand.all.count)
    }

    @Test(arguments: [
        "/recommend many", "/profile F 30 40", "/language de", "/add", "/json maybe", "/cart now", "/more -1", "/score",
        "/whatif",
    ])
    func aWrongArgumentIsRefusedWithTheUsage(line: String) {
        var talk = Talk()
        let turn = talk.type(line)
        #expect(turn.reply.kind == .error)
        #expect(turn.reply.text.hasPrefix("! bad_request: 이렇게 쓰세요: /"))
    }

    @Test(arguments: ["/features", "/score 우유", "/whatif F 30", "/trace on"])
    func staffCommandsAreForStaffAlone(line: String) {
        for role in Role.allCases {
            var talk = Talk(role: role)
            let before = talk.conversation
            let turn = talk.type(line)
            if role == .staff {
                #expect(turn.reply.kind == .explanation || turn.reply.kind == .confirmation)
                #expect(talk.conversation.known == before.known)
            } else {
                #expect(turn.reply.refusal?.code == .unauthorised)
                #expect(turn.reply.text.hasPrefix("! unauthorised: "))
                #expect(
                    talk.assistant.json(of: turn, in: talk.conversation, id: "1").hasPrefix("{\"id\":1,\"ok\":false,"))
            }
        }
    }

    @Test func staffSeeScoresFeaturesAndOtherProfiles() {
        var talk = Talk()
        talk.say(.setProfile(gender: .male, age: 20), .add("샴푸"))
        #expect(talk.type("/score 린스").reply.text.contains("cart 샴푸"))
        #expect(talk.type("/features").reply.text.contains("장바구니 샴푸"))
        let known = talk.conversation.known
        let turn = talk.type("/whatif F 30")
        #expect(turn.reply.recommendations == nil)
        #expect(turn.reply.text.contains("지금: 20대 남성") && turn.reply.text.contains("만약: 30대 여성"))
        #expect(talk.conversation.known == known)
    }

    @Test func aTraceShowsActsStateAndTimings() {
        var talk = Talk()
        talk.type("/trace on")
        let turn = talk.type("우유")
        let text = talk.assistant.text(of: turn, in: talk.conversation)
        #expect(text.contains("act {\"act\":\"add_to_cart\",\"items\":[\"우유\"]} @0..<2"))
        #expect(
            text.contains(
                "state {\"profile\":{\"customer\":null,\"gender\":null,\"age\":null},\"cart\":[\"우유\"],\"excluded\":[]}"
            ))
        #expect(text.contains("time parse "))
        #expect(!turn.reply.text.contains("state {"))
    }

    @Test func jsonIsPrintedAfterItWasTurnedOn() {
        var talk = Talk()
        let on = talk.type("/json on")
        #expect(talk.assistant.text(of: on, in: talk.conversation).hasPrefix("{\"id\":null,\"ok\":true,"))
        let off = talk.type("/json off")
        #expect(talk.assistant.text(of: off, in: talk.conversation) == "이제 글로 답해요.")
    }

    @Test func namesInQuotesMayHoldCommas() {
        #expect(CommaSeparatedNames.names(in: "\"Usual Suspects, The\",우유") == ["Usual Suspects, The", "우유"])
        #expect(CommaSeparatedNames.names(in: " a , b c ,,\"say \"\"hi\"\"\" ") == ["a", "b c", "say \"hi\""])
        #expect(CommaSeparatedNames.names(in: "").isEmpty)
    }
}

@Suite("The protocol's JSON")
struct JSONTests {
    private func object(_ talk: Talk, id: String = "1") throws -> [String: Any] {
        let json = talk.assistant.json(of: try #require(talk.last), in: talk.conversation, id: id)
        return try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    }

    @Test func aReplyHasExactlyTheKeysOfTheContract() throws {
        var talk = Talk()
        talk.say(.setProfile(gender: .female, age: 30), .add("우유"), .recommend(2))
        let object = try object(talk)
        #expect(
            Set(object.keys) == ["id", "ok", "session", "language", "acts", "reply", "profile", "cart", "excluded"])
        #expect(object["session"] as? String == "s-test")
        #expect(object["language"] as? String == "ko")
        let acts = try #require(object["acts"] as? [[String: Any]])
        #expect(acts.map { $0["act"] as? String } == ["set_profile", "add_to_cart", "recommend"])
        let profile = try #require(object["profile"] as? [String: Any])
        #expect(profile["customer"] is NSNull && profile["gender"] as? String == "F" && profile["age"] as? Int == 30)
        let reply = try #require(object["reply"] as? [String: Any])
        #expect(Set(reply.keys) == ["kind", "text", "recommendations"])
        let list = try #require(reply["recommendations"] as? [[String: Any]])
        #expect(list.count == 2)
        #expect(Set(list[0].keys) == ["rank", "item", "category", "score", "reasons"])
        #expect(list[0]["rank"] as? Int == 1)
        let reasons = try #require(list[0]["reasons"] as? [[String: Any]])
        #expect(
            reasons.contains {
                $0["kind"] as? String == "cart" && $0["item"] as? String == "우유" && $0["weight"] is Double
            })
    }

    @Test func aQuestionHasItsOptionsAndARefusalItsCode() throws {
        var talk = Talk(role: .guest)
        talk.say(.addToCart(.either("유", "우유", "두유")))
        var reply = try #require(try object(talk)["reply"] as? [String: Any])
        let question = try #require(reply["question"] as? [String: Any])
        #expect(question["slot"] as? String == "item")
        #expect(question["options"] as? [String] == ["우유", "두유"])
        talk.say(.login(customer: "13516"))
        let object = try object(talk)
        #expect(object["ok"] as? Bool == false)
        #expect((object["error"] as? [String: Any])?["code"] as? String == "unauthorised")
        reply = try #require(object["reply"] as? [String: Any])
        #expect(reply["kind"] as? String == "error")
        talk.say(.addToCart(.at(1)))
        #expect(try self.object(talk)["ok"] as? Bool == true)
    }

    @Test(arguments: ["null", "7", "\"a\\\"b\"", "{\"x\":[1,2]}"])
    func theIdIsReturnedAsGiven(id: String) throws {
        var talk = Talk()
        talk.say(.greet)
        #expect(
            talk.assistant.json(of: try #require(talk.last), in: talk.conversation, id: id).hasPrefix(
                "{\"id\":\(id),\"ok\":true,"))
    }

    @Test(arguments: [
        ([Act.greet], Reply.Kind.smalltalk), ([.thanks], .smalltalk), ([.quit], .goodbye), ([.help], .help),
        ([.unknown], .unknown),
        ([.recommend], .recommendations), ([.more], .recommendations), ([.similar(.named("우유"))], .recommendations),
        ([.filter(category: "식품")], .recommendations), ([.filter(category: "캠핑")], .confirmation), ([.showCart], .cart),
        ([.clearCart], .cart),
        ([.removeFromCart(.named("우유"))], .cart), ([.setProfile(gender: .male, age: nil)], .profile),
        ([.showProfile], .profile),
        ([.explain(.named("우유"))], .explanation), ([.checkout], .confirmation), ([.reject("우유")], .confirmation),
        ([.undo], .confirmation),
        ([.reset], .confirmation), ([.logout], .confirmation), ([.language(.english)], .confirmation),
        ([.coupons], .confirmation),
        ([.setProfile(gender: .male, age: nil), .showCart], .cart),
        ([.showCart, .explain(.named("우유"))], .explanation),
        ([.explain(.named("우유")), .recommend(3)], .recommendations),
        ([.showCart, .addToCart(.either("유", "우유", "두유"))], .question),
        ([.unknown, .undo], .confirmation), ([.reject("우유"), .recommend], .recommendations),
        ([.greet, .showProfile], .profile),
        ([.similar(.named("텐트"))], .confirmation), ([.explain(.named("텐트"))], .explanation),
    ])
    func theKindIsThatOfThePartThatAnswers(acts: [Act], kind: Reply.Kind) {
        var talk = Talk()
        let turn = talk.assistant.respond(to: .acts(acts), in: &talk.conversation)
        #expect(turn.reply.kind == kind)
        #expect((turn.reply.recommendations != nil) == (kind == .recommendations))
        #expect(turn.reply.endsConversation == acts.contains(.quit))
    }
}
