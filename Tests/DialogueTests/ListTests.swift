import Shop
import Testing
import Understanding

@testable import Dialogue

@Suite("Lists")
struct ListTests {
    @Test func aListIsAsLongAsAskedAndTenOtherwise() {
        var talk = Talk()
        #expect(talk.say(.recommend(3)).reply.recommendations?.count == 3)
        #expect(talk.say(.recommend).reply.recommendations?.count == 10)
        #expect(talk.say(.more(count: 4)).reply.recommendations?.count == 4)
    }

    @Test func withNothingKnownOneShortQuestionComesWithTheListAndDoesNotNag() {
        var talk = Talk()
        let first = talk.say(.recommend)
        #expect(first.reply.kind == .recommendations)
        #expect(first.reply.question?.slot == "profile")
        #expect(talk.say(.recommend).reply.question == nil)
        talk.say(.reset)
        #expect(talk.say(.recommend).reply.question?.slot == "profile")
    }

    @Test func aFactSaidNextSharpensTheListAndTheReplySaysWhatItRestsOn() {
        var talk = Talk()
        talk.say(.recommend)
        let before = talk.list
        let turn = talk.say(.setProfile(gender: .female, age: 30))
        #expect(turn.reply.kind == .recommendations)
        #expect(turn.reply.text.contains("30대 여성 기준"))
        #expect(talk.list != before)
        #expect(talk.list.count == before.count)
        talk.say(.add("샴푸", "린스"))
        #expect(talk.say(.recommend).reply.text.contains("30대 여성, 장바구니 2개 기준"))
    }

    @Test func aProfileBeforeAnyListIsOnlyNoted() {
        var talk = Talk()
        let turn = talk.say(.setProfile(gender: nil, age: 30))
        #expect(turn.reply.kind == .profile)
        #expect(turn.reply.text == "30대로 기억할게요.")
    }

    @Test func moreNeverRepeatsUntilAllWasShown() {
        var talk = Talk()
        talk.say(.recommend)
        var seen = Set(talk.list)
        while talk.say(.more).reply.kind == .recommendations {
            #expect(seen.isDisjoint(with: talk.list))
            seen.formUnion(talk.list)
        }
        #expect(seen.count == 36)
        #expect(talk.last?.reply.kind == .confirmation)
        #expect(talk.last?.reply.recommendations == nil)
        talk.say(.addToCart(.at(1)))
        #expect(talk.cart.count == 1, "the list shown last stands")
    }

    @Test func aFilterHoldsUntilItIsLiftedAndListsAreNoLongerThanItLeaves() {
        var talk = Talk()
        let turn = talk.say(.filter(category: "유제품"))
        #expect(turn.reply.kind == .recommendations)
        #expect(Set(talk.list) == ["우유", "두유", "가공우유", "요구르트", "치즈", "버터"])
        #expect(talk.say(.recommend(20)).reply.recommendations?.count == 6)
        talk.say(.filter(category: nil))
        #expect(talk.list.count == 6 || talk.list.count == 20 || talk.list.count == 10)
        #expect(talk.say(.recommend).reply.recommendations?.count == 10)
    }

    @Test func aCategoryIsForThatListAndItsMoreAlone() {
        var talk = Talk()
        talk.say(.recommend(count: 4, category: "유제품"))
        let first = talk.list
        #expect(talk.say(.more).reply.recommendations?.count == 2)
        #expect(Set(first + talk.list) == ["우유", "두유", "가공우유", "요구르트", "치즈", "버터"])
        #expect(talk.say(.more).reply.kind == .confirmation)
        #expect(talk.say(.recommend).reply.recommendations?.count == 10)
        #expect(talk.conversation.filter == nil)
    }

    @Test func aCategoryIsReadWithinTheFilterWhereTheTwoMeet() {
        var talk = Talk()
        talk.say(.filter(category: "유제품"))
        talk.say(.recommend(count: 20, category: "식품"))
        #expect(talk.list.count == 6)
        talk.say(.recommend(count: 20, category: "음료"))
        #expect(talk.list.count == 6)
        #expect(talk.list.contains("녹차"))
        #expect(talk.conversation.filter == "유제품")
    }

    @Test func whatIsExcludedStaysOutUntilReset() {
        var talk = Talk()
        talk.say(.reject("우유"))
        talk.say(.reject(Mention(), category: "음료"))
        #expect(talk.excluded == ["우유", "생수(2L)", "탄산수", "커피믹스", "녹차", "주스", "TV"])
        talk.say(.recommend(50))
        #expect(talk.list.count == 29)
        #expect(Set(talk.list).isDisjoint(with: talk.excluded))
        talk.say(.add("녹차"))
        #expect(!talk.excluded.contains("녹차"))
        #expect(talk.excluded.count == 6)
        talk.say(.reset)
        #expect(talk.say(.recommend(50)).reply.recommendations?.count == 36)
    }

    @Test func similarItemsAreListedAndMoreGoesOnWithThem() {
        var talk = Talk()
        talk.say(.add("두유"))
        let turn = talk.say(.similar(.named("우유")))
        #expect(turn.reply.kind == .recommendations)
        #expect(turn.reply.text.hasPrefix("우유와 비슷한 상품이에요."))
        #expect(!talk.list.contains("우유") && !talk.list.contains("두유"))
        let first = Set(talk.list)
        talk.say(.more)
        #expect(first.isDisjoint(with: talk.list))
        #expect(!talk.list.contains("우유"))
    }

    @Test func whatTheModelDoesNotKnowIsAnsweredFromItsCategory() {
        var talk = Talk()
        let turn = talk.say(.similar(.named("분유")))
        #expect(turn.reply.kind == .recommendations)
        #expect(Set(talk.list) == ["우유", "두유", "가공우유", "요구르트", "치즈", "버터"])
        #expect(talk.say(.similar(.named("텐트"))).reply.kind == .confirmation)
    }

    @Test func twoListsInALineAreBothAnswered() {
        var talk = Talk()
        let turn = talk.say(.similar(.named("우유")), .recommend(3))
        #expect(turn.reply.recommendations?.count == 3)
        #expect(turn.reply.text.hasPrefix("우유와 비슷한 상품이에요: "))
    }

    @Test func aLongListIsSetInColumnsAndAnEndlessOneIsCapped() {
        var talk = Talk()
        let turn = talk.say(.recommend(1_000_000))
        #expect(turn.reply.recommendations?.count == 36)
        #expect(turn.reply.text.split(separator: "\n").count <= 25)
    }

    @Test func suggestionsCanBeTurnedOff() {
        var talk = Talk()
        #expect(talk.type("/suggest off").reply.kind == .confirmation)
        #expect(talk.say(.add("우유")).reply.kind == .cart)
        #expect(talk.say(.checkout).reply.kind == .confirmation)
        #expect(talk.say(.login(customer: "13516")).reply.kind == .confirmation)
        talk.type("/suggest on")
        #expect(talk.say(.add("우유")).reply.kind == .recommendations)
    }

    @Test func whyIsAnsweredFromTheModelsOwnContributions() {
        var talk = Talk()
        talk.say(.setProfile(gender: .female, age: 40))
        talk.say(.add("샴푸"))
        let turn = talk.say(.explain(.named("린스")))
        #expect(turn.reply.kind == .explanation)
        let reasons = talk.assistant.recommender.reasons(
            for: Catalog.korean["린스"], in: talk.conversation.context, limit: 3)
        #expect(reasons.first?.kind == .cart)
        #expect(turn.reply.text.hasPrefix("린스: 장바구니의 샴푸와 함께 자주 구매돼요"))
        #expect(turn.reply.recommendations == nil)
    }

    @Test func whyAloneExplainsTheTopOfTheList() {
        var talk = Talk()
        talk.say(.recommend(5))
        let turn = talk.say(.explain(.thatOne))
        #expect(turn.reply.kind == .explanation)
        #expect(turn.reply.text.split(separator: "\n").count == 3)
        #expect(turn.reply.text.hasPrefix("1. \(Catalog.korean.name(of: talk.conversation.shown!.items[0])): "))
    }
}
