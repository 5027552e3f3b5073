import Features
import Shop
import TestSupport
import Testing
import WideDeep

@testable import Recommender

struct StudyRecommenderTests {
    /// Twelve labels in three categories, and an item that is none.
    static let recommender: StudyRecommender = {
        let catalog = Catalog(
            subcategories: (0..<13).map {
                Subcategory(name: "item \($0)", middleCategory: nil, category: "category \($0 % 3)")
            }, labelCount: 12)
        var random = SplitMix(state: 8)
        let customers = (0..<40).map { number in
            CustomerBaskets(
                id: String(number),
                profile: Profile(gender: number % 2 == 0 ? .female : .male, age: 20 + number % 3 * 10),
                train: (0..<4).map { _ in
                    Basket(items: Array(Set((0..<3).map { _ in Int(random.next() % 4) * 3 + number % 3 })).sorted())
                }, test: nil)
        }
        var settings = StudySettings(preset: "seed-v1")!
        settings.hidden = [8, 6]
        settings.epochs = 6
        settings.batch = 16
        settings.learningRate = 0.02
        settings.doc2vec.dimensions = 8
        settings.doc2vec.epochs = 3
        let dataset = PurchaseDataset(catalog: catalog, customers: customers)
        let model = try? StudyTraining(dataset: dataset, settings: settings, threads: 1).run()
        return StudyRecommender(model: model!)
    }()

    @Test func listsKeepOutTheCartWhatIsExcludedAndOtherCategories() {
        let context = Context(cart: [0, 3])
        let all = Self.recommender.recommend(for: context, options: RecommendationOptions(count: 50))
        #expect(all.count == 10 && Set(all.map(\.item)).count == 10)
        #expect(!all.contains { [0, 3, 12].contains($0.item) })
        #expect(all.map(\.score) == all.map(\.score).sorted(by: >) && all.allSatisfy { (0...1).contains($0.score) })
        let options = RecommendationOptions(count: 3, excluded: [6], category: "category 0")
        #expect(Self.recommender.recommend(for: context, options: options).map(\.item) == [9])
    }

    @Test func aCartLeadsToWhatIsBoughtWithIt() {
        let best = Self.recommender.recommend(for: Context(cart: [0, 3]), options: RecommendationOptions(count: 2))
        #expect(Set(best.map(\.item)) == [6, 9])
    }

    @Test func aBreakdownSumsToTheLogitThatTheListRestsOn() {
        let context = Context(profile: Profile(gender: .female, age: 30), cart: [1])
        for line in Self.recommender.recommend(for: context, options: RecommendationOptions(count: 11)) {
            let breakdown = Self.recommender.explainScore(of: line.item, in: context)
            #expect(abs(breakdown.parts.reduce(0) { $0 + $1.value } - breakdown.logit) < 1e-4)
            #expect(abs(breakdown.wide + breakdown.deep - breakdown.logit) < 1e-6)
            #expect(abs(breakdown.probability - line.score) < 1e-5)
        }
        #expect(Self.recommender.explainScore(of: 12, in: context).probability == 0)
    }

    @Test func reasonsAreOrderedGainsOfWhatIsKnown() {
        let context = Context(profile: Profile(gender: .female), cart: [0, 3])
        let reasons = Self.recommender.reasons(for: 6, in: context, limit: 10)
        #expect(reasons.contains { $0.kind == .cart })
        #expect(reasons.allSatisfy { $0.weight > 0 } && reasons.map(\.weight) == reasons.map(\.weight).sorted(by: >))
        #expect(!reasons.contains { $0.kind == .age || $0.kind == .history })
    }

    @Test func similarItemsAreNeverTheOnesGiven() {
        let similar = Self.recommender.similar(
            to: [0, 12], in: Context(cart: [3]), options: RecommendationOptions(count: 20))
        #expect(!similar.isEmpty && !similar.contains { [0, 3, 12].contains($0.item) })
        #expect(Self.recommender.similar(to: [12], in: Context(), options: RecommendationOptions()).isEmpty)
    }

    @Test func featuresAreNamedAndNothingIsListedTwice() {
        let listing = Self.recommender.features(of: Context(cart: [0, 1, 3]))
        #expect(listing.wide.map(\.name).contains("category 0 +category 1_21"))
        #expect(Set(listing.deep.map(\.name)).count == listing.deep.count)
    }
}
