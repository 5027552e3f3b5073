import Shop
import Testing

@testable import Evaluation

/// Every baseline gives the figures of an independent computation, to six digits.
struct GoldenBaselineTests {
    static let rankers: [any Ranker] = {
        let dataset = GoldenShop.shared.dataset
        var ease = EASERanker.Settings()
        ease.sessionRegularisation = 20
        ease.customerRows = .howOften
        ease.customerRegularisation = 3
        var tifu = TIFUKNNRanker.Settings()
        tifu.neighbours = 15
        tifu.groupDecay = 0.7
        var userPopularity = UserPopularityRanker.Settings()
        userPopularity.window = 3
        userPopularity.asymmetry = 0.25
        userPopularity.locality = 5
        return [
            PopularRanker(fittedOn: dataset),
            SegmentPopularRanker(fittedOn: dataset, settings: .init(prior: 50)),
            TopFrequencyRanker(.personal, fittedOn: dataset),
            TopFrequencyRanker(.global, fittedOn: dataset),
            CooccurrenceRanker(fittedOn: dataset),
            ItemKNNRanker(fittedOn: dataset, settings: .init()),
            EASERanker(fittedOn: dataset, settings: ease),
            TIFUKNNRanker(fittedOn: dataset, settings: tifu),
            UserPopularityRanker(fittedOn: dataset, settings: userPopularity),
        ]
    }()

    @Test(arguments: GoldenShop.shared.expected.keys.sorted())
    func figuresAreThoseOfAnIndependentComputation(method: String) throws {
        let ranker = try #require(Self.rankers.first { $0.name == method })
        let expected = try #require(GoldenShop.shared.expected[method])
        let results = Evaluator(suite: TaskSuite(dataset: GoldenShop.shared.dataset)).evaluate(ranker)
        for (name, figures) in expected {
            let result = try #require(results.first { $0.task.description == name })
            #expect(Double(result.customers.count) == figures["users"])
            for metric in [Metric.recall, .ndcg, .hitRate, .mrr, .precision] {
                let figure = try #require(figures[metric.key(at: 10)])
                #expect(abs(result.mean(of: metric) - figure) < 1e-6, "\(name) \(metric)")
            }
            let coverage = try #require(figures["coverage@10"])
            #expect(abs((result.coverage[10] ?? 0) - coverage) < 1e-6, "\(name) coverage")
        }
    }

    @Test func noMethodIsLeftOut() {
        #expect(Set(Self.rankers.map(\.name)) == Set(GoldenShop.shared.expected.keys))
    }
}
