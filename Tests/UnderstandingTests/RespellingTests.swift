import Foundation
import Testing

@testable import Understanding

@Suite("Lines spelled otherwise") struct RespellingTests {
    private func acts(_ text: String, catalog: String = "mixed") throws -> Utterance {
        try Fixture.parser(catalog).utterance(of: text, today: Fixture.today)
    }

    private func notation(_ text: String, catalog: String = "mixed") throws -> String {
        let parser = try Fixture.parser(catalog)
        return parser.utterance(of: text, today: Fixture.today).notation(in: parser.catalog)
    }

    @Test(arguments: [
        ("recommend 좀 해줘요", "recommend"), ("장바구니 clear 해줄래", "clear_cart"), ("방금 거 undo 해줘", "undo"),
        ("에어컨하고 similar한 거 찾아줘", "similar items=에어컨"), ("2번부터 4번까지 put in my cart", "add_to_cart ordinals=2|3|4"),
        ("저 thirties 초반 여자예요", "set_profile gender=F age=30"), ("저는 born in 1970이에요", "set_profile age=50"),
    ])
    func englishWordsAmongKoreanOnes(text: String, acts wanted: String) throws {
        #expect(try notation(text) == wanted)
        #expect(try acts(text).language == .mixed)
    }

    @Test(arguments: [
        ("추천해줘영", "recommend"), ("결제할게욤", "checkout"), ("고맙습니당", "thanks"), ("우유 담아주세효", "add_to_cart items=우유"),
    ])
    func playfulEndings(text: String, acts wanted: String) throws {
        #expect(try notation(text, catalog: "korean") == wanted)
    }

    @Test(arguments: [("추쳔 부탁해요", "recommend"), ("장바쿠니 보여줘", "show_cart"), ("로그아옷 할게요", "logout")])
    func keywordsWithAWrongLetter(text: String, acts wanted: String) throws {
        #expect(try notation(text, catalog: "korean") == wanted)
    }

    /// A keyword set right is a guess: what stays unread beside it must not become a thing to put in the cart.
    @Test(arguments: ["결말 스포 좀 해줘", "추첨 결과가 궁금해", "why is the sky 파란색이야?", "my wife는 요리를 좋아해", "add한 사람이 누구야?"])
    func othersStayUnknown(text: String) throws {
        #expect(try notation(text) == "unknown")
    }

    @Test func spansAreOfTheLineAsItWasTyped() throws {
        let text = "my cart 보여줘, recommend 해줘"
        let scalars = Array(text.unicodeScalars)
        let said = try acts(text).spanned.map { spanned in
            String(String.UnicodeScalarView(scalars[spanned.span])).trimmingCharacters(in: [" ", ","])
        }
        #expect(said == ["my cart 보여줘", "recommend 해줘"])
    }

    /// A shop's own rules are checked when they are read: one letter is one letter away from every other.
    @Test(arguments: [
        ("respellings: {keywords: [a]}", "a word of at least 4 letters (추천 has five)"),
        ("respellings: {mixed: [[cart]]}", "[English, Korean before 하다, Korean elsewhere]"),
        ("respellings: {words: []}", nil), ("respellings: {words: [x]}", "mixed, english, endings or keywords"),
    ])
    func rulesThatCannotHoldAreTold(yaml: String, expected: String?) throws {
        var source = GrammarSource()
        do {
            try source.add(yaml: yaml, file: "mine.yaml")
            #expect(expected == nil)
        } catch let error as GrammarError {
            #expect(error.file == "mine.yaml" && error.line == 1)
            #expect(error.expected == expected)
        }
    }

    /// Every stretch of a respelled line comes from somewhere in the typed one, in order.
    @Test func originsAreInOrder() {
        let respelling = Grammar.shared.respelling
        for text in ["add to cart 해줘 우유", "in my 30s 여자예염", "show me the cart 좀요", "쿠폰 coupon 있나욤 plz"] {
            for line in respelling.lines(for: text) {
                #expect(line.scalars.count == line.origins.count)
                #expect(zip(line.origins, line.origins.dropFirst()).allSatisfy { $0.lowerBound <= $1.lowerBound })
                #expect(line.origins.allSatisfy { $0.upperBound <= text.unicodeScalars.count })
            }
        }
    }
}
