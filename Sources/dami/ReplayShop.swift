import Foundation
import PurchaseLog
import ShopStore
import WideDeep

/// The small shop that dialogs run on where they name no other: written, prepared and trained on the spot, with the
/// same answers on every machine.
///
/// Some seventy goods that everybody knows, in Korean and a few in English, and a hundred and sixty customers whose
/// gender, age, cart and past each tell something of the next basket. Goods come from ``goods``; who buys what is
/// drawn by a seeded generator over whole numbers.
struct ReplayShop {
    /// Where the shop and the model were written.
    var shop: String
    var model: String

    static let customerCount = 160
    private static let sessions = 13
    private static let epochs = 8

    /// Writes `shop.db` and `shop.model` into a directory.
    ///
    /// - Throws: `PreparationError`, `ShopStoreError`, `DefaultTrainingError`, or a file's error.
    init(in directory: String) throws {
        shop = directory + "/shop.db"
        model = directory + "/shop.model"
        let logs = directory + "/logs"
        try FileManager.default.createDirectory(atPath: logs, withIntermediateDirectories: true)
        try Self.writeLogs(to: logs)
        let prepared = try Preparation(files: PurchaseLogFiles(in: logs)).run()
        try ShopStore.create(at: shop, from: prepared, replacing: true)
        try FileManager.default.removeItem(atPath: logs)
        var settings = DefaultTrainingSettings()
        settings.epochs = Self.epochs
        settings.learningRate = 3e-3
        let dataset = try ShopStore.open(shop, access: .readOnly).dataset()
        try DefaultModelTraining(dataset: dataset, settings: settings, threads: 1).run().write(to: model)
    }

    /// The shelves: `CLAC1_NM`, `CLAC2_NM`, and the goods with whom each is for.
    static let shelves: [(category: String, middle: String, goods: [String])] = [
        ("식품", "유제품", ["우유", "두유", "가공우유", "요구르트", "치즈", "버터"]),
        ("식품", "빵/간식", ["식빵", "과자", "초콜릿", "아이스크림", "떡", "잼", "시리얼"]),
        ("식품", "반찬", ["김치", "두부", "계란", "햄", "어묵", "김"]),
        ("음료", "커피/차", ["커피믹스", "원두커피", "녹차", "홍차"]),
        ("음료", "물/음료수", ["생수(2L)", "탄산수", "과일주스", "콜라"]),
        ("화장품/뷰티케어", "스킨케어", ["로션", "크림", "선크림", "마스크팩", "클렌징폼"]),
        ("화장품/뷰티케어", "메이크업", ["립스틱", "틴트", "마스카라", "쿠션"]),
        ("퍼스널케어", "헤어케어", ["샴푸", "린스", "트리트먼트", "염색약"]),
        ("퍼스널케어", "구강/바디", ["칫솔", "치약", "바디워시", "면도기"]),
        ("청소/세탁/욕실용품", "세제", ["세탁세제", "섬유유연제", "주방세제", "욕실세제"]),
        ("청소/세탁/욕실용품", "휴지", ["두루마리휴지", "물티슈", "키친타월"]),
        ("출산/육아용품", "육아", ["기저귀", "분유", "이유식", "젖병"]),
        ("애완", "반려동물", ["강아지사료", "고양이사료", "고양이모래", "강아지간식"]),
        ("Outdoor", "Camping", ["camping tent", "sleeping bag", "headlamp"]),
        ("Outdoor", "Cycling", ["bike helmet", "USB light", "water bottle"]),
        ("건강식품", "영양제", ["비타민", "홍삼", "유산균", "오메가3"]),
    ]

    /// Pairs that are bought together.
    private static let companions: [(String, String)] = [
        ("우유", "시리얼"), ("식빵", "잼"), ("식빵", "버터"), ("샴푸", "린스"), ("칫솔", "치약"), ("세탁세제", "섬유유연제"),
        ("기저귀", "물티슈"), ("기저귀", "분유"), ("립스틱", "마스카라"), ("로션", "크림"), ("고양이사료", "고양이모래"),
        ("강아지사료", "강아지간식"), ("camping tent", "sleeping bag"), ("bike helmet", "USB light"), ("두부", "김치"),
        ("계란", "햄"), ("원두커피", "과일주스"), ("생수(2L)", "커피믹스"),
    ]

    private static func writeLogs(to directory: String) throws {
        let goods = shelves.flatMap { shelf in shelf.goods.map { (shelf: shelf, name: $0) } }
        var master = "PD_C,PD_NM,CLAC1_NM,CLAC2_NM,CLAC3_NM\n"
        for (code, good) in goods.enumerated() {
            master += "\(code + 1),\(good.name),\(good.shelf.category),\(good.shelf.middle),\(good.name)\n"
        }
        var custom = "CLNT_ID,CLNT_GENDER,CLNT_AGE\n"
        var session = "CLNT_ID,SESS_ID,SESS_SEQ,SESS_DT\n"
        var product = "CLNT_ID,SESS_ID,HITS_SEQ,PD_C,PD_BUY_AM,PD_BUY_CT\n"
        var sessionID = 0
        for index in 0..<customerCount {
            let id = 1001 + index
            var buyer = Buyer(index: index, goods: goods.map(\.name))
            custom += "\(id),\(buyer.isFemale ? "F" : "M"),\(buyer.age)\n"
            for sequence in 1...sessions {
                sessionID += 1
                let date = 20_180_000 + (4 + sequence / 3) * 100 + (sequence % 3) * 9 + 1 + index % 7
                session += "\(id),\(sessionID),\(sequence),\(date)\n"
                for (hit, good) in buyer.basket().enumerated() {
                    product += "\(id),\(sessionID),\(hit + 2),\(good + 1),\(1_000 + good * 100),1\n"
                }
            }
        }
        for (name, text) in [("Master", master), ("Custom", custom), ("Session", session), ("Product", product)] {
            try text.write(toFile: "\(directory)/\(name).csv", atomically: false, encoding: .utf8)
        }
    }

    /// A customer who buys by habit, by who they are, and what goes together.
    private struct Buyer {
        let isFemale: Bool
        let age: Int
        private var habits: [Int] = []
        private let companions: [Int: [Int]]
        private let weights: [Int]
        private var state: UInt64

        init(index: Int, goods: [String]) {
            state = UInt64(index) &* 0x9E37_79B9_7F4A_7C15 &+ 7
            isFemale = index % 2 == 0
            age = [20, 30, 40, 50, 60][(index / 2) % 5]
            let position = Dictionary(uniqueKeysWithValues: goods.enumerated().map { ($1, $0) })
            var companions: [Int: [Int]] = [:]
            for (a, b) in ReplayShop.companions {
                guard let a = position[a], let b = position[b] else { continue }
                companions[a, default: []].append(b)
                companions[b, default: []].append(a)
            }
            self.companions = companions
            var weights = goods.indices.map { 6 + ($0 * 7) % 5 }
            for (name, extra) in Self.favourites(isFemale: isFemale, age: age) {
                if let good = position[name] { weights[good] += extra }
            }
            self.weights = weights
            for _ in 0..<4 { habits.append(pick()) }
        }

        private static func favourites(isFemale: Bool, age: Int) -> [(String, Int)] {
            var goods: [(String, Int)] =
                isFemale
                ? [("립스틱", 40), ("틴트", 30), ("크림", 30), ("마스카라", 20), ("로션", 20)]
                : [("면도기", 50), ("콜라", 30), ("bike helmet", 25), ("camping tent", 20)]
            switch age {
            case 20: goods += [("과자", 30), ("틴트", 20), ("탄산수", 20)]
            case 30: goods += [("기저귀", 40), ("분유", 25), ("이유식", 20), ("물티슈", 20)]
            case 40: goods += [("시리얼", 30), ("세탁세제", 20), ("강아지사료", 20)]
            case 50: goods += [("염색약", 30), ("홍삼", 20), ("녹차", 15)]
            default: goods += [("홍삼", 50), ("오메가3", 30), ("두부", 20)]
            }
            return goods
        }

        mutating func basket() -> [Int] {
            var goods: [Int] = []
            for habit in habits where next() % 10 < 6 { goods.append(habit) }
            for _ in 0..<(2 + Int(next() % 3)) { goods.append(pick()) }
            for good in goods {
                for companion in companions[good] ?? [] where next() % 10 < 8 { goods.append(companion) }
            }
            var seen = Set<Int>()
            return goods.filter { seen.insert($0).inserted }
        }

        private mutating func pick() -> Int {
            var left = Int(next() % UInt64(weights.reduce(0, +)))
            for (good, weight) in weights.enumerated() {
                left -= weight
                if left < 0 { return good }
            }
            return 0
        }

        /// SplitMix64 (Steele, Lea & Flood 2014).
        private mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
            return z ^ z >> 31
        }
    }
}
