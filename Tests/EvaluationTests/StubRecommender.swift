import Features
import Recommender
import Shop

@testable import Evaluation

/// A recommender whose scores are those of a ranker, made probabilities by a function.
struct StubRecommender: Recommending {
    let catalog: Catalog
    let scoring: any ScoringRanker
    var probability: @Sendable (Double) -> Double = { $0 }

    func recommend(for context: Context, options: RecommendationOptions) -> [Recommendation] {
        let scores = scoring.scores(for: RankingQuery(context: context))
        return topItems(scores, count: options.count, excluding: context.cart + Array(options.excluded)).map {
            Recommendation(item: $0, score: probability(scores[$0]))
        }
    }

    func reasons(for item: ItemID, in context: Context, limit: Int) -> [Reason] {
        [Reason(kind: .cart, item: context.cart.first, weight: 1)]
    }

    func similar(to items: [ItemID], in context: Context, options: RecommendationOptions) -> [Recommendation] {
        recommend(for: Context(cart: items), options: options)
    }

    func explainScore(of item: ItemID, in context: Context) -> ScoreBreakdown {
        ScoreBreakdown(item: item, logit: 0, wide: 0, deep: 0, probability: 0.5, parts: [])
    }

    func features(of context: Context) -> FeatureListing { FeatureListing(wide: [], deep: []) }
}
