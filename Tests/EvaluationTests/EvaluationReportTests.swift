import Features
import Foundation
import FoundationXML
import Recommender
import Shop
import Testing

@testable import Evaluation

struct EvaluationReportTests {
    static let dataset = GoldenShop.shared.dataset

    static let report: EvaluationReport = {
        let evaluator = Evaluator(suite: TaskSuite(dataset: dataset), cutoffs: [5])
        let ours = StubRecommender(catalog: dataset.catalog, scoring: TopFrequencyRanker(.global, fittedOn: dataset))
        let ranker = RecommenderRanker(name: "default", recommender: ours)
        let baselines: [any Ranker] = [
            PopularRanker(fittedOn: dataset), SegmentPopularRanker(fittedOn: dataset, settings: .init()),
        ]
        return EvaluationReport(
            subject: .init(model: "<b>shop</b>.model", preset: "default", shop: "shop.db", dataset: dataset),
            evaluator: evaluator, model: MeasuredRanker(ranker: ranker, results: evaluator.evaluate(ranker)),
            baselines: baselines.map {
                MeasuredRanker(ranker: $0, settings: "prior 5", results: evaluator.evaluate($0))
            },
            probabilities: ProbabilityReport(recommender: ours, suite: evaluator.suite, threshold: 0.5),
            training: TrainingCurves(cost: [3, 2, 1], heldOut: [0.1, 0.2]), bootstrap: Bootstrap(samples: 200))
    }()

    @Test func jsonHasTheKeysThatOtherProgramsRelyOn() throws {
        let text = try Self.report.json()
        #expect(!text.contains("\n"))
        let json = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let tasks = try #require(json["tasks"] as? [String: [String: Double]])
        #expect(Set(tasks.keys) == Set(EvaluationTask.allCases.map(\.description)))
        let keys = ["recall", "ndcg", "hit_rate", "mrr", "precision", "coverage"]
        for figures in tasks.values {
            for key in keys {
                #expect(figures["\(key)@10"] != nil)
                #expect(figures["\(key)@5"] != nil)
            }
        }
        #expect(tasks["warm"]?["users"] == 80)
        let accuracy = try #require(json["accuracy"] as? [String: Double])
        #expect(accuracy["threshold"] == 0.5)
        #expect((0...1).contains(try #require(accuracy["value"])))
        let baselines = try #require(json["baselines"] as? [String: [String: [String: Double]]])
        #expect(Set(baselines.keys) == ["popular", "segment-popular"])
        #expect(baselines.values.allSatisfy { Set($0.keys) == Set(tasks.keys) })
    }

    @Test func jsonIsTheSameEachTime() throws {
        #expect(try Self.report.json() == Self.report.json())
    }

    @Test func figuresInJSONAreThoseOfTheGoldenShop() throws {
        let json = try JSONSerialization.jsonObject(with: Data(Self.report.json().utf8)) as? [String: Any]
        let tasks = try #require(json?["tasks"] as? [String: [String: Double]])
        let expected = try #require(GoldenShop.shared.expected["gp-topfreq"]?["warm"])
        for key in ["ndcg@10", "recall@10", "coverage@10"] {
            #expect(abs(try #require(tasks["warm"]?[key]) - expected[key]!) < 1e-6)
        }
    }

    @Test func aComparisonTakesTheBestOfThoseWhoCompete() throws {
        let warm = try #require(Self.report.comparisons.first { $0.task == .warm && $0.metric == .ndcg })
        #expect(["popular", "segment-popular"].contains(warm.best))
        let cart = try #require(Self.report.comparisons.first { $0.task == .cart(1) && $0.metric == .ndcg })
        #expect(cart.best == "popular")
        // For a stranger the stub is the popular list itself.
        #expect(cart.difference == Interval(mean: 0, low: 0, high: 0))
        #expect(cart.verdict == .withinNoise)
        let counts = [Comparison.Verdict.above, .withinNoise, .below].map(Self.report.count(of:))
        #expect(counts.reduce(0, +) == 18)
    }

    @Test func verdictsNeedTheWholeIntervalOnOneSide() {
        func verdict(_ low: Double, _ high: Double) -> Comparison.Verdict {
            Comparison(
                task: .warm, metric: .ndcg, best: "x", bestMean: 0.5,
                difference: Interval(mean: (low + high) / 2, low: low, high: high)
            ).verdict
        }
        #expect(verdict(0.001, 0.2) == .above)
        #expect(verdict(-0.2, -0.001) == .below)
        #expect(verdict(-0.001, 0.2) == .withinNoise)
        #expect(verdict(0, 0.2) == .withinNoise)
    }

    @Test func segmentsOfADimensionHoldEveryCustomerOnce() throws {
        let (_, figures) = try #require(Self.report.segments.first { $0.task == .warm })
        for dimension in Segment.Dimension.allCases {
            let members = figures.filter { $0.segment.dimension == dimension }
            #expect(members.reduce(0) { $0 + $1.users } == 80)
            #expect(members.allSatisfy { $0.ndcg.low <= $0.ndcg.mean && $0.ndcg.mean <= $0.ndcg.high })
        }
        #expect(figures.map(\.segment.name).prefix(3) == ["F", "M", "unknown"])
    }

    @Test func thePageIsWellFormedAndEscapesNames() {
        let page = Self.report.html()
        #expect(!page.contains("<b>shop</b>"))
        #expect(page.contains("&lt;b&gt;shop&lt;/b&gt;"))
        let body = page[page.range(of: "<main>")!.lowerBound..<page.range(of: "</main>")!.upperBound]
        #expect(XMLParser(data: Data(body.utf8)).parse())
        for heading in ["What it reaches", "Against known methods", "For whom", "How it learned", "Settings chosen"] {
            #expect(page.contains(heading))
        }
    }

    @Test func tablesFitATerminal() {
        let lines = Self.report.text().split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.allSatisfy { $0.count <= 110 })
        #expect(lines.contains { $0.hasPrefix("of 18: ") })
        #expect(Self.report.text().hasSuffix("\n"))
    }
}

struct ProbabilityReportTests {
    @Test func binsOfEqualCountsMeasureTheError() {
        // Said 0.2 of ten of which three came true, said 0.6 of ten of which six did.
        let predictions =
            (0..<10).map { (probability: Float(0.2), isHit: $0 < 3) } + (0..<10).map { (Float(0.6), $0 < 6) }
        let curve = ReliabilityCurve(predictions: predictions, binCount: 2)
        #expect(curve.bins.map(\.count) == [10, 10])
        #expect(abs(curve.expectedError - 0.05) < 1e-6)
        #expect(ReliabilityCurve(predictions: []).expectedError == 0)
        #expect(ReliabilityCurve(predictions: [(0.5, true)]).bins.count == 1)
    }

    @Test func accuracyCountsCellsRightlySaid() {
        // Two labels of four are given 0.9 always; the customer buys both and a third.
        struct Fixed: ScoringRanker {
            let name = "fixed"
            let labelCount = 4
            func competes(in task: EvaluationTask) -> Bool { true }
            func scores(for query: RankingQuery) -> [Double] { [0.9, 0.9, 0.1, 0.1] }
        }
        let dataset = PurchaseDataset(
            catalog: .numbered(4),
            customers: [
                CustomerBaskets(
                    id: "1", profile: .unknown, train: [Basket(items: [0])], test: Basket(items: [0, 1, 2]))
            ])
        let suite = TaskSuite(dataset: dataset, tasks: [.warm])
        let stub = StubRecommender(catalog: dataset.catalog, scoring: Fixed())
        func accuracy(_ threshold: Double) -> Double {
            ProbabilityReport(recommender: stub, suite: suite, threshold: threshold).accuracy
        }
        #expect(accuracy(0.5) == 0.75)
        #expect(accuracy(0.05) == 0.75)
        #expect(accuracy(0.95) == 0.25)
        #expect(ProbabilityReport(recommender: stub, suite: suite, threshold: 0.5).allZeroAccuracy == 0.25)
    }
}

struct TranslatedRecommenderTests {
    /// The model's shop: the same names as the other shop's, but for one each, in another order.
    static let model = Catalog(
        subcategories: ["c", "old", "a", "b"].map { Subcategory(name: $0, middleCategory: nil, category: "x") })
    static let shop = Catalog(
        subcategories: ["a", "b", "c", "new"].map { Subcategory(name: $0, middleCategory: nil, category: "x") })

    struct Fixed: ScoringRanker {
        let name = "fixed"
        let labelCount = 4
        func competes(in task: EvaluationTask) -> Bool { true }
        /// The model likes "old" best, then "c", "b", "a"; what was bought before comes first.
        func scores(for query: RankingQuery) -> [Double] {
            var scores = [0.7, 0.9, 0.1, 0.5]
            for item in query.context.history.flatMap(\.items) { scores[item] += 1 }
            return scores
        }
    }

    let translated = TranslatedRecommender.adapting(
        StubRecommender(catalog: Self.model, scoring: Fixed()), to: Self.shop)

    @Test func itemsAreMatchedByName() {
        let list = translated.recommend(for: Context(), options: RecommendationOptions(count: 3))
        #expect(list.map { Self.shop.name(of: $0.item) } == ["c", "b", "a"])
        let context = Context(history: [Basket(items: [0, 3])], cart: [2])
        let after = translated.recommend(for: context, options: RecommendationOptions(count: 2))
        #expect(after.map { Self.shop.name(of: $0.item) } == ["a", "b"])
        #expect(translated.recommend(for: Context(), options: RecommendationOptions(count: 1)).count == 1)
    }

    @Test func excludedItemsAreTranslated() {
        let options = RecommendationOptions(count: 2, excluded: [2, 3])
        #expect(translated.recommend(for: Context(), options: options).map(\.item) == [1, 0])
    }

    @Test func reasonsSpeakOfTheShopsItems() {
        #expect(translated.reasons(for: 0, in: Context(cart: [1]), limit: 1).first?.item == 1)
        #expect(translated.reasons(for: 3, in: Context(), limit: 1).isEmpty)
        #expect(translated.explainScore(of: 3, in: Context()).item == 3)
        #expect(translated.explainScore(of: 0, in: Context()).item == 0)
    }

    @Test func equalCatalogsNeedNoTranslation() {
        let same = TranslatedRecommender.adapting(
            StubRecommender(catalog: Self.shop, scoring: Fixed()), to: Self.shop)
        #expect(same is StubRecommender)
    }
}
