import Features
import Shop
import Testing

@testable import Evaluation

/// What every ranker promises, baseline or model, checked on shops that are easy to trip over.
struct RankerContractTests {
    struct Subject: CustomTestStringConvertible, Sendable {
        let shop: String
        let dataset: PurchaseDataset
        let ranker: any Ranker
        var testDescription: String { "\(ranker.name) on \(shop)" }
    }

    static let subjects: [Subject] = shops.flatMap { shop, dataset in
        let untuned: [any Ranker] = [
            PopularRanker(fittedOn: dataset), SegmentPopularRanker(fittedOn: dataset, settings: .init()),
            TopFrequencyRanker(.personal, fittedOn: dataset), TopFrequencyRanker(.global, fittedOn: dataset),
            CooccurrenceRanker(fittedOn: dataset), ItemKNNRanker(fittedOn: dataset, settings: .init()),
            EASERanker(fittedOn: dataset, settings: .init()), TIFUKNNRanker(fittedOn: dataset, settings: .init()),
            UserPopularityRanker(fittedOn: dataset, settings: .init()),
            LogisticRanker(fittedOn: dataset, settings: .init()),
        ]
        return untuned.map { Subject(shop: shop, dataset: dataset, ranker: $0) }
    }

    static let shops: [(String, PurchaseDataset)] = [
        ("the golden shop", GoldenShop.shared.dataset),
        (
            "a shop of one customer",
            PurchaseDataset(
                catalog: .numbered(4, unlabelled: 2),
                customers: [
                    CustomerBaskets(
                        id: "1", profile: .unknown, train: [Basket(items: [0, 1])], test: Basket(items: [2, 3]))
                ])
        ),
        ("a shop without customers", PurchaseDataset(catalog: .numbered(5), customers: [])),
        ("a shop without labels", PurchaseDataset(catalog: .numbered(0, unlabelled: 3), customers: [])),
        (
            "a shop of empty histories",
            PurchaseDataset(
                catalog: .numbered(6),
                customers: (0..<3).map {
                    CustomerBaskets(
                        id: "\($0)", profile: Profile(gender: .male, age: 40), train: [], test: Basket(items: [$0, 5]))
                })
        ),
    ]

    /// Known, unknown, unlabelled and impossible items; every mix of profile, history and cart.
    static func queries(for dataset: PurchaseDataset) -> [RankingQuery] {
        let labels = dataset.catalog.labelCount
        var generator = PermutedCongruentialGenerator(seed: 9)
        func items(_ count: Int) -> [ItemID] {
            Array(generator.permutation(of: Array(0..<dataset.catalog.count)).prefix(count))
        }
        var queries = [RankingQuery(context: Context())]
        for round in 0..<24 {
            let history = (0..<round % 4).map { _ in Basket(items: items(1 + round % 3)) }
            let profile = [
                Profile.unknown, Profile(gender: .female), Profile(age: 90), Profile(gender: .male, age: 20),
            ][round % 4]
            let customer = dataset.customers.isEmpty || round % 2 == 0 ? nil : round % dataset.customers.count
            queries.append(
                RankingQuery(
                    context: Context(profile: profile, history: history, cart: items(round % 5)), customer: customer))
        }
        queries.append(RankingQuery(context: Context(cart: Array(0..<labels))))
        queries.append(RankingQuery(context: Context(history: [Basket(items: [])])))
        return queries
    }

    @Test(arguments: subjects)
    func listsHoldDistinctLabelsOutsideTheCartAndAsManyAsAskedFor(subject: Subject) {
        let labels = subject.dataset.catalog.labelCount
        for query in Self.queries(for: subject.dataset) {
            for count in [0, 1, 10, labels + 5] {
                let list = subject.ranker.rank([query], count: count)[0]
                let cart = Set(query.context.cart.filter { $0 < labels })
                #expect(list.count == min(count, labels - cart.count))
                #expect(Set(list).count == list.count)
                #expect(cart.isDisjoint(with: list))
                #expect(list.allSatisfy { (0..<labels).contains($0) })
            }
        }
    }

    @Test(arguments: subjects)
    func aQueryGivesTheSameListAloneAndAmongOthers(subject: Subject) {
        let queries = Self.queries(for: subject.dataset)
        let together = subject.ranker.rank(queries, count: 5)
        let alone = queries.map { subject.ranker.rank([$0], count: 5)[0] }
        #expect(together == alone)
        #expect(subject.ranker.rank(queries.reversed(), count: 5) == alone.reversed())
        #expect(subject.ranker.rank([], count: 5).isEmpty)
    }

    @Test(arguments: subjects)
    func aShorterListIsTheBeginningOfALongerOne(subject: Subject) {
        for query in Self.queries(for: subject.dataset) {
            let long = subject.ranker.rank([query], count: 12)[0]
            #expect(subject.ranker.rank([query], count: 4)[0] == Array(long.prefix(4)))
        }
    }

    @Test(arguments: subjects)
    func evaluationNeverFails(subject: Subject) {
        let suite = TaskSuite(dataset: subject.dataset)
        let results = Evaluator(suite: suite, cutoffs: [1, 20]).evaluate(subject.ranker)
        #expect(results.map(\.task) == EvaluationTask.allCases)
        for result in results {
            for cutoff in [1, 10, 20] {
                for metric in Metric.allCases { #expect((0...1).contains(result.mean(of: metric, at: cutoff))) }
                #expect((0...1).contains(result.coverage[cutoff] ?? -1))
            }
        }
    }

    @Test func tuningNeverFails() {
        func tune<R: TunableRanker>(_ type: R.Type) {
            for (_, dataset) in Self.shops.dropFirst() {
                #expect(!Tuner(dataset: dataset).settings(of: type).description.isEmpty)
            }
        }
        tune(SegmentPopularRanker.self)
        tune(ItemKNNRanker.self)
        tune(EASERanker.self)
        tune(TIFUKNNRanker.self)
        tune(UserPopularityRanker.self)
        for (_, dataset) in Self.shops.dropFirst() { #expect(LogisticRanker.tuned(on: dataset).epochs > 0) }
    }
}
