import Features
import Recommender
import Shop

/// What a ranker is asked.
package struct RankingQuery: Hashable, Sendable {
    package var context: Context
    /// The position of the customer in the dataset that the ranker was fitted on, where the context is one of its
    /// customers: neighbourhood methods leave them out of their own neighbours.
    package var customer: Int?

    package init(context: Context, customer: Int? = nil) {
        self.context = context
        self.customer = customer
    }
}

/// Anything that ranks items for a context: every baseline, and the model.
///
/// All rankers keep these promises, which one test class checks for each:
/// - no item twice, no item of the cart, only labels, and as many as asked for where there are as many;
/// - the same query gives the same list, alone or among others, on any number of threads;
/// - a shorter list is the beginning of a longer one;
/// - an empty context, an unknown profile, a history of items that nobody else bought: a list all the same.
package protocol Ranker: Sendable {
    /// The name by which tables and JSON know it.
    var name: String { get }
    /// Whether it uses what the task tells. Elsewhere it answers, too, but is no measure for others.
    func competes(in task: EvaluationTask) -> Bool
    /// A list for each query, best first. Queries of one customer come together, so that what rests on the history
    /// alone can be computed once.
    func rank(_ queries: [RankingQuery], count: Int) -> [[ItemID]]
}

/// A ranker that gives every label a score.
package protocol ScoringRanker: Ranker {
    var labelCount: Int { get }
    /// The scores of all labels, higher is better; of the same length for every query. Cart items get one, too.
    func scores(for query: RankingQuery) -> [Double]
}

extension ScoringRanker {
    package func rank(_ queries: [RankingQuery], count: Int) -> [[ItemID]] {
        queries.map { query in topItems(scores(for: query), count: count, excluding: query.context.cart) }
    }
}

/// A ranker whose scores rest on the history alone (and on who is asked), never on the cart.
package protocol HistoryScoringRanker: ScoringRanker {}

extension HistoryScoringRanker {
    package func competes(in task: EvaluationTask) -> Bool { task.showsHistory }

    /// Queries of one customer mostly show the same history: its scores are computed once.
    package func rank(_ queries: [RankingQuery], count: Int) -> [[ItemID]] {
        var known: (history: [Basket], customer: Int?, scores: [Double])?
        return queries.map { query in
            if known == nil || known?.customer != query.customer || known?.history != query.context.history {
                known = (query.context.history, query.customer, scores(for: query))
            }
            return topItems(known?.scores ?? [], count: count, excluding: query.context.cart)
        }
    }
}

/// A recommender of the product as one ranker among others.
package struct RecommenderRanker: Ranker {
    package let name: String
    private let recommender: any Recommending

    package init(name: String, recommender: any Recommending) {
        self.name = name
        self.recommender = recommender
    }

    package func competes(in task: EvaluationTask) -> Bool { true }

    package func rank(_ queries: [RankingQuery], count: Int) -> [[ItemID]] {
        let options = RecommendationOptions(count: count)
        return queries.map { recommender.recommend(for: $0.context, options: options).map(\.item) }
    }
}
