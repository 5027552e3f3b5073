import Features
import Shop
import Testing

@testable import Evaluation

struct LogisticRankerTests {
    /// Half of the customers always buy 0 with 1, half 2 with 3; women buy 4, men 5.
    static let dataset = PurchaseDataset(
        catalog: .numbered(8),
        customers: (0..<40).map { index in
            let pair = index % 2 == 0 ? [0, 1] : [2, 3]
            let gender: Gender = index % 4 < 2 ? .female : .male
            let basket = Basket(items: pair + [gender == .female ? 4 : 5])
            return CustomerBaskets(
                id: "\(index)", profile: Profile(gender: gender), train: [basket, basket, basket], test: basket)
        })

    static let ranker: LogisticRanker = {
        var settings = LogisticRanker.Settings()
        settings.epochs = 10
        return LogisticRanker(fittedOn: dataset, settings: settings)
    }()

    func best(_ context: Context, _ count: Int = 1) -> [ItemID] {
        Self.ranker.rank([RankingQuery(context: context)], count: count)[0]
    }

    @Test func theCartCallsForItsCompanion() {
        #expect(best(Context(cart: [0])) == [1])
        #expect(best(Context(cart: [3])) == [2])
    }

    @Test func thePastIsLearnedToRepeatHere() {
        #expect(Set(best(Context(history: [Basket(items: [2, 3])]), 2)) == [2, 3])
    }

    @Test func gendersDiffer() {
        func score(_ item: ItemID, _ gender: Gender) -> Double {
            Self.ranker.scores(for: RankingQuery(context: Context(profile: Profile(gender: gender))))[item]
        }
        #expect(score(4, .female) > score(5, .female))
        #expect(score(5, .male) > score(4, .male))
    }

    @Test func aSeedGivesTheSameWeights() {
        let settings = LogisticRanker.Settings()
        let query = RankingQuery(context: Context(history: [Basket(items: [0, 4])], cart: [1]))
        let first = LogisticRanker(fittedOn: Self.dataset, settings: settings, seed: 3).scores(for: query)
        #expect(LogisticRanker(fittedOn: Self.dataset, settings: settings, seed: 3).scores(for: query) == first)
        #expect(LogisticRanker(fittedOn: Self.dataset, settings: settings, seed: 4).scores(for: query) != first)
    }
}
