import Shop
import TestSupport
import Testing

@testable import Understanding

/// Any act, put into words by templates, is read back as that act: with every item and category of the catalogs, in every number.
@Suite("What is said is what was meant") struct RoundTripTests {
    private static let today = Fixture.today

    @Test(arguments: [
        (ReplyLanguage.korean, "korean"), (.korean, "independent-ko"), (.english, "english"),
        (.english, "independent-en"),
    ])
    func anActPutIntoWordsIsReadBack(language: ReplyLanguage, catalog: String) throws {
        let parser = try Fixture.parser(catalog)
        var speaker = Speaker(catalog: parser.catalog, language: language, seed: 20_261_127)
        var wrong: [String] = []
        for _ in 0..<400 {
            let (act, text) = speaker.draw()
            let read = parser.utterance(of: text, today: Self.today)
            if read.acts != [act] { wrong.append("\(text): \(act), not \(read.acts)") }
            #expect(read.spanned.allSatisfy { $0.span.upperBound <= text.unicodeScalars.count })
        }
        #expect(wrong.isEmpty, "\(wrong.prefix(10))")
    }

    @Test(arguments: [(ReplyLanguage.korean, "korean"), (.english, "english")])
    func twoSentencesAreTwoActsInOrder(language: ReplyLanguage, catalog: String) throws {
        let parser = try Fixture.parser(catalog)
        var speaker = Speaker(catalog: parser.catalog, language: language, seed: 7)
        var wrong: [String] = []
        for _ in 0..<200 {
            let (first, said) = speaker.draw()
            let (second, saidNext) = speaker.draw()
            // Two of a kind may be one act: a woman; 33 years old.
            guard first.name != second.name else { continue }
            let text = "\(said). \(saidNext)"
            let read = parser.utterance(of: text, today: Self.today).acts
            if read != [first, second] { wrong.append("\(text): \(read)") }
        }
        #expect(wrong.isEmpty, "\(wrong.prefix(10))")
    }
}

/// Draws acts and says them.
private struct Speaker {
    let catalog: Catalog
    let language: ReplyLanguage
    private var generator: SplitMix

    init(catalog: Catalog, language: ReplyLanguage, seed: UInt64) {
        self.catalog = catalog
        self.language = language
        generator = SplitMix(state: seed)
    }

    mutating func draw() -> (Act, String) {
        let names = drawNames()
        let items = names.compactMap { catalog.item(named: $0) }
        let mention = Mention(items: items)
        let category = catalog.categories.randomElement(using: &generator) ?? ""
        let count = Int.random(in: 2...12, using: &generator)
        let position = Int.random(in: 1...10, using: &generator)
        let ordinal = Mention(ordinals: .positions([position]))
        let age = Int.random(in: 1...9, using: &generator) * 10
        let gender = Bool.random(using: &generator) ? Gender.female : .male
        let customer = String(Int.random(in: 100...99_999, using: &generator))
        let draws: [(Act, korean: [String], english: [String])] = [
            (
                .recommend(count: nil, category: nil), ["추천해줘", "뭐 살까?", "추천 부탁드려요"],
                ["recommend something", "what should I buy?"]
            ),
            (
                .recommend(count: count, category: nil), ["\(count)개 추천해줘", "추천 \(count)개만"],
                ["recommend \(count) things", "show me \(count) recommendations"]
            ),
            (
                .recommend(count: nil, category: category), ["\(category) 추천해줘", "\(category) 중에서 추천해주세요"],
                ["recommend something from \(category)"]
            ),
            (
                .recommend(count: count, category: category), ["\(category) 중에서 \(count)개만 추천해줘"],
                ["recommend \(count) things from \(category)"]
            ),
            (
                .setProfile(gender: gender, age: age), ["\(age)대 \(gender == .female ? "여자" : "남자")예요"],
                [gender == .female ? "I'm a woman in my \(age)s" : "I'm a man in my \(age)s"]
            ),
            (
                .setProfile(gender: gender, age: nil), ["나 \(gender == .female ? "여자" : "남자")야"],
                [gender == .female ? "I'm a woman" : "I am a man"]
            ),
            (.setProfile(gender: nil, age: age), ["저는 \(age + 3)살이에요", "\(age)대입니다"], ["I'm \(age + 3) years old"]),
            (
                .addToCart(mention), ["\(korean(names)) 담아줘", "\(korean(names)) 장바구니에 넣어 주세요"],
                ["add \(english(names)) to my cart", "please put \(english(names)) in the basket"]
            ),
            (
                .addToCart(ordinal), ["\(position)번 담아줘", "\(position)번째 거 담을게"],
                ["add number \(position)", "add #\(position) to my cart"]
            ),
            (
                .removeFromCart(mention), ["\(korean(names)) 빼줘", "장바구니에서 \(korean(names)) 삭제해줘"],
                ["remove \(english(names))", "take \(english(names)) out of my cart"]
            ),
            (.removeFromCart(ordinal), ["\(position)번 빼줘"], ["remove number \(position)"]),
            (.showCart, ["장바구니 보여줘"], ["show my cart"]), (.clearCart, ["장바구니 비워줘"], ["empty my cart"]),
            (.checkout, ["결제할게"], ["check out"]),
            (.explain(ordinal), ["\(position)번은 왜 추천했어?"], ["why did you recommend number \(position)?"]),
            (.more(count: nil), ["더 보여줘", "다른 거 보여줘"], ["show me more", "something else"]),
            (.more(count: count), ["\(count)개 더 보여줘"], ["\(count) more"]),
            (
                .similar(Mention(items: Array(items.prefix(1)))), ["\(korean(Array(names.prefix(1)))) 비슷한 거 보여줘"],
                ["something like \(names[0])"]
            ),
            (.reject(mention, category: nil), ["\(korean(names)) 추천하지 마"], ["don't recommend \(english(names))"]),
            (.reject(Mention(), category: category), ["\(category) 쪽은 관심 없어"], ["I'm not interested in \(category)"]),
            (.filter(category: category), ["\(category)만 보여줘"], ["only show \(category)"]),
            (.filter(category: nil), ["전체 보여줘"], ["show everything"]),
            (.showProfile, ["내 정보 보여줘"], ["show my profile"]), (.undo, ["방금 거 취소"], ["undo that"]),
            (.reset, ["처음부터 다시"], ["start over"]),
            (.login(customer: customer), ["\(customer)번 고객으로 로그인"], ["log in as \(customer)"]),
            (.logout, ["로그아웃"], ["log out"]), (.coupons, ["쿠폰 있어?"], ["any coupons?"]), (.help, ["도움말"], ["help"]),
            (.language(.english), ["영어로 말해줘"], ["speak English"]), (.language(.korean), ["한국어로 말해줘"], ["speak Korean"]),
        ]
        let drawn = draws[Int.random(in: 0..<draws.count, using: &generator)]
        let said = language == .korean ? drawn.korean : drawn.english
        return (drawn.0, said.randomElement(using: &generator) ?? "")
    }

    private mutating func drawNames() -> [String] {
        let count = Int.random(in: 1...3, using: &generator)
        return Array(catalog.subcategories.map(\.name).shuffled(using: &generator).prefix(count))
    }

    private func korean(_ names: [String]) -> String {
        names.dropLast().map { $0 + ($0.endsInConsonant ? "이랑 " : "랑 ") }.joined() + (names.last ?? "")
    }

    private func english(_ names: [String]) -> String {
        names.count < 2 ? names.joined() : names.dropLast().joined(separator: ", ") + " and " + (names.last ?? "")
    }
}

extension String {
    fileprivate var endsInConsonant: Bool {
        guard let value = unicodeScalars.last?.value, (0xAC00...0xD7A3).contains(value) else { return false }
        return (value - 0xAC00) % 28 != 0
    }
}
