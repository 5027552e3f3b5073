import Features
import Shop
import TestSupport
import Testing

@Suite struct FeatureEncoderTests {
    private let encoder: FeatureEncoder
    private let dataset = TasteShop().dataset

    init() throws {
        let builder = StatisticsBuilder(
            table: BasketTable(dataset: dataset), encoding: EncoderSettings(), settings: StatisticsSettings(), seed: 1,
            threads: 1)
        encoder = FeatureEncoder(statistics: try builder.build().all, settings: EncoderSettings())
    }

    private func encoded(_ context: Context) -> EncodedContext {
        let result = EncodedContext(statistics: encoder.statistics)
        encoder.encode(context, into: result)
        return result
    }

    @Test func addingToTheCartEqualsEncodingFromScratchBitForBit() {
        var generator = SplitMix(state: 7)
        let labels = dataset.catalog.labelCount
        for customer in dataset.customers.prefix(20) {
            var context = Context(profile: customer.profile, history: customer.train)
            let grown = encoded(context)
            for _ in 0..<6 {
                // Among them items that stand in the cart already, and one that is no label.
                let item = Int(generator.unit() * Double(labels + 1))
                context.cart.append(item)
                encoder.addToCart([item], to: grown)
                let fresh = encoded(context)
                #expect(grown.features.floats.elementsEqual(fresh.features.floats))
                #expect(grown.cart == fresh.cart)
            }
        }
    }

    @Test func aUsedWorkspaceEncodesLikeAFreshOne() {
        let used = EncodedContext(statistics: encoder.statistics)
        for customer in dataset.customers.prefix(15) {
            for context in [
                Context(profile: customer.profile, history: customer.train, cart: [1, 2]), Context(),
                Context(history: Array(customer.train.prefix(1))),
            ] {
                encoder.encode(context, into: used)
                let fresh = encoded(context)
                #expect(used.features.floats.elementsEqual(fresh.features.floats))
                #expect(used.historyItems == fresh.historyItems)
                #expect(used.historyWeights == fresh.historyWeights)
            }
        }
    }

    @Test func itemsThatAreNoLabelsSayNothing() {
        let tent = dataset.catalog.labelCount
        let history = dataset.customers[0].train
        let with = encoded(Context(history: history.map { Basket(items: $0.items + [tent]) }, cart: [tent, 3]))
        let without = encoded(Context(history: history, cart: [3]))
        #expect(with.features.floats.elementsEqual(without.features.floats))
        #expect(with.cartBucket == 1)
    }

    @Test func aLongHistoryIsReadFromItsEnd() {
        let limit = encoder.settings.historyLimit
        var generator = SplitMix(state: 2)
        let baskets = (0..<limit + 30).map { _ in Basket(items: [Int(generator.unit() * 32)]) }
        let long = encoded(Context(history: baskets))
        let end = encoded(Context(history: Array(baskets.suffix(limit))))
        #expect(long.features.floats.elementsEqual(end.features.floats))
    }

    @Test func theTasteVectorIsThatOfTemporalFrequencyInGroups() {
        // Four baskets: groups of {1} and {2, 3, 4} from the end; item 0 stands in the first, second and last.
        let context = Context(history: [[0, 1], [0], [2], [0]].map { Basket(items: $0) })
        let row = encoded(context).row(.taste)
        let expected: Float = 3 * ((0.9 / 1 + (0.9 * 0.9 + 1) / 3) / 2)
        #expect(abs(row[0] - expected) < 1e-5)
        #expect(abs(row[1] - 3 * 0.9 / 2) < 1e-5)
        #expect(row[3] == 0)
    }

    @Test func basketsThatWereLikeTheCartSayWhatStoodBesideIt() {
        // The last basket shares items 1 and 2 with the cart, the one before it item 1, the oldest nothing.
        let history = [[5, 6], [1, 7], [1, 2, 3]].map { Basket(items: $0) }
        let row = encoded(Context(history: history, cart: [1, 2])).row(.withCartBefore)
        let shares = encoder.statistics.row(.share)
        func rarity(_ item: Int) -> Float { 1 / (shares[item] + 0.02).squareRoot() }
        let last = (rarity(1) + rarity(2)) / (rarity(1) + rarity(2) + rarity(3)).squareRoot()
        let before = 0.95 * rarity(1) / (rarity(1) + rarity(7)).squareRoot()
        let total = 2 + last + before
        #expect(abs(row[3] - 2 * last / total) < 1e-5)
        #expect(abs(row[7] - 2 * before / total) < 1e-5)
        #expect(abs(row[1] - 2 * (last + before) / total) < 1e-5)
        #expect(row[5] == 0)
        #expect(row[9] == 0)
    }

    @Test func basketsAreLikeTheCartByTheirCategories() {
        let middle = encoder.statistics.row(.middleCategory)
        let labels = dataset.catalog.labelCount
        guard let kin = (1..<labels).first(where: { middle[$0] == middle[0] }),
            let stranger = (1..<labels).first(where: { middle[$0] != middle[0] })
        else {
            Issue.record("the shop has one category, or no category of two")
            return
        }
        // Not the item of the cart, but one of its category.
        let row = encoded(Context(history: [Basket(items: [kin, stranger])], cart: [0])).row(.withCategoriesBefore)
        let likeness = 1 / Float(2).squareRoot()
        #expect(abs(row[stranger] - 2 * likeness / (1 + likeness)) < 1e-5)
        let other = encoded(Context(history: [Basket(items: [stranger])], cart: [0]))
        #expect(other.row(.withCategoriesBefore)[stranger] == 0)
    }

    @Test func likenessNeedsBothAHistoryAndACart() {
        let history = dataset.customers[0].train
        let cart = Array(history[history.count - 1].items.prefix(2))
        for context in [Context(history: history), Context(cart: cart)] {
            // What both said a moment ago must go with either.
            let both = encoded(Context(history: history, cart: cart))
            #expect(both.row(.withCartBefore)[cart[0]] > 0)
            encoder.encode(context, into: both)
            for feature in CandidateFeature.allCases
            where CandidateFeature.historyAndCartRange.contains(feature.rawValue) {
                let row = UnsafeBufferPointer(start: both.row(feature), count: dataset.catalog.labelCount)
                #expect(row.allSatisfy { $0 == 0 })
            }
        }
    }

    @Test func nothingKnownLeavesOnlyWhatEverybodyBuys() {
        let nothing = encoded(Context())
        for feature in CandidateFeature.allCases {
            let row = UnsafeBufferPointer(start: nothing.row(feature), count: dataset.catalog.labelCount)
            #expect(row.allSatisfy { $0.isFinite }, "\(feature.name)")
            if CandidateFeature.cartRange.contains(feature.rawValue) { #expect(row.allSatisfy { $0 == 0 }) }
        }
        #expect(nothing.historyBucket == 0)
        #expect(nothing.cartBucket == 0)
    }

    @Test func featureNamesAreDistinct() {
        #expect(Set(CandidateFeature.allCases.map(\.name)).count == CandidateFeature.count)
    }
}

@Suite struct TopItemsTests {
    @Test(arguments: [1, 3, 10, 64, 100])
    func theBestAreThoseOfAFullSort(count: Int) {
        var generator = SplitMix(state: 5)
        for _ in 0..<50 {
            // Few distinct scores, so that ties are common.
            let scores = (0..<64).map { _ in Float(Int(generator.unit() * 9)) }
            let allowed = (0..<64).map { _ in generator.unit() < 0.7 }
            let best = scores.withUnsafeBufferPointer { buffer in
                TopItems.best(count, of: buffer) { allowed[$0] }.map(\.item)
            }
            let sorted = scores.indices.filter { allowed[$0] }
                .sorted { scores[$0] != scores[$1] ? scores[$0] > scores[$1] : $0 < $1 }
            #expect(best == Array(sorted.prefix(count)))
        }
    }
}
