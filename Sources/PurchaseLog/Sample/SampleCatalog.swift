import Shop

/// The catalog of the sample shop: 37 categories, 129 middle ones, 498 subcategories, and how people buy there.
struct SampleCatalog: Sendable {
    /// A `CLAC2_NM` with its subcategories.
    struct Middle: Sendable {
        var category: Int
        var name: String
        var weight: Double
        /// How much rather a woman buys here than a man; 1 is both alike.
        var femaleLean: Double
        /// The decade that likes it most; 0 where all do.
        var peakAge: Int
        /// The months of its season; empty where it has none.
        var months: Set<Int>
        /// Days until what was bought is used up; 0 where it is not.
        var cycle: Int
        var prices: ClosedRange<Int>
        /// Positions in ``SampleCatalog/subcategories``.
        var subcategories: Range<Int>
    }

    /// What somebody visits the shop for: most of a basket comes from one mission.
    struct Mission: Sendable {
        var weight: Double
        /// Positions in ``SampleCatalog/middles``.
        var middles: [Int]
    }

    struct Companion: Sendable {
        var subcategory: Int
        var probability: Double
    }

    let categories: [String]
    let middles: [Middle]
    let subcategories: [String]
    /// By subcategory: its middle category.
    let middleOfSubcategory: [Int]
    /// By subcategory: whom it is made for, where that is one gender; in each middle category something is for all.
    let genderOfSubcategory: [Gender?]
    /// By subcategory: what goes with it.
    let companions: [[Companion]]
    let missions: [Mission]

    static let shared = SampleCatalog()

    private init() {
        var categories: [String] = []
        var middles: [Middle] = []
        var subcategories: [String] = []
        var middleOfSubcategory: [Int] = []
        for line in Self.table.split(separator: "\n") {
            let fields = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
            precondition(fields.count == 9, "a line of the sample catalog has nine fields")
            if categories.last != fields[0] { categories.append(fields[0]) }
            let names = Self.list(fields[8])
            let first = subcategories.count
            subcategories += names
            middleOfSubcategory += names.map { _ in middles.count }
            let prices = fields[7].split(separator: "-").compactMap { Int($0) }
            middles.append(
                Middle(
                    category: categories.count - 1, name: fields[1], weight: Double(fields[2])!,
                    femaleLean: Double(fields[3])! / 100, peakAge: Int(fields[4])!,
                    months: Set(fields[5].split(separator: ",").compactMap { Int($0) }), cycle: Int(fields[6])!,
                    prices: prices[0]...prices[1], subcategories: first..<subcategories.count))
        }
        self.categories = categories
        self.middles = middles
        self.subcategories = subcategories
        self.middleOfSubcategory = middleOfSubcategory
        var genders = subcategories.map { name -> Gender? in
            name.hasPrefix("여성") ? .female : name.hasPrefix("남성") ? .male : nil
        }
        for middle in middles {
            // Where all are for one gender, the middle category's own lean says so.
            let distinct = Set(middle.subcategories.map { genders[$0] })
            if distinct.count == 1 { for item in middle.subcategories { genders[item] = nil } }
        }
        genderOfSubcategory = genders
        companions = Self.companions(of: subcategories)
        missions = Self.missionTable.map { weight, names in
            let members = Set(names.map { categories.firstIndex(of: $0)! })
            return Mission(weight: weight, middles: middles.indices.filter { members.contains(middles[$0].category) })
        }
    }

    func categoryName(ofMiddle middle: Int) -> String { categories[middles[middle].category] }

    private static func list(_ text: some StringProtocol) -> [String] {
        text.split(separator: ",").map { $0.drop { $0 == " " } }.map { name in
            String(name.reversed().drop { $0 == " " }.reversed())
        }
    }

    private static func companions(of subcategories: [String]) -> [[Companion]] {
        var companions: [[Companion]] = Array(repeating: [], count: subcategories.count)
        for line in companionTable.split(separator: "\n") {
            for pair in list(line) {
                let parts = pair.split(whereSeparator: { $0 == ">" || $0 == ":" }).map(String.init)
                let first = subcategories.firstIndex(of: parts[0])!
                let then = subcategories.firstIndex(of: parts[1])!
                companions[first].append(Companion(subcategory: then, probability: Double(parts[2])! / 100))
            }
        }
        return companions
    }

    private static let missionTable: [(weight: Double, categories: [String])] = [
        (30, ["과일", "음료", "냉장식품", "축산물", "냉동식품"]),
        (12, ["세제/위생", "청소/세탁/욕실용품", "주방잡화", "퍼스널케어"]),
        (14, ["화장품/뷰티케어", "퍼스널케어"]),
        (13, ["여성의류", "남성의류", "패션잡화", "속옷/양말/홈웨어"]),
        (8, ["출산/육아용품", "유아동의류", "완구"]),
        (6, ["스포츠패션", "아웃도어/레저", "시즌스포츠", "구기/필드스포츠", "헬스/피트니스"]),
        (6, ["침구/수예", "인테리어/조명", "가구", "식기/조리기구", "원예/애완"]),
        (5, ["컴퓨터", "모바일", "영상/음향가전", "생활/주방가전", "계절가전", "냉장/세탁가전"]),
        (3, ["문구/사무용품", "상품권"]),
        (4, ["건강식품", "헬스/피트니스"]),
        (2, ["자동차용품", "아웃도어/레저"]),
    ]
}
