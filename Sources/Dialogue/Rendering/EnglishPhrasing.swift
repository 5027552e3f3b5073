import Recommender
import Shop
import Understanding

/// Replies in English: polite, short.
struct EnglishPhrasing: Phrasing {
    let catalog: Catalog
    private let helpScreens: HelpScreens

    init(catalog: Catalog) {
        self.catalog = catalog
        helpScreens = .english(catalog)
    }

    let profileOptions = [
        "woman in her 20s", "woman in her 30s", "woman in her 40s", "man in his 20s", "man in his 30s",
        "man in his 40s",
    ]

    func andMore(_ names: String, _ count: Int) -> String { "\(names) and \(count) more" }

    func lines(for part: ReplyPart, isBrief: Bool) -> [String] {
        switch part {
        case .list(let list): lines(for: list, isBrief: isBrief)
        case .nothingLeft(let nothing): [line(for: nothing)]
        case .missed(let misses): lines(for: misses)
        case .added(let change): lines(forAdded: change)
        case .removed(let change): lines(forRemoved: change)
        case .cart(let items): [cartLine(items)]
        case .cleared(let items):
            [
                items.isEmpty
                    ? "Your cart is empty already." : "Emptied your cart (\(EnglishForms.count(items.count, "item")))."
            ]
        case .checkedOut(let items, let again): lines(forCheckOut: items, again: again)
        case .nothingToCheckOut: ["Your cart is empty, so there is nothing to check out."]
        case .profileSet(let profile, let changed):
            [changed ? "Noted: \(person(profile))." : "I know already: \(person(profile))."]
        case .profile(let card): lines(for: card)
        case .explained(let explained): lines(for: explained)
        case .rejected(let rejection): lines(for: rejection)
        case .filtered(let category, let changed): [line(forFilter: category, changed: changed)]
        case .undone(let from, let to): lines(forUndo: from, to: to)
        case .undoBarred(let barrier): [line(for: barrier)]
        case .nothingToUndo: ["There is nothing to undo."]
        case .reset(let customer): ["Starting over." + (customer == nil ? "" : " You are still logged in.")]
        case .loggedIn(let card, let due, let coupons, let today):
            lines(forLogin: card, due: due, coupons: coupons, today: today)
        case .loggedOut(let customer):
            [
                customer == nil
                    ? "You were not logged in. I have forgotten what we spoke of."
                    : "Logged out. Nothing of it stays here."
            ]
        case .customerLost:
            ["The shop has forgotten this customer, so you are logged out. Nothing of it stays here."]
        case .language: ["I will speak English from now on."]
        case .coupons(let items): [line(forCoupons: items)]
        case .help(let isStaff): helpScreens.lines(isStaff: isStaff)
        case .greeting: ["Hello, I am dami. What are you looking for? Say “recommend something” and I will pick."]
        case .thanks: ["You are welcome. Tell me if there is anything else."]
        case .goodbye: ["Goodbye."]
        case .unknown(let example): [line(forUnknown: example)]
        case .unknownCommand(let command, let nearest):
            ["There is no \(command.quotable)." + (nearest.map { " Did you mean \($0)?" } ?? " See /help.")]
        case .question(let question): lines(for: question)
        case .questionDropped: ["All right, I leave it as it is."]
        case .refused(let reason): [message(for: reason)]
        case .toggled(let toggle, let isOn): [line(for: toggle, isOn)]
        case .features(let listing):
            StaffTables(phrasing: self).lines(for: listing, titles: ("wide features", "deep features"))
        case .score(let breakdown, let rank):
            StaffTables(phrasing: self).lines(for: breakdown, rank: rank.map { "rank \($0)" } ?? "not ranked")
        case .whatIf(let whatIf):
            StaffTables(phrasing: self).lines(
                for: whatIf, titles: ("now: \(person(whatIf.today))", "if: \(person(whatIf.other))"))
        }
    }

    // MARK: Lists

    private func lines(for list: RecommendedList, isBrief: Bool) -> [String] {
        let heading = heading(of: list)
        if isBrief { return [brief(heading, list)] }
        var lines = [heading + (list.isCapped ? " (\(list.recommendations.count) at a time)" : "")]
        lines += rows(of: list)
        if list.asksProfile {
            lines.append("Tell me an age and a gender and I can choose better (say: woman in her 30s).")
        }
        return lines
    }

    private func heading(of list: RecommendedList) -> String {
        let basis = rests(on: list.basis)
        let category = list.basis.category.map { " in \($0.printable)" } ?? ""
        switch list.occasion {
        case .asked, .filtered: return "My picks\(category) (\(basis)):"
        case .more: return "More picks\(category) (\(basis)):"
        case .sharpened: return "I chose anew (\(basis)):"
        case .cartChanged: return "Goes well with it (\(basis)):"
        case .checkedOut: return "Goes well with what you bought:"
        case .loggedIn: return "Today's picks (\(basis)):"
        case .similar(let items): return "Similar to \(listed(items, limit: 3)):"
        case .moreSimilar(let items): return "More that is similar to \(listed(items, limit: 3)):"
        case .sameCategory(let item): return "\(name(item)) has hardly been sold yet; from the same category:"
        }
    }

    /// "for a woman in her 30s, 2 items in the cart".
    func rests(on basis: Basis) -> String {
        var facts: [String] = []
        if !basis.profile.isEmpty { facts.append("for \(person(basis.profile))") }
        if basis.historyCount > 0 { facts.append(EnglishForms.count(basis.historyCount, "past purchase")) }
        if basis.cartCount > 0 { facts.append("\(EnglishForms.count(basis.cartCount, "item")) in the cart") }
        return facts.isEmpty ? "what many customers buy" : facts.joined(separator: ", ")
    }

    private func line(for nothing: NothingLeft) -> String {
        switch nothing {
        case .shownAll(let category?): "You have seen all that there is in \(category.printable)."
        case .shownAll(nil): "You have seen all that I could recommend."
        case .category(let category):
            "There is nothing left to recommend in \(category.printable) but what is in your cart or ruled out."
        case .similar(let items): "I found nothing similar to \(listed(items, limit: 3))."
        case .nothing: "There is nothing left to recommend."
        }
    }

    /// "a, b and c".
    private func listed(_ items: [ItemID], limit: Int = 12) -> String {
        items.count > limit ? names(items, limit: limit) : EnglishForms.list(items.map(name))
    }

    // MARK: Cart

    private func lines(forAdded change: CartChange) -> [String] {
        var lines: [String] = []
        if !change.changed.isEmpty {
            lines.append(
                "Added \(listed(change.changed)). (\(EnglishForms.count(change.cartCount, "item")) in the cart)")
        }
        if !change.unchanged.isEmpty {
            lines.append("\(listed(change.unchanged)): already in your cart.")
        }
        return lines + self.lines(for: change.misses)
    }

    private func lines(forRemoved change: CartChange) -> [String] {
        var lines: [String] = []
        if !change.changed.isEmpty {
            let left =
                change.cartCount == 0
                ? "your cart is empty now" : "\(EnglishForms.count(change.cartCount, "item")) left in the cart"
            lines.append("Took out \(listed(change.changed)). (\(left))")
        }
        if !change.unchanged.isEmpty { lines.append("\(listed(change.unchanged)): not in your cart.") }
        lines += self.lines(for: change.misses)
        return lines.isEmpty ? ["There is nothing to take out."] : lines
    }

    private func cartLine(_ items: [ItemID], limit: Int = 40) -> String {
        items.isEmpty
            ? "Your cart is empty."
            : "Your cart holds \(EnglishForms.count(items.count, "item")): \(names(items, limit: limit))"
    }

    private func lines(forCheckOut items: [ItemID], again: [Repurchase]) -> [String] {
        var lines = ["Checked out \(EnglishForms.count(items.count, "item")): \(names(items))"]
        if !again.isEmpty {
            let days = again.prefix(3).map { "\(name($0.item)) in \(EnglishForms.count($0.days, "day"))" }
            lines.append("Likely to be needed again: \(days.joined(separator: ", "))")
        }
        return lines
    }

    func lines(for misses: Misses) -> [String] {
        var lines: [String] = []
        if !misses.positions.isEmpty {
            let positions = EnglishForms.list(misses.positions.map { "number \($0)" })
            lines.append("The list has no \(positions); it ends at \(misses.listCount).")
        }
        for unknown in misses.unknown {
            let near = unknown.near.isEmpty ? "" : " Near in name: \(names(unknown.near))"
            lines.append("I could not find “\(unknown.text.quotable)”.\(near)")
        }
        return lines
    }

    // MARK: Profile and customer

    /// "a woman in her 30s", "a man", "somebody in their 30s", "somebody".
    func person(_ profile: Profile) -> String {
        switch (profile.gender, profile.age) {
        case (.female?, let age?): "a woman in her \(age)s"
        case (.male?, let age?): "a man in his \(age)s"
        case (nil, let age?): "somebody in their \(age)s"
        case (.female?, nil): "a woman"
        case (.male?, nil): "a man"
        case (nil, nil): "somebody unknown"
        }
    }

    private func lines(for card: ProfileCard) -> [String] {
        var facts: [String] = []
        if let customer = card.customer { facts.append("customer \(customer.quotable)") }
        if !card.profile.isEmpty { facts.append(person(card.profile)) }
        if card.historyCount > 0 { facts.append(EnglishForms.count(card.historyCount, "past purchase")) }
        let missing = card.profile.isEmpty && !facts.isEmpty ? " I know neither age nor gender." : ""
        var lines = [
            facts.isEmpty ? "I know nothing of you yet." : "What I know: \(facts.joined(separator: ", ")).\(missing)"
        ]
        if !card.cart.isEmpty { lines.append(cartLine(card.cart)) }
        if !card.excluded.isEmpty { lines.append("Ruled out: \(names(card.excluded))") }
        if let filter = card.filter { lines.append("Only from: \(filter.printable)") }
        return lines
    }

    private func lines(
        forLogin card: ProfileCard, due: [CustomerRecord.DueItem], coupons: [ItemID], today: Int
    ) -> [String] {
        let history =
            card.historyCount > 0 ? " I go by \(EnglishForms.count(card.historyCount, "past purchase"))." : ""
        var lines = ["Welcome, customer \(card.customer?.quotable ?? "").\(history)"]
        if !card.cart.isEmpty { lines.append(cartLine(card.cart, limit: 12)) }
        if !due.isEmpty {
            let items = due.prefix(5).map { "\(name($0.item)) (\(when($0.dueDay - today)))" }
            lines.append("Due to be bought again: \(items.joined(separator: ", "))")
        }
        if !coupons.isEmpty { lines.append("Coupons for you: \(couponNames(coupons))") }
        return lines
    }

    private func when(_ days: Int) -> String {
        switch days {
        case ..<0: "\(EnglishForms.count(-days, "day")) ago"
        case 0: "today"
        case 1: "tomorrow"
        default: "in \(EnglishForms.count(days, "day"))"
        }
    }

    private func line(forCoupons items: [ItemID]?) -> String {
        guard let items else { return "Coupons are for customers who are logged in." }
        return items.isEmpty
            ? "There are no coupons for you now."
            : "\(EnglishForms.count(items.count, "coupon")) for you: \(names(items))"
    }

    // MARK: Critique

    private func lines(for rejection: Rejection) -> [String] {
        var lines: [String] = []
        if let category = rejection.category {
            lines.append(
                "I leave out \(category.printable) (\(EnglishForms.count(rejection.categoryCount, "item"))).")
        }
        if !rejection.items.isEmpty { lines.append("I will not recommend \(listed(rejection.items)) any more.") }
        if !rejection.already.isEmpty { lines.append("\(listed(rejection.already)): ruled out already.") }
        return lines + self.lines(for: rejection.misses)
    }

    private func line(forFilter category: String?, changed: Bool) -> String {
        guard let category else { return changed ? "From all categories again." : "It is all categories already." }
        return changed ? "Only \(category.printable)." : "It is only \(category.printable) already."
    }

    private func lines(forUndo from: Conversation.Known, to: Conversation.Known) -> [String] {
        var now: [String] = []
        if from.profile != to.profile {
            now.append(to.profile.isEmpty ? "age and gender unknown" : person(to.profile))
        }
        if from.cart != to.cart { now.append(to.cart.isEmpty ? "cart empty" : "cart: \(names(to.cart))") }
        if from.excluded != to.excluded {
            now.append(to.excluded.isEmpty ? "nothing ruled out" : "ruled out: \(names(to.excluded))")
        }
        if from.filter != to.filter { now.append(to.filter.map { "only \($0.printable)" } ?? "all categories") }
        return ["Taken back (now \(now.joined(separator: "; ")))."]
    }

    private func line(for barrier: UndoStack.Barrier) -> String {
        switch barrier {
        case .checkout: "A checkout can't be undone."
        case .login: "A login can't be undone; say “log out” to leave."
        case .logout: "A logout can't be undone."
        }
    }

    // MARK: Questions and the rest

    private func lines(for question: ItemQuestion) -> [String] {
        let verb =
            switch question.purpose {
            case .add: "add"
            case .remove: "take out"
            case .explain: "explain"
            case .similar: "look for the like of"
            case .reject: "leave out"
            }
        let said = question.said.quotable
        let opening = said.isEmpty ? "" : "“\(said)” could be several. "
        return ["\(opening)Which shall I \(verb)?", "  " + numbered(question.options)]
    }

    private func line(forUnknown example: ItemID?) -> String {
        let second = (example.map(name) ?? helpScreens.exampleItem).map { "“add \($0)”" } ?? "“help”"
        return "I did not understand. Try “recommend something” or \(second)."
    }

    private func line(for toggle: Toggle, _ isOn: Bool) -> String {
        switch (toggle, isOn) {
        case (.json, true): "I answer in JSON now."
        case (.json, false): "I answer in words now."
        case (.trace, true): "Acts, state and timings follow each reply now."
        case (.trace, false): "Acts, state and timings are no longer shown."
        case (.suggest, true): "I will recommend of myself again."
        case (.suggest, false): "I will recommend only when asked."
        }
    }

    func message(for refusal: RefusalReason) -> String {
        switch refusal {
        case .mayNotLogIn: "You may not log in as that customer here."
        case .staffOnly(let command): "\(command.quotable) is for staff only."
        case .noSuchCustomer(let id): "There is no customer “\(id.quotable)”."
        case .lookupFailed(let message): "The customer could not be read: \(message)"
        case .nothingListed: "There is no list to point at yet. Say “recommend something” first."
        case .noSuchCategory(let name): "This shop has no category “\(name.quotable)”."
        case .usage(let usage): "Use it like this: \(usage)"
        }
    }
}
