import Shop

/// One household of the sample shop: who they are, what they like, and all of their visits.
///
/// What they buy depends on gender, age, what kind of household it is, and tastes of their own; on the season; on what
/// the visit is for; on what is in the basket already; and on what has run out at home. Each of these is something that
/// a recommender can find: `SampleSignalTests` measures it.
struct SampleCustomer {
    struct Purchase {
        var subcategory: Int
        /// Which product of the subcategory.
        var product: Int
        var quantity: Int
        /// Won.
        var price: Int
    }

    struct Visit {
        /// Days since 2018-04-01.
        var day: Int
        var purchases: [Purchase]
    }

    let gender: Gender
    let age: Int
    private(set) var visits: [Visit] = []

    private let catalog: SampleCatalog
    private let productsPerSubcategory: Int
    private var random: SampleRandom
    /// By middle category: how much of it they buy.
    private var weights: [Double] = []
    private var totalWeight = 0.0
    /// By mission.
    private var missionWeights: [Double] = []
    private var missionTotal = 0.0
    /// By middle category: which of its subcategories they are loyal to.
    private var favourites: [Int] = []
    /// What they use up: the day bought last, and after how many days they need more.
    private var staples: [Int: (last: Int, cycle: Double)] = [:]
    private var staplesInOrder: [Int] = []

    static let days = 183
    /// The most visits of one customer; ids of sessions are given on this ground.
    static let mostVisits = 160

    init(index: Int, seed: UInt64, catalog: SampleCatalog, productsPerSubcategory: Int) {
        self.catalog = catalog
        self.productsPerSubcategory = productsPerSubcategory
        random = SampleRandom(seed: seed, stream: UInt64(index) &+ 1)
        // The share of women among the study's customers is 85 %.
        gender = random.chance(0.85) ? .female : .male
        age = Self.ages[random.index(weights: Self.ageWeights, total: Self.ageWeights.reduce(0, +))]
        chooseTastes()
        visit()
    }

    private static let ages = [10, 20, 30, 40, 50, 60, 70]
    private static let ageWeights = [2.0, 19, 35, 28, 11, 4, 1]

    // MARK: - Tastes

    private mutating func chooseTastes() {
        let hasBaby = random.chance(age == 30 ? 0.4 : age == 40 || age == 20 ? 0.12 : 0.03)
        let hasPet = random.chance(0.18)
        let hasCar = random.chance(gender == .male ? 0.6 : 0.3)
        for middle in catalog.middles {
            var weight = middle.weight
            weight *= gender == .female ? middle.femaleLean.squareRoot() : 1 / middle.femaleLean
            if middle.peakAge > 0 {
                let distance = Double(age - middle.peakAge) / 15
                weight *= 0.3 + 1.7 * SampleRandom.exp(-distance * distance)
            }
            switch catalog.categories[middle.category] {
            case "출산/육아용품", "유아동의류", "완구": weight *= hasBaby ? 6 : 0.12
            case "원예/애완": weight *= hasPet ? 7 : 0.1
            case "자동차용품": weight *= hasCar ? 2.5 : 0.1
            default: break
            }
            // Drawn in season only; so that a year comes out right, more of it then.
            if !middle.months.isEmpty { weight *= 2 }
            weight *= SampleRandom.exp(0.9 * random.normal())
            weights.append(weight)
            let suiting = middle.subcategories.filter { suits($0) }
            favourites.append(suiting[random.integer(in: 0...suiting.count - 1)])
        }
        totalWeight = weights.reduce(0, +)
        missionWeights = catalog.missions.map { mission in
            let taste = mission.middles.reduce(0.0) { $0 + weights[$1] }
            let usual = mission.middles.reduce(0.0) { $0 + catalog.middles[$1].weight }
            return mission.weight * taste / usual * SampleRandom.exp(0.5 * random.normal())
        }
        missionTotal = missionWeights.reduce(0, +)
    }

    // MARK: - Visits

    private mutating func visit() {
        // A few come all the time, most a few times: log-normal, as visits to shops are.
        let count = min(Self.mostVisits, 1 + Int(SampleRandom.exp(2.1 + 0.95 * random.normal())))
        let breadth = 0.6 + 0.2 * random.uniform()
        var days: [Int] = []
        for _ in 0..<count { days.append(random.integer(in: 0...Self.days - 1)) }
        days.sort()
        visits.reserveCapacity(count)
        for day in days { visits.append(Visit(day: day, purchases: basket(on: day, breadth: breadth))) }
    }

    private mutating func basket(on day: Int, breadth: Double) -> [Purchase] {
        var size = 1
        while size < 20, random.chance(breadth) { size += 1 }
        let mission = catalog.missions[random.index(weights: missionWeights, total: missionTotal)]
        let missionWeights = mission.middles.map { weights[$0] }
        let missionTotal = missionWeights.reduce(0, +)
        var items: [Int] = []
        // What has run out comes first: that is mostly why they came.
        for item in staplesInOrder where items.count < size {
            let staple = staples[item]!
            let elapsed = Double(day - staple.last)
            guard elapsed >= staple.cycle, elapsed < staple.cycle * 4 else { continue }
            // Rather what they came for than anything.
            let isOfMission = mission.middles.contains(catalog.middleOfSubcategory[item])
            if random.chance(isOfMission ? 0.6 : 0.12) { items.append(item) }
        }
        var tries = 0
        while items.count < size, tries < 60 {
            tries += 1
            let middle =
                random.chance(0.85)
                ? mission.middles[random.index(weights: missionWeights, total: missionTotal)]
                : random.index(weights: weights, total: totalWeight)
            if !isInSeason(middle, day: day), random.chance(0.9) { continue }
            let item = subcategory(of: middle)
            guard !items.contains(item), isNeeded(item, day: day) else { continue }
            items.append(item)
            for companion in catalog.companions[item] where !items.contains(companion.subcategory) {
                if isNeeded(companion.subcategory, day: day), random.chance(companion.probability) {
                    items.append(companion.subcategory)
                }
            }
        }
        if items.isEmpty { items.append(favourites[mission.middles[0]]) }
        return items.map { purchase(of: $0, on: day) }
    }

    private func isInSeason(_ middle: Int, day: Int) -> Bool {
        let months = catalog.middles[middle].months
        return months.isEmpty || months.contains(Self.month(ofDay: day))
    }

    /// Whether there is none left at home.
    private func isNeeded(_ item: Int, day: Int) -> Bool {
        guard let staple = staples[item] else { return true }
        return Double(day - staple.last) >= staple.cycle * 0.6
    }

    private mutating func subcategory(of middle: Int) -> Int {
        if random.chance(0.45) { return favourites[middle] }
        let range = catalog.middles[middle].subcategories
        for _ in 0..<4 {
            // The first of the list sell best.
            let skewed = random.uniform() * (0.4 + 0.6 * random.uniform())
            let item = range.lowerBound + min(range.count - 1, Int(skewed * Double(range.count)))
            if suits(item) || random.chance(0.2) { return item }
        }
        return favourites[middle]
    }

    /// Whether a thing is not made for the other gender; a middle category has always one that is not.
    private func suits(_ item: Int) -> Bool {
        catalog.genderOfSubcategory[item].map { $0 == gender } ?? true
    }

    private mutating func purchase(of item: Int, on day: Int) -> Purchase {
        let middle = catalog.middles[catalog.middleOfSubcategory[item]]
        if middle.cycle > 0 {
            if staples[item] == nil { staplesInOrder.append(item) }
            let pace = staples[item]?.cycle ?? Double(middle.cycle) * (0.7 + 0.6 * random.uniform())
            staples[item] = (day, pace)
        }
        let steps = Double(middle.prices.upperBound - middle.prices.lowerBound) / 100
        let skewed = random.uniform()
        let price = middle.prices.lowerBound + Int(skewed * skewed * steps) * 100
        let skew = random.uniform() * random.uniform()
        return Purchase(
            subcategory: item, product: Int(skew * Double(productsPerSubcategory)),
            quantity: random.chance(0.85) ? 1 : random.integer(in: 2...5), price: price)
    }

    /// April to September.
    static func month(ofDay day: Int) -> Int {
        var left = day
        for (month, length) in [(4, 30), (5, 31), (6, 30), (7, 31), (8, 31), (9, 30)] {
            if left < length { return month }
            left -= length
        }
        return 9
    }
}
