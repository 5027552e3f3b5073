import Features
import Recommender
import Shop

/// A recommender that remembers its answers to contexts that were asked about lately.
///
/// A recommendation is a pure function of its context, and many conversations are in the same one: nothing is known, or an
/// age and a gender, or the one thing in the cart that everybody begins with.
package final class RememberingRecommender: Recommending {
    private let recommender: any Recommending
    private let lists: RecentValues<ListKey, [Recommendation]>
    private let reasons: RecentValues<ReasonKey, [Reason]>

    private struct ListKey: Hashable {
        /// Similar to these; `nil` for what suits the context.
        var similarTo: [ItemID]?
        var context: Context
        var options: RecommendationOptions
    }

    private struct ReasonKey: Hashable {
        var item: ItemID
        var context: Context
        var limit: Int
    }

    package init(_ recommender: any Recommending, capacity: Int = 4096) {
        self.recommender = recommender
        lists = RecentValues(capacity: capacity)
        reasons = RecentValues(capacity: capacity)
    }

    package var catalog: Catalog { recommender.catalog }

    package func recommend(for context: Context, options: RecommendationOptions) -> [Recommendation] {
        guard Self.isWorthRemembering(context, options) else {
            return recommender.recommend(for: context, options: options)
        }
        return lists.value(for: ListKey(context: context, options: options)) {
            recommender.recommend(for: context, options: options)
        }
    }

    package func reasons(for item: ItemID, in context: Context, limit: Int) -> [Reason] {
        guard Self.isWorthRemembering(context) else { return recommender.reasons(for: item, in: context, limit: limit) }
        return reasons.value(for: ReasonKey(item: item, context: context, limit: limit)) {
            recommender.reasons(for: item, in: context, limit: limit)
        }
    }

    package func similar(
        to items: [ItemID], in context: Context, options: RecommendationOptions
    ) -> [Recommendation] {
        guard items.count <= Self.itemLimit, Self.isWorthRemembering(context, options) else {
            return recommender.similar(to: items, in: context, options: options)
        }
        return lists.value(for: ListKey(similarTo: items, context: context, options: options)) {
            recommender.similar(to: items, in: context, options: options)
        }
    }

    package func explainScore(of item: ItemID, in context: Context) -> ScoreBreakdown {
        recommender.explainScore(of: item, in: context)
    }

    package func features(of context: Context) -> FeatureListing { recommender.features(of: context) }

    // MARK: - What is kept small

    private static let itemLimit = 16
    private static let basketLimit = 12
    private static let countLimit = 50

    /// Large contexts and long lists are hardly asked for twice, and a bounded number of values is bounded memory only if
    /// each of them is.
    private static func isWorthRemembering(_ context: Context) -> Bool {
        context.cart.count <= itemLimit && context.history.count <= basketLimit
            && context.history.allSatisfy { $0.items.count <= 2 * itemLimit }
    }

    private static func isWorthRemembering(_ context: Context, _ options: RecommendationOptions) -> Bool {
        options.count <= countLimit && options.excluded.count <= countLimit && isWorthRemembering(context)
    }
}
