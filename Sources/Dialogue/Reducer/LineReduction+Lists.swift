import Features
import Recommender
import Shop
import Understanding

/// A list that nobody asked for.
enum Suggestion: Hashable, Sendable {
    case sharpened
    case cartChanged
    case checkedOut([ItemID])
    case loggedIn

    /// Lists that come unasked are short, but for one that takes an earlier list's place.
    var count: Int? {
        switch self {
        case .sharpened: nil
        case .cartChanged, .checkedOut: 3
        case .loggedIn: 5
        }
    }

    var occasion: RecommendedList.Occasion {
        switch self {
        case .sharpened: .sharpened
        case .cartChanged: .cartChanged
        case .checkedOut: .checkedOut
        case .loggedIn: .loggedIn
        }
    }
}

extension LineReduction {
    /// The length of a list where none was asked for.
    static let defaultCount = 10
    /// The longest list: what a reply of 25 lines holds in columns.
    static let maximumCount = 50

    // MARK: Acts

    mutating func recommend(count: Int?, category: String?) {
        if let category, !catalog.hasCategory(named: category) {
            parts.append(.refused(.noSuchCategory(category)))
            return
        }
        let asked = count ?? Self.defaultCount
        // A new list starts anew: what was shown before may come again.
        let shown = show(.recommend(category: category), count: asked, occasion: .asked, seen: [])
        guard !shown else { return }
        let narrowing = narrowing(to: category)
        parts.append(.nothingLeft(narrowing.category.map { .category($0) } ?? .nothing))
    }

    mutating func more(count: Int?) {
        guard let last = state.shown else { return recommend(count: count, category: nil) }
        let asked = count ?? last.count
        var occasion = RecommendedList.Occasion.more
        if case .similar(let items) = last.query { occasion = .moreSimilar(to: items) }
        if show(last.query, count: asked, occasion: occasion, seen: last.seen, leavesOutSeen: true) { return }
        parts.append(.nothingLeft(.shownAll(category: queryCategory(last.query))))
    }

    mutating func filter(by category: String?, lists: Bool) {
        if let category, !catalog.hasCategory(named: category) {
            parts.append(.refused(.noSuchCategory(category)))
            return
        }
        let changed = state.known.filter != category
        state.known.filter = category
        parts.append(.filtered(category, changed: changed))
        guard lists else { return }
        let count = state.shown?.count ?? Self.defaultCount
        let seen = state.shown?.seen ?? []
        if show(.recommend(category: nil), count: count, occasion: .filtered, seen: seen) { return }
        parts.append(.nothingLeft(category.map { .category($0) } ?? .nothing))
    }

    mutating func similar(to mention: Mention) {
        let pointed = resolve(mention, for: .similar)
        guard case .found(let items, let misses) = pointed else { return }
        if !misses.isEmpty { parts.append(.missed(misses)) }
        guard !items.isEmpty else { return }
        similar(to: items)
    }

    mutating func similar(to items: [ItemID]) {
        state.focus = items
        let labels = items.filter(catalog.isLabel)
        guard !labels.isEmpty else { return sameCategory(as: items[0]) }
        let seen = state.shown?.seen ?? []
        let query = ShownList.Query.similar(to: labels)
        if show(query, count: Self.defaultCount, occasion: .similar(to: items), seen: seen) {
            state.focus = items
            return
        }
        parts.append(.nothingLeft(.similar(to: items)))
    }

    /// The model knows nothing of the item: its category is what is left to go by.
    private mutating func sameCategory(as item: ItemID) {
        let subcategory = catalog.subcategories[item]
        let category = subcategory.middleCategory ?? subcategory.category
        let seen = state.shown?.seen ?? []
        if show(
            .recommend(category: category), count: Self.defaultCount, occasion: .sameCategory(item), seen: seen)
        {
            return
        }
        parts.append(.nothingLeft(.similar(to: [item])))
    }

    // MARK: Of itself

    /// Recommends unasked, where the line gave a reason to, nothing was listed and no question is open.
    mutating func suggest() {
        guard let suggestion, state.settings.suggests, !endsConversation, state.pending.isEmpty else { return }
        guard !parts.contains(where: { $0.kind == .recommendations }) else { return }
        let last = state.shown
        var query = ShownList.Query.recommend(category: nil)
        if suggestion == .sharpened, case .recommend? = last?.query { query = last?.query ?? query }
        show(
            query, count: suggestion.count ?? last?.count ?? Self.defaultCount,
            occasion: suggestion.occasion, seen: last?.seen ?? [], context: context(of: suggestion))
    }

    /// What goes with a checkout goes with what was bought, as though it still lay in the cart.
    private func context(of suggestion: Suggestion) -> Context {
        var context = state.context
        if case .checkedOut(let items) = suggestion {
            context.cart = items
            if !context.history.isEmpty { context.history.removeLast() }
        }
        return context
    }

    // MARK: Showing

    /// Lists what a query finds and remembers it as the list shown last.
    ///
    /// - Returns: Whether there was anything to show; where there was nothing, nothing changes.
    @discardableResult
    mutating func show(
        _ query: ShownList.Query, count asked: Int, occasion: RecommendedList.Occasion, seen: [ItemID],
        leavesOutSeen: Bool = false, context given: Context? = nil
    ) -> Bool {
        let context = given ?? state.context
        let narrowing = narrowing(to: queryCategory(query))
        let count = min(max(asked, 1), Self.maximumCount)
        var options = RecommendationOptions(
            count: count, excluded: narrowing.excluded, category: narrowing.category, explains: true)
        options.excluded.formUnion(state.excluded)
        options.excluded.formUnion(state.cart)
        if leavesOutSeen { options.excluded.formUnion(seen) }
        var recommendations =
            switch query {
            case .recommend: recommender.recommend(for: context, options: options)
            case .similar(let items): recommender.similar(to: items, in: context, options: options)
            }
        // Whatever a model returns: never an item in the cart, an excluded one, or the same twice.
        var barred = options.excluded
        recommendations.removeAll { !catalog.isLabel($0.item) || !barred.insert($0.item).inserted }
        recommendations = Array(recommendations.prefix(count))
        guard !recommendations.isEmpty else { return false }

        var list = RecommendedList(
            occasion: occasion, recommendations: recommendations, basis: basis(of: context, narrowing.category))
        list.isCapped = asked > Self.maximumCount
        list.asksProfile = asksProfile(occasion, basis: list.basis)
        parts.append(.list(list))
        state.showsCart = false
        state.shown = ShownList(query: query, items: recommendations.map(\.item), count: count, seen: seen)
        if occasion == .asked || occasion == .more || occasion == .filtered { state.focus = [] }
        return true
    }

    private func basis(of context: Context, _ category: String?) -> Basis {
        Basis(
            profile: context.profile, cartCount: context.cart.count, historyCount: context.history.count,
            category: category)
    }

    /// One short question where an answer would help most: nothing is known. Asked once, not in each list.
    private mutating func asksProfile(_ occasion: RecommendedList.Occasion, basis: Basis) -> Bool {
        guard occasion == .asked || occasion == .filtered, basis.isEmpty, !state.hasAskedProfile else { return false }
        state.hasAskedProfile = true
        return true
    }

    private func queryCategory(_ query: ShownList.Query) -> String? {
        guard case .recommend(let category) = query else { return state.filter }
        return category ?? state.filter
    }

    /// What a list is narrowed to: the category asked for within the filter; the category alone where the two have
    /// nothing in common, for it was said last.
    private func narrowing(to category: String?) -> (category: String?, excluded: Set<ItemID>) {
        guard let filter = state.filter, let category, category != filter else {
            return (category ?? state.filter, [])
        }
        let wanted = catalog.items(inCategory: category)
        let allowed = Set(catalog.items(inCategory: filter))
        let outside = wanted.filter { !allowed.contains($0) }
        if outside.isEmpty || outside.count == wanted.count { return (category, []) }
        if wanted.count - outside.count == allowed.count { return (filter, []) }
        return (category, Set(outside))
    }
}
