import Features
import Shop
import TestSupport
import Testing
import WideDeep

@testable import Recommender

/// One small model for all tests of this file.
private enum Trained {
    static let dataset = TasteShop().dataset
    static let recommender: DefaultRecommender = {
        var settings = DefaultTrainingSettings()
        settings.epochs = 8
        settings.learningRate = 5e-3
        let training = DefaultModelTraining(dataset: dataset, settings: settings, threads: 2)
        guard let model = try? training.run() else { fatalError("the small shop can be trained on") }
        return DefaultRecommender(model: model)
    }()
}

@Suite struct DefaultRecommenderTests {
    private let recommender = Trained.recommender
    private let dataset = Trained.dataset
    private var labels: Int { dataset.catalog.labelCount }

    private func randomContext(_ generator: inout SplitMix) -> Context {
        func below(_ bound: Int) -> Int { Int(generator.unit() * Double(bound)) }
        let customer = dataset.customers[below(dataset.customers.count)]
        var context = Context()
        if below(2) == 0 { context.history = Array(customer.train.prefix(below(6))) }
        if below(2) == 0 { context.profile = customer.profile }
        for _ in 0..<below(5) { context.cart.append(below(labels + 1)) }
        return context
    }

    @Test func cartAndExcludedItemsAreNeverRecommended() {
        var generator = SplitMix(state: 3)
        for _ in 0..<60 {
            let context = randomContext(&generator)
            let excluded: Set<ItemID> = [1, 5, Int(generator.unit() * 32)]
            let list = recommender.recommend(
                for: context, options: RecommendationOptions(count: labels, excluded: excluded)
            ).map(\.item)
            #expect(Set(list).count == list.count)
            #expect(list.allSatisfy { !context.cart.contains($0) && !excluded.contains($0) && $0 < labels })
            // The filter holds before the cut: all that may be listed is.
            #expect(list.count == (0..<labels).filter { !context.cart.contains($0) && !excluded.contains($0) }.count)
        }
    }

    @Test func aCategoryIsFilledBeforeTheCut() {
        let options = RecommendationOptions(count: 10, category: "half 1")
        let list = recommender.recommend(for: Context(cart: [4]), options: options)
        let members = Set(dataset.catalog.items(inCategory: "half 1"))
        #expect(list.count == 10)
        #expect(list.allSatisfy { members.contains($0.item) })
        #expect(recommender.recommend(for: Context(), options: .init(category: "no such")).isEmpty)
        #expect(recommender.recommend(for: Context(), options: .init(category: "group 2")).count == 4)
    }

    @Test func aShorterListIsTheBeginningOfALongerOne() {
        var generator = SplitMix(state: 8)
        for _ in 0..<20 {
            let context = randomContext(&generator)
            let long = recommender.recommend(for: context, options: .init(count: 20))
            #expect(recommender.recommend(for: context, options: .init(count: 7)) == Array(long.prefix(7)))
            #expect(zip(long, long.dropFirst()).allSatisfy { $0.score >= $1.score })
            #expect(long.allSatisfy { $0.score > 0 && $0.score < 1 })
        }
    }

    @Test func aReasonsWeightIsWhatTheLogitLosesWithoutIt() {
        var generator = SplitMix(state: 4)
        for _ in 0..<25 {
            let context = randomContext(&generator)
            let full = recommender.calibratedLogits(for: context)
            for item in recommender.recommend(for: context, options: .init(count: 3)).map(\.item) {
                let reasons = recommender.reasons(for: item, in: context, limit: 20)
                #expect(zip(reasons, reasons.dropFirst()).allSatisfy { $0.weight >= $1.weight })
                for reason in reasons {
                    #expect(reason.weight > 0)
                    var other = context
                    switch (reason.kind, reason.item) {
                    case (.cart, let source?): other.cart.removeAll { $0 == source }
                    case (.history, let source?):
                        for index in other.history.indices { other.history[index].items.removeAll { $0 == source } }
                    case (.gender, _): other.profile.gender = nil
                    case (.age, _): other.profile.age = nil
                    default: continue
                    }
                    let lost = full[item] - recommender.calibratedLogits(for: other)[item]
                    #expect(abs(lost - reason.weight) < 1e-5, "\(reason)")
                }
            }
        }
    }

    @Test func aListTellsAtMostThreeReasonsAnItemLargestFirst() {
        let context = Context(profile: dataset.customers[2].profile, history: dataset.customers[2].train, cart: [3])
        let list = recommender.recommend(for: context, options: .init(count: 5, explains: true))
        for recommendation in list {
            let reasons = recommendation.reasons
            #expect((1...DefaultRecommender.reasonLimit).contains(reasons.count))
            #expect(zip(reasons, reasons.dropFirst()).allSatisfy { $0.weight >= $1.weight })
        }
        #expect(list.contains { $0.reasons.contains { $0.kind == .history } })
    }

    @Test func aCartOfTheWholeShopIsExplainedToo() {
        let context = Context(cart: Array(0..<labels - 3))
        let list = recommender.recommend(for: context, options: .init(count: 10, explains: true))
        #expect(list.map(\.item).sorted() == Array(labels - 3..<labels))
    }

    @Test func aScoreTakenApartSumsToItsLogit() {
        var generator = SplitMix(state: 6)
        for _ in 0..<20 {
            let context = randomContext(&generator)
            let logits = recommender.calibratedLogits(for: context)
            for item in [0, 9, 31] {
                let breakdown = recommender.explainScore(of: item, in: context)
                #expect(abs(breakdown.logit - logits[item]) < 1e-6)
                #expect(abs(breakdown.wide + breakdown.deep - breakdown.logit) < 1e-5)
                #expect(abs(breakdown.parts.reduce(0) { $0 + $1.value } - breakdown.logit) < 1e-5)
            }
        }
    }

    @Test func buffersThatHoldAnotherConversationChangeNothing() async {
        var generator = SplitMix(state: 12)
        let contexts = (0..<200).map { _ in randomContext(&generator) }
        let fresh = DefaultRecommender(model: recommender.model)
        let expected = contexts.map { context in
            DefaultRecommender(model: recommender.model).recommend(for: context, options: .init(count: 5))
        }
        await withTaskGroup(of: Bool.self) { group in
            for worker in 0..<4 {
                group.addTask {
                    for index in contexts.indices where index % 4 == worker {
                        let list = fresh.recommend(for: contexts[index], options: .init(count: 5))
                        if list != expected[index] { return false }
                    }
                    return true
                }
            }
            for await isSame in group { #expect(isSame) }
        }
    }

    @Test func similarItemsAreBoughtTogetherAndNeverTheGivenOnes() {
        let list = recommender.similar(to: [8], in: Context(cart: [9]), options: .init(count: 3))
        #expect(!list.isEmpty)
        #expect(list.allSatisfy { $0.item != 8 && $0.item != 9 && (0...1).contains($0.score) })
        #expect(list[0].item / 4 == 2)
        #expect(recommender.similar(to: [labels], in: Context(), options: .init()).isEmpty)
    }

    @Test func whatIsInTheCartPullsItsCompanions() {
        for group in 0..<8 {
            let list = recommender.recommend(for: Context(cart: [group * 4, group * 4 + 1]), options: .init(count: 6))
            #expect(list.contains { $0.item / 4 == group }, "group \(group)")
        }
    }

    @Test func everyFeatureThatIsListedIsNotZero() {
        let customer = dataset.customers[1]
        let listing = recommender.features(
            of: Context(profile: customer.profile, history: customer.train, cart: [3]))
        #expect(!listing.wide.isEmpty && !listing.deep.isEmpty)
        #expect((listing.wide + listing.deep).allSatisfy { $0.value != 0 && !$0.name.isEmpty })
        #expect(listing.deep.contains { $0.name == "cart[item 3]" })
    }
}

/// Shops at the edge: each must train, and answer every kind of context with as many items as there are.
@Suite struct EdgeShopTests {
    static let shops: [(name: String, shop: TasteShop)] = {
        var oneBasket = TasteShop()
        oneBasket.baskets = 1
        var single = TasteShop()
        single.basketSize = 1...1
        var tiny = TasteShop()
        tiny.customers = 2
        var one = TasteShop()
        one.customers = 1
        one.baskets = 2
        var anonymous = TasteShop()
        anonymous.hasProfiles = false
        anonymous.hasDays = false
        var novel = TasteShop()
        novel.repeats = false
        novel.customers = 40
        var narrow = TasteShop()
        narrow.groups = 1
        return [
            ("one basket a customer", oneBasket), ("one item a basket", single), ("two customers", tiny),
            ("one customer", one), ("no profiles, no dates", anonymous), ("nothing bought twice", novel),
            ("four labels", narrow),
        ].map { ($0.0, $0.1) }
    }()

    @Test(arguments: shops.indices)
    func itTrainsAndAnswers(index: Int) throws {
        let (name, shop) = Self.shops[index]
        let dataset = shop.dataset
        var settings = DefaultTrainingSettings()
        settings.epochs = 1
        let model = try DefaultModelTraining(dataset: dataset, settings: settings, threads: 2).run()
        let recommender = DefaultRecommender(model: model)
        let history = dataset.customers[0].train
        for context in [
            Context(), Context(cart: [0]), Context(history: history), Context(history: history, cart: [1, 2]),
            Context(profile: Profile(gender: .female, age: 90)), Context(history: [Basket(items: [])]),
        ] {
            let expected = dataset.catalog.labelCount - context.cart.count
            let list = recommender.recommend(for: context, options: .init(count: 100, explains: true))
            #expect(list.count == expected, "\(name)")
            #expect(list.allSatisfy { $0.score.isFinite && $0.score > 0 && $0.score < 1 }, "\(name)")
        }
    }

    @Test func aShopWhereNothingIsBoughtTwiceLearnsNotToRepeat() throws {
        var shop = TasteShop()
        shop.repeats = false
        shop.customers = 80
        shop.groups = 16
        let dataset = shop.dataset
        var settings = DefaultTrainingSettings()
        settings.epochs = 12
        settings.learningRate = 3e-3
        let model = try DefaultModelTraining(dataset: dataset, settings: settings, threads: 2).run()
        let recommender = DefaultRecommender(model: model)
        var repeated = 0
        for customer in dataset.customers {
            let bought = Set(customer.train.flatMap(\.items))
            let list = recommender.recommend(for: Context(history: customer.train), options: .init(count: 10))
            repeated += list.filter { bought.contains($0.item) }.count
        }
        #expect(repeated < dataset.customers.count, "fewer than one of ten was bought before")
    }
}
