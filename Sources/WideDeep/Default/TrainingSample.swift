import Features
import Shop

/// One train basket, split into what is known and what is to be predicted.
package struct TrainingSample: Sendable {
    package enum History: Sendable, Hashable {
        case hidden
        /// The customer's baskets before this one.
        case before
        /// All the customer's baskets but this one.
        case others
    }

    package var customer: Int
    /// The basket's number in the table.
    package var basket: Int
    package var history: History
    package var showsProfile: Bool
    package var cart: [Int32]
    package var labels: [Int32]

    /// Draws what is shown of a basket.
    package static func draw(
        customer: Int, basket: Int, table: BasketTable, settings: SamplingSettings, generator: inout KeyedGenerator
    ) -> TrainingSample {
        var items = Array(table.items(of: basket))
        generator.shuffle(&items)
        let all = table.baskets(of: customer)
        var history = History.hidden
        if generator.unit() >= settings.historyHidden {
            history = generator.unit() < settings.leaveOneOut ? .others : .before
        }
        if history == .before && basket == all.lowerBound { history = .hidden }
        let shows = generator.unit() >= settings.profileHidden
        var size = 0
        if generator.unit() >= settings.cartEmpty {
            size = min(items.count - 1, 1 + generator.below(settings.cartLimit))
        }
        return TrainingSample(
            customer: customer, basket: basket, history: history, showsProfile: shows,
            cart: Array(items.prefix(size)), labels: Array(items.dropFirst(size)))
    }

    /// Encodes what is shown.
    package func encode(with encoder: FeatureEncoder, table: BasketTable, into encoded: EncodedContext) {
        encoder.encodeProfile(showsProfile ? table.profiles[customer] : .unknown, into: encoded)
        let all = table.baskets(of: customer)
        let count =
            switch history {
            case .hidden: 0
            case .before: basket - all.lowerBound
            case .others: all.count - 1
            }
        encoder.encodeHistory(count: count, into: encoded) { index, visit in
            var number = all.lowerBound + index
            if history == .others && number >= basket { number += 1 }
            for item in table.items(of: number) { visit(item) }
        }
        encoder.encodeCart(cart.map { ItemID($0) }, into: encoded)
    }
}
