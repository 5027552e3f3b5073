import Dialogue
import Features
import Foundation
import Recommender
import Shop
import ShopStore
import Synchronization
import Understanding

/// A shop's customers as a conversation sees them: profile, history, cart, what is due, and coupons.
///
/// The shop's file is opened, and the purchase intervals are read, when the first customer is asked for, so that a chat
/// with a stranger never waits for either. Items are the *model's* numbers: those of the shop's file are carried over
/// by name, for a shop may have been prepared again since the model was trained.
public final class ShopDirectory: CustomerDirectory {
    /// How far ahead something must be due to be spoken of at login, in days.
    static let dueHorizon = 14
    /// How many coupons a customer is shown.
    static let couponLimit = 3

    private let open: @Sendable () throws -> ShopStore
    private let recommender: any Recommending
    private let state = Mutex<Opened?>(nil)

    private struct Opened: Sendable {
        var store: ShopStore
        var timing: PurchaseTiming
        /// The model's item for each item of the file.
        var modelItems: [ItemID?]
        /// The file's item for each item of the model.
        var shopItems: [ItemID: ItemID]
    }

    /// - Parameters:
    ///   - recommender: the model that the conversation uses; coupons rest on it.
    ///   - open: opens the shop's file.
    public init(recommender: any Recommending, opening open: @escaping @Sendable () throws -> ShopStore) {
        self.recommender = recommender
        self.open = open
    }

    /// Opens the shop and reads its intervals on a thread of its own, so that a server's first login need not wait for
    /// them. A failure shows at that login.
    public func openInBackground() {
        Thread.detachNewThread { _ = try? self.opened() }
    }

    public func customer(_ id: String, today: CalendarDay) throws -> CustomerRecord? {
        let opened = try opened()
        guard let stored = try opened.store.customer(id) else { return nil }
        let history = stored.history.map { basket in
            Basket(items: basket.items.compactMap { opened.modelItems[$0] }, day: basket.day)
        }
        let day = CivilDay.daysSince1970(year: today.year, month: today.month, day: today.day).map(Int.init) ?? 0
        let due = opened.timing.due(after: stored.history, on: day).prefix { $0.dueDay <= day + Self.dueHorizon }
        return CustomerRecord(
            id: stored.id, profile: stored.profile, history: history,
            cart: items(named: try opened.store.cart(of: id)),
            due: due.compactMap { due in
                opened.modelItems[due.item].map {
                    CustomerRecord.DueItem(item: $0, lastDay: due.lastDay, dueDay: due.dueDay)
                }
            },
            coupons: coupons(for: Context(profile: stored.profile, history: history)))
    }

    public func standing(of id: String) throws -> CustomerStanding? {
        try opened().store.standing(of: id).map { standing in
            CustomerStanding(cart: items(named: standing.cart), basketCount: standing.sessions)
        }
    }

    public func keeps(_ item: ItemID) -> Bool { (try? opened())?.shopItems[item] != nil }

    public func repurchaseDays(of item: ItemID) -> Double? {
        guard let opened = try? opened(), let shopItem = opened.shopItems[item] else { return nil }
        return opened.timing.usualInterval(of: shopItem)
    }

    private func items(named names: [String]) -> [ItemID] { names.compactMap(recommender.catalog.item(named:)) }

    private func coupons(for context: Context) -> [ItemID] {
        let candidates = recommender.recommend(for: context, options: RecommendationOptions(count: 50))
        return CouponAllocator.offers(
            for: "", index: 0, candidates: candidates.map { ($0.item, probability: $0.score) },
            lift: CouponAllocator.defaultLift, limit: Self.couponLimit
        ).map(\.item)
    }

    private func opened() throws -> Opened {
        try state.withLock { state in
            if let state { return state }
            let store = try open()
            let names = try store.catalog().subcategories.map(\.name)
            let modelItems = names.map(recommender.catalog.item(named:))
            var shopItems: [ItemID: ItemID] = [:]
            for (shopItem, modelItem) in modelItems.enumerated() {
                if let modelItem { shopItems[modelItem] = shopItem }
            }
            let opened = Opened(
                store: store, timing: try store.timing(), modelItems: modelItems, shopItems: shopItems)
            state = opened
            return opened
        }
    }
}
