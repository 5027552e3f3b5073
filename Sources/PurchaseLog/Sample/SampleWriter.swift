import Shop

/// Turns households into rows, with the faults of real logs.
struct SampleWriter: Sendable {
    /// The rows of some customers.
    struct Window {
        var product: [UInt8] = []
        var custom: [UInt8] = []
        var session: [UInt8] = []
    }

    /// How often something is wrong, as in the study's files.
    private enum Share {
        static let noProfile = 0.27
        static let blankGenderOrAge = 0.01
        static let missingFromMaster = 0.008
        static let missingFromSession = 0.003
        static let firstHit = 0.012
        /// Rows of Master that a comma or a quote in the product's name has shifted.
        static let shifted = 0.000_03
    }

    static let productHeader = Array("CLNT_ID,SESS_ID,HITS_SEQ,PD_C,PD_ADD_NM,PD_BRA_NM,PD_BUY_AM,PD_BUY_CT\n".utf8)
    static let customHeader = Array("CLNT_ID,CLNT_GENDER,CLNT_AGE\n".utf8)
    static let masterHeader = Array("PD_C,PD_NM,CLAC1_NM,CLAC2_NM,CLAC3_NM\n".utf8)
    static let sessionHeader = Array(
        "CLNT_ID,SESS_ID,SESS_SEQ,SESS_DT,TOT_PAG_VIEW_CT,TOT_SESS_HR_V,DVC_CTG_NM,ZON_NM,CITY_NM\n".utf8)

    private let catalog = SampleCatalog.shared
    private let seed: UInt64
    private let productsPerSubcategory: Int
    private let customerNumbers: ScatteredNumbers
    private let sessionNumbers: ScatteredNumbers
    private let productNumbers: ScatteredNumbers

    init(shop: SampleShop) {
        seed = shop.seed
        productsPerSubcategory = min(1_700, max(6, shop.customers / 150))
        customerNumbers = ScatteredNumbers(count: shop.customers * 7, seed: seed)
        sessionNumbers = ScatteredNumbers(count: shop.customers * SampleCustomer.mostVisits, seed: seed &+ 1)
        productNumbers = ScatteredNumbers(
            count: productsPerSubcategory * catalog.subcategories.count, seed: seed &+ 2)
    }

    // MARK: - Master

    func writeMaster(_ write: ([UInt8]) throws -> Void) throws {
        var text = Self.masterHeader
        var random = SampleRandom(seed: seed, stream: .max)
        var shifted = 0
        for product in 0..<productsPerSubcategory {
            for subcategory in catalog.subcategories.indices {
                let index = subcategory * productsPerSubcategory + product
                if isMissingFromMaster(index) { continue }
                // At least two, so that the smallest shop has some, too.
                let isShifted = random.chance(Share.shifted) || (product == 0 && shifted < 2 && subcategory % 97 == 41)
                if isShifted { shifted += 1 }
                appendMasterRow(index, subcategory, isShifted: isShifted, random: &random, to: &text)
                if text.count > 1 << 20 {
                    try write(text)
                    text.removeAll(keepingCapacity: true)
                }
            }
        }
        try write(text)
    }

    private func appendMasterRow(
        _ index: Int, _ subcategory: Int, isShifted: Bool, random: inout SampleRandom, to text: inout [UInt8]
    ) {
        let middle = catalog.middleOfSubcategory[subcategory]
        let name = catalog.subcategories[subcategory]
        let brand = Self.brands[random.integer(in: 0...Self.brands.count - 1)]
        let quality = Self.qualities[random.integer(in: 0...Self.qualities.count - 1)]
        text.append(decimal: productNumbers(index))
        text.append(0x2C)
        switch (isShifted, random.integer(in: 0...19)) {
        case (true, let kind): text.append(kind < 10 ? "\(brand) \(quality), \(name)" : "\"\(brand)\" \(name), 1+1")
        case (false, 0): text.append("\"\(brand) \(quality), \(name)\"")
        case (false, 1): text.append("\"\(brand) \"\"\(quality)\"\" \(name)\"")
        case (false, _): text.append("[\(brand)] \(quality) \(name)")
        }
        text.append(",\(catalog.categoryName(ofMiddle: middle)),\(catalog.middles[middle].name),\(name)\n")
    }

    /// Whether a product was sold, but is not in Master.
    private func isMissingFromMaster(_ index: Int) -> Bool {
        var random = SampleRandom(seed: seed &+ 3, stream: UInt64(index))
        return random.chance(Share.missingFromMaster)
    }

    // MARK: - Customers

    func window(_ customers: Range<Int>) -> Window {
        var window = Window()
        var random = SampleRandom(seed: seed &+ 4, stream: UInt64(customers.lowerBound))
        var sessions: [(customer: Int, sequence: Int, visit: SampleCustomer.Visit)] = []
        for index in customers {
            let customer = SampleCustomer(
                index: index, seed: seed, catalog: catalog, productsPerSubcategory: productsPerSubcategory)
            appendCustom(index, customer, random: &random, to: &window.custom)
            for (position, visit) in customer.visits.enumerated() { sessions.append((index, position, visit)) }
        }
        // Real logs are in nobody's order: sessions of different customers are mixed, in each file in another way.
        shuffle(&sessions, &random)
        for session in sessions {
            appendPurchases(session.customer, session.sequence, session.visit, random: &random, to: &window.product)
        }
        shuffle(&sessions, &random)
        for session in sessions where !random.chance(Share.missingFromSession) {
            appendSession(session.customer, session.sequence, session.visit, random: &random, to: &window.session)
        }
        return window
    }

    private func shuffle<Element>(_ elements: inout [Element], _ random: inout SampleRandom) {
        guard elements.count > 1 else { return }
        for index in stride(from: elements.count - 1, to: 0, by: -1) {
            elements.swapAt(index, random.integer(in: 0...index))
        }
    }

    private func appendCustom(
        _ index: Int, _ customer: SampleCustomer, random: inout SampleRandom, to text: inout [UInt8]
    ) {
        if random.chance(Share.noProfile) { return }
        let blank = random.chance(Share.blankGenderOrAge) ? random.integer(in: 1...3) : 0
        text.append(decimal: customerNumbers(index))
        text.append(0x2C)
        if blank & 1 == 0 { text.append(customer.gender.rawValue) }
        text.append(0x2C)
        if blank & 2 == 0 { text.append(decimal: customer.age) }
        text.append(0x0A)
    }

    private func appendPurchases(
        _ customer: Int, _ position: Int, _ visit: SampleCustomer.Visit, random: inout SampleRandom,
        to text: inout [UInt8]
    ) {
        let customerID = customerNumbers(customer)
        let sessionID = sessionNumbers(customer * SampleCustomer.mostVisits + position)
        var hit = random.integer(in: 2...25)
        for purchase in visit.purchases {
            let product = purchase.subcategory * productsPerSubcategory + purchase.product
            text.append(decimal: customerID)
            text.append(0x2C)
            text.append(decimal: sessionID)
            text.append(0x2C)
            text.append(decimal: random.chance(Share.firstHit) ? 1 : hit)
            text.append(0x2C)
            text.append(decimal: productNumbers(product))
            text.append(0x2C)
            text.append(Self.options[random.integer(in: 0...Self.options.count - 1)])
            text.append(0x2C)
            text.append(Self.brands[random.integer(in: 0...Self.brands.count - 1)])
            text.append(0x2C)
            text.append(amount: purchase.price)
            text.append(0x2C)
            text.append(decimal: purchase.quantity)
            text.append(0x0A)
            // What is bought at one click has one number.
            if !random.chance(0.1) { hit += random.integer(in: 1...15) }
        }
    }

    private func appendSession(
        _ customer: Int, _ position: Int, _ visit: SampleCustomer.Visit, random: inout SampleRandom,
        to text: inout [UInt8]
    ) {
        text.append(decimal: customerNumbers(customer))
        text.append(0x2C)
        text.append(decimal: sessionNumbers(customer * SampleCustomer.mostVisits + position))
        text.append(0x2C)
        text.append(decimal: position + 1)
        text.append(0x2C)
        let date = CivilDay.components(ofDay: Self.firstDay + visit.day)
        text.append(decimal: date.year * 10_000 + date.month * 100 + date.day)
        text.append(0x2C)
        text.append(decimal: random.integer(in: 3...180))
        text.append(0x2C)
        text.append(amount: random.integer(in: 40...4_800))
        text.append(0x2C)
        text.append(["mobile", "mobile", "mobile", "desktop", "tablet"][random.integer(in: 0...4)])
        text.append(0x2C)
        let place = Self.places[random.integer(in: 0...Self.places.count - 1)]
        text.append(place)
        text.append(0x0A)
    }

    private static let firstDay = Int(CivilDay.daysSince1970(year: 2018, month: 4, day: 1)!)

    private static let brands = [
        "담은", "새봄", "하루상회", "모란", "바른손길", "온들", "푸른나래", "다온", "가람", "별하", "늘솔", "미르", "해담", "소담",
    ]
    private static let qualities = ["특가", "프리미엄", "실속", "대용량", "국내산", "신상", "베스트", "저자극", "1+1", "세트"]
    private static let options = ["", "", "", "색상:화이트 1개", "기본 1개", "사이즈:M 1개", "2개 묶음", "선물포장"]
    private static let places = [
        "Seoul,Seoul", "Seoul,Seoul", "Gyeonggi-do,Suwon-si", "Gyeonggi-do,Goyang-si", "Busan,Busan", "Daegu,Daegu",
        "Incheon,Incheon", "Daejeon,Daejeon", "Gwangju,Gwangju", "Gangwon-do,Chuncheon-si", "Jeju-do,Jeju-si",
    ]
}

extension [UInt8] {
    fileprivate mutating func append(_ text: String) { append(contentsOf: text.utf8) }

    /// A number not below zero.
    fileprivate mutating func append(decimal number: Int) {
        if number >= 10 { append(decimal: number / 10) }
        append(UInt8(0x30 + number % 10))
    }

    /// With commas at the thousands, and therefore in quotes, as the logs have it.
    fileprivate mutating func append(amount number: Int) {
        guard number >= 1_000 else {
            append(decimal: number)
            return
        }
        append(0x22)
        appendGroups(number)
        append(0x22)
    }

    private mutating func appendGroups(_ number: Int) {
        guard number >= 1_000 else {
            append(decimal: number)
            return
        }
        appendGroups(number / 1_000)
        append(0x2C)
        let rest = number % 1_000
        append(UInt8(0x30 + rest / 100))
        append(UInt8(0x30 + rest / 10 % 10))
        append(UInt8(0x30 + rest % 10))
    }
}
