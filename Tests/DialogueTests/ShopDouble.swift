import Features
import Recommender
import Shop
import Understanding

@testable import Dialogue

/// A recommender with rules in place of a model: deterministic, quick, and with reasons that are its real
/// contributions. Gender, age, cart and history each move the list.
struct RuleRecommender: Recommending {
    let catalog: Catalog

    init(catalog: Catalog = .korean) {
        self.catalog = catalog
    }

    /// The contributions to an item's score, all of them.
    private func contributions(to item: ItemID, in context: Context) -> [Reason] {
        var reasons = [Reason(kind: .popularity, weight: 1 / Double(item + 2))]
        if let gender = context.profile.gender, (item + (gender == .female ? 0 : 1)) % 3 == 0 {
            reasons.append(Reason(kind: .gender, weight: 0.35))
        }
        if let age = context.profile.age, (item + age / 10) % 4 == 0 {
            reasons.append(Reason(kind: .age, weight: 0.3))
        }
        for other in context.cart where catalog.subcategories[other].category == catalog.subcategories[item].category {
            reasons.append(Reason(kind: .cart, item: other, weight: 0.5 / Double(1 + abs(other - item))))
        }
        for basket in context.history where basket.items.contains(item) {
            reasons.append(Reason(kind: .history, item: item, weight: 0.4))
        }
        return reasons.sorted { $0.weight > $1.weight }
    }

    private func ranked(
        _ options: RecommendationOptions, leavingOut cart: [ItemID], by score: (ItemID) -> (Double, [Reason])
    ) -> [Recommendation] {
        let allowed = options.category.map { Set(catalog.items(inCategory: $0)) }
        var list: [Recommendation] = []
        for item in 0..<catalog.labelCount {
            guard !cart.contains(item), !options.excluded.contains(item), allowed?.contains(item) ?? true else {
                continue
            }
            let (value, reasons) = score(item)
            list.append(
                Recommendation(item: item, score: value / (1 + value), reasons: options.explains ? reasons : []))
        }
        list.sort { $0.score == $1.score ? $0.item < $1.item : $0.score > $1.score }
        return Array(list.prefix(max(0, options.count)))
    }

    func recommend(for context: Context, options: RecommendationOptions) -> [Recommendation] {
        ranked(options, leavingOut: context.cart) { item in
            let reasons = contributions(to: item, in: context)
            return (reasons.reduce(0) { $0 + $1.weight }, reasons)
        }
    }

    func reasons(for item: ItemID, in context: Context, limit: Int) -> [Reason] {
        Array(contributions(to: item, in: context).prefix(limit))
    }

    func similar(to items: [ItemID], in context: Context, options: RecommendationOptions) -> [Recommendation] {
        ranked(options, leavingOut: items) { item in
            let alike = items.filter { catalog.subcategories[$0].category == catalog.subcategories[item].category }
            return (Double(alike.count) + 1 / Double(2 + abs(item - items[0])), [])
        }
    }

    func explainScore(of item: ItemID, in context: Context) -> ScoreBreakdown {
        let parts = contributions(to: item, in: context)
        let logit = parts.reduce(0) { $0 + $1.weight }
        return ScoreBreakdown(
            item: item, logit: logit, wide: logit, deep: 0, probability: logit / (1 + logit),
            parts: parts.map { ($0.kind.rawValue + ($0.item.map { " \(catalog.name(of: $0))" } ?? ""), $0.weight) })
    }

    func features(of context: Context) -> FeatureListing {
        FeatureListing(
            wide: context.cart.map { .init(name: "장바구니 \(catalog.name(of: $0))", value: 1) },
            deep: [.init(name: "baskets", value: Double(context.history.count))])
    }
}

extension Catalog {
    /// Thirty-six labels in six categories, and two items that were never sold.
    static let korean: Catalog = {
        let groups: [(String, String, [String])] = [
            ("식품", "유제품", ["우유", "두유", "가공우유", "요구르트", "치즈", "버터"]),
            ("식품", "빵/간식", ["식빵", "과자", "초콜릿", "아이스크림", "떡", "잼"]),
            ("화장품/뷰티케어", "스킨케어", ["로션", "크림", "선크림", "마스크팩", "클렌징폼", "틴트"]),
            ("퍼스널케어", "헤어케어", ["샴푸", "린스", "트리트먼트", "바디워시", "치약", "칫솔"]),
            ("청소/세탁/욕실용품", "세제", ["세탁세제", "섬유유연제", "주방세제", "수세미", "휴지", "물티슈"]),
            ("음료", "음료", ["생수(2L)", "탄산수", "커피믹스", "녹차", "주스", "TV"]),
        ]
        var subcategories = groups.flatMap { category, middle, names in
            names.map { Subcategory(name: $0, middleCategory: middle, category: category) }
        }
        subcategories.append(Subcategory(name: "분유", middleCategory: "유제품", category: "식품"))
        subcategories.append(Subcategory(name: "텐트", middleCategory: nil, category: "캠핑"))
        return Catalog(subcategories: subcategories, labelCount: 36)
    }()

    subscript(_ name: String) -> ItemID { item(named: name)! }
}

/// Customers in a dictionary; bought-again intervals for a few items.
struct DictionaryDirectory: CustomerDirectory {
    struct Broken: ReportableError { let message = "shop.db: disk I/O error" }

    var records: [String: CustomerRecord] = [:]

    func customer(_ id: String, today: CalendarDay) throws -> CustomerRecord? {
        if id == "broken" { throw Broken() }
        return records[id]
    }

    func standing(of id: String) throws -> CustomerStanding? {
        if id == "broken" { throw Broken() }
        return records[id].map { CustomerStanding(cart: $0.cart, basketCount: $0.history.count) }
    }

    /// The shop has stopped selling the tent.
    func keeps(_ item: ItemID) -> Bool { item != Catalog.korean["텐트"] }

    func repurchaseDays(of item: ItemID) -> Double? { item == 0 ? 7 : nil }

    static let two = DictionaryDirectory(records: [
        "13516": CustomerRecord(
            id: "13516", profile: Profile(gender: .female, age: 40),
            history: [
                Basket(items: [Catalog.korean["우유"], Catalog.korean["식빵"]], day: 20_000),
                Basket(items: [Catalog.korean["우유"], Catalog.korean["샴푸"]], day: 20_007),
            ],
            due: [.init(item: Catalog.korean["우유"], lastDay: 20_007, dueDay: 20_014)],
            coupons: [Catalog.korean["커피믹스"]]),
        "2": CustomerRecord(
            id: "2", profile: Profile(gender: .male), history: [], cart: [Catalog.korean["치약"]]),
    ])
}

/// Reads only the lines that it was given: acts are tested elsewhere.
struct PhraseBook: UtteranceParsing {
    var phrases: [String: [Act]] = [:]

    func utterance(of text: String, today: CalendarDay) -> Utterance {
        let isKorean = text.unicodeScalars.contains { (0xAC00...0xD7A3).contains($0.value) }
        let acts = phrases[text] ?? Catalog.korean.item(named: text).map { [.addToCart(Mention(items: [$0]))] }
        return Utterance(
            text: text, language: isKorean ? .korean : .english,
            spanned: (acts ?? [.unknown]).map { .init(act: $0, span: 0..<text.unicodeScalars.count) })
    }

    func nearestItems(to text: String, limit: Int) -> [ItemID] { text == "우우" ? [0, 1] : [] }
}

extension Assistant {
    static func double(
        _ phrases: [String: [Act]] = [:], directory: any CustomerDirectory = DictionaryDirectory.two
    ) -> Assistant {
        Assistant(
            recommender: RuleRecommender(), parser: PhraseBook(phrases: phrases), directory: directory,
            today: { CalendarDay(year: 2024, month: 10, day: 19) })
    }
}

/// A conversation with an assistant on the rule recommender, act by act.
struct Talk {
    let assistant: Assistant
    var conversation: Conversation
    var last: Turn?

    init(role: Role = .staff, language: ReplyLanguage? = nil, assistant: Assistant = .double(), identity: String? = nil)
    {
        self.assistant = assistant
        self.conversation = Conversation(id: "s-test", role: role, language: language, identity: identity)
    }

    @discardableResult
    mutating func say(_ acts: Act...) -> Turn { respond(.acts(acts)) }

    @discardableResult
    mutating func type(_ text: String) -> Turn { respond(.text(text)) }

    private mutating func respond(_ request: Request) -> Turn {
        let turn = assistant.respond(to: request, in: &conversation)
        last = turn
        return turn
    }

    var cart: [String] { conversation.cart.map(Catalog.korean.name(of:)) }
    var excluded: [String] { conversation.excluded.map(Catalog.korean.name(of:)) }
    var list: [String] { (last?.reply.recommendations ?? []).map { Catalog.korean.name(of: $0.item) } }
}

extension Mention {
    static func named(_ names: String...) -> Mention { Mention(items: names.map { Catalog.korean[$0] }) }
    static func at(_ positions: Int...) -> Mention { Mention(ordinals: .positions(positions)) }
    static let all = Mention(ordinals: .all)
    static let thatOne = Mention()
    static func either(_ text: String, _ names: String...) -> Mention {
        Mention(ambiguous: .init(text: text, options: names.map { Catalog.korean[$0] }))
    }
}

extension Act {
    static let recommend = Act.recommend(count: nil, category: nil)
    static func recommend(_ count: Int) -> Act { .recommend(count: count, category: nil) }
    static func add(_ names: String...) -> Act {
        .addToCart(Mention(items: names.map { Catalog.korean[$0] }))
    }
    static func reject(_ names: String...) -> Act {
        .reject(Mention(items: names.map { Catalog.korean[$0] }), category: nil)
    }
    static let more = Act.more(count: nil)
}
