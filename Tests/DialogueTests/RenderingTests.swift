import Foundation
import Recommender
import Shop
import Testing
import Understanding

@testable import Dialogue

@Suite("Words")
struct RenderingTests {
    @Test(arguments: [
        ("우유", "우유를"), ("식빵", "식빵을"), ("화장품/뷰티케어", "화장품/뷰티케어를"), ("청소/세탁/욕실용품", "청소/세탁/욕실용품을"), ("TV", "TV를"),
        ("USB", "USB를"), ("LG", "LG를"), ("CM", "CM을"), ("생수(2L)", "생수(2L)를"), ("식빵(대)", "식빵(대)을"), ("7", "7을"),
        ("12", "12를"), ("100", "100을"), ("milk", "milk를"), ("FLUID MILK", "FLUID MILK를"), ("oil", "oil을"),
        ("cream", "cream을"), ("shampoo", "shampoo를"), ("cup", "cup을"), ("soup", "soup를"), ("wine", "wine을"),
        ("cheese", "cheese를"), ("“우유”", "“우유”를"), ("우유!", "우유!를"), ("500g", "500g을"), ("2L", "2L를"), ("", "를"),
        ("(주)", "(주)를"), ("ㅋ", "ㅋ을"), ("Kindle", "Kindle을"), ("bag", "bag을"), ("bike helmet", "bike helmet을"),
        ("set", "set를"), ("링", "링을"),
    ])
    func particlesFollowTheSoundOfTheWordBefore(word: String, expected: String) {
        #expect(word.with(.object) == expected)
    }

    /// Whatever way it is found out, no control or bidirectional character is left, and nothing else is taken.
    @Test func nothingIsPrintedThatControlsTheTerminal() {
        let spaces: Set<UInt32> = [0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029]
        let blocks = [0...0xFF, 0x600...0x63F, 0x2000...0x207F, 0xAC00...0xAC10] as [ClosedRange<UInt32>]
        var wrong: [UInt32] = []
        for scalar in blocks.joined().compactMap(Unicode.Scalar.init) {
            let value = scalar.value
            let isControl =
                value < 0x20 || (0x7F..<0xA0).contains(value) || [0x61C, 0x200E, 0x200F].contains(value)
                || (0x202A...0x202E).contains(value) || (0x2066...0x2069).contains(value)
            let kept = spaces.contains(value) ? " " : isControl ? "" : String(scalar)
            // At the end, too, where a character's bytes are the last ones.
            for rest in ["b", ""]
            where !"우\(scalar)\(rest)".printable.unicodeScalars.elementsEqual(
                "우\(kept)\(rest)".unicodeScalars)
            {
                wrong.append(value)
            }
        }
        #expect(wrong == [])
    }

    @Test(arguments: [
        ("우유", "우유로"), ("식빵", "식빵으로"), ("샴푸", "샴푸로"), ("쌀", "쌀로"), ("1", "1로"), ("3", "3으로"), ("여성", "여성으로"),
        ("oil", "oil로"),
    ])
    func aRieulBeforeTheDirectionCountsAsAVowel(word: String, expected: String) {
        #expect(word.with(.direction) == expected)
    }

    @Test func everyParticleHasTwoForms() {
        let forms: [(KoreanParticle, String, String)] = [
            (.object, "를", "을"), (.subject, "가", "이"), (.topic, "는", "은"), (.with, "와", "과"), (.direction, "로", "으로"),
            (.copula, "예요", "이에요"),
        ]
        for (particle, open, closed) in forms {
            #expect("우유".with(particle) == "우유" + open)
            #expect("식빵".with(particle) == "식빵" + closed)
        }
        #expect(forms.count == KoreanParticle.allCases.count)
    }

    @Test(arguments: [
        (1, "item", "1 item"), (2, "item", "2 items"), (0, "box", "0 boxes"), (3, "category", "3 categories"),
        (2, "day", "2 days"),
    ])
    func englishCountsAgree(count: Int, noun: String, expected: String) {
        #expect(EnglishForms.count(count, noun) == expected)
    }

    @Test func englishListsAndOrdinals() {
        #expect(EnglishForms.list(["a"]) == "a")
        #expect(EnglishForms.list(["a", "b", "c"]) == "a, b and c")
        #expect(
            [1, 2, 3, 4, 11, 12, 13, 21, 112].map(EnglishForms.ordinal) == [
                "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "112th",
            ])
    }

    @Test func linesAreBrokenAtSpacesByDisplayWidth() {
        let line = (1...40).map { "상품\($0)" }.joined(separator: ", ")
        let wrapped = TextLayout.wrapped(line)
        #expect(wrapped.count > 1)
        for line in wrapped { #expect(line.displayWidth <= 80) }
        #expect(wrapped.map { $0.drop { $0 == " " } }.joined(separator: " ") == line)
    }

    @Test func aTextHasNoBlankLineNoControlCharacterAndNoMoreThanTwentyFiveLines() {
        #expect(TextLayout.text(["a\u{1B}[31mb", "", " \u{7}", "c\nd", "e\u{202E}f"]) == "a[31mb\nc d\nef")
        let many = TextLayout.text((1...60).map(String.init)).split(separator: "\n")
        #expect(many.count == 25)
        #expect(many.last == "…")
    }

    @Test func columnsAreAlignedByDisplayWidth() {
        let rows = TextLayout.table([["우유", "1"], ["milk", "20"]], rightAligned: [1])
        #expect(rows == ["우유   1", "milk  20"])
    }

    @Test func reasonsAreToldOnlyWhereTheyHold() {
        let reasons = [
            Reason(kind: .age, weight: 0.4), Reason(kind: .cart, item: 3, weight: 0.3),
            Reason(kind: .gender, weight: 0.2),
            Reason(kind: .history, item: 5, weight: 0.1), Reason(kind: .popularity, weight: -0.5),
        ]
        let both = ToldReason.all(reasons, for: 5, profile: Profile(gender: .female, age: 40))
        #expect(both == [.person(Profile(gender: .female, age: 40)), .cart(3), .boughtBefore])
        let age = ToldReason.all(reasons, for: 6, profile: Profile(age: 40))
        #expect(age == [.person(Profile(age: 40)), .cart(3), .history(5)])
        #expect(ToldReason.all(reasons, for: 5, profile: .unknown) == [.cart(3), .boughtBefore])
    }

    @Test func theLanguageFollowsTheLineUnlessItIsSetAndKeepsTheState() {
        var talk = Talk(
            assistant: .double(["add milk": [.add("우유")], "영어로 말해줘": [.language(.english)], "장바구니": [.showCart]]))
        #expect(talk.type("add milk").reply.text.hasPrefix("Added 우유."))
        #expect(talk.type("장바구니").reply.text == "장바구니 1개: 우유")
        #expect(talk.type("식빵").reply.language == .korean)
        talk.type("영어로 말해줘")
        #expect(talk.last?.reply.text == "I will speak English from now on.")
        #expect(talk.type("장바구니").reply.text == "Your cart holds 2 items: 우유, 식빵")
    }

    @Test(arguments: [Role.guest, .staff], ReplyLanguage.allCases)
    func helpFitsOneScreenInTheLanguageInUse(role: Role, language: ReplyLanguage) {
        var talk = Talk(role: role, language: language)
        let turn = talk.type("/help")
        #expect(turn.reply.kind == .help)
        let lines = turn.reply.text.split(separator: "\n")
        #expect(lines.count <= 25)
        for line in lines { #expect(line.displayWidth <= 80, "\(line)") }
        #expect(turn.reply.text.contains("/features") == (role == .staff))
        #expect(turn.reply.text.contains("추천해줘") == (language == .korean))
        for command in SlashCommand.all where !command.isStaff { #expect(turn.reply.text.contains(command.usage)) }
    }
}
