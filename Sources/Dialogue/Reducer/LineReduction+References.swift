import Shop
import Understanding

extension LineReduction {
    /// What a mention points at.
    enum Pointed {
        /// Items, each once, in the order said, and what was pointed at in vain.
        case found([ItemID], Misses)
        /// Nothing can be done yet or at all; the part that says so has been appended.
        case asked
    }

    /// Options that a question lists at most.
    static let maximumOptions = 10

    /// Finds the items of a mention: named, by position in the list shown last, or "that one".
    ///
    /// Items that are clear are found even where another name must be asked back.
    mutating func resolve(_ mention: Mention, for purpose: ItemQuestion.Purpose) -> Pointed {
        if mention.isEmpty { return resolveThatOne(for: purpose) }
        var items = mention.items
        var misses = Misses(unknown: mention.unknownItems.map(unknownItem))
        if let ordinals = mention.ordinals {
            guard let listed = listed(for: purpose) else {
                parts.append(.refused(.nothingListed))
                return items.isEmpty && misses.isEmpty ? .asked : .found(items.uniqued(), misses)
            }
            let positions = pointed(by: ordinals, in: listed, for: purpose)
            items += positions.items
            misses.positions = positions.missing
            misses.listCount = listed.count
        }
        if let ambiguous = mention.ambiguous, !ambiguous.options.isEmpty {
            let options = ambiguous.options.uniqued()
            if options.count == 1 {
                items.append(options[0])
            } else {
                ask(ItemQuestion(purpose: purpose, said: ambiguous.text, options: options))
                if items.isEmpty, misses.isEmpty { return .asked }
            }
        } else if let ambiguous = mention.ambiguous {
            misses.unknown.append(unknownItem(ambiguous.text))
        }
        return .found(items.uniqued(), misses)
    }

    mutating func ask(_ question: ItemQuestion) {
        var question = question
        question.options = Array(question.options.prefix(Self.maximumOptions))
        state.pending.append(question)
        state.pending = Array(state.pending.suffix(3))
        parts.append(.question(question))
    }

    private func unknownItem(_ text: String) -> UnknownItem {
        UnknownItem(text: text, near: facts.nearest[text] ?? [])
    }

    // MARK: "That one"

    private mutating func resolveThatOne(for purpose: ItemQuestion.Purpose) -> Pointed {
        let listed = purpose == .remove ? state.cart : state.shown?.items ?? []
        let focus = purpose == .remove ? state.focus.filter(state.cart.contains) : state.focus
        if !focus.isEmpty { return .found(focus, Misses()) }
        switch listed.count {
        case 0:
            parts.append(.refused(.nothingListed))
            return .asked
        case 1: return .found(listed, Misses())
        default:
            ask(ItemQuestion(purpose: purpose, said: "", options: listed))
            return .asked
        }
    }

    // MARK: Ordinals

    /// What ordinals point into: the list shown last; for a removal without any list, the cart.
    private func listed(for purpose: ItemQuestion.Purpose) -> [ItemID]? {
        if let shown = state.shown { return shown.items }
        return purpose == .remove && !state.cart.isEmpty ? state.cart : nil
    }

    private func pointed(
        by ordinals: Mention.Ordinals, in listed: [ItemID], for purpose: ItemQuestion.Purpose
    ) -> (items: [ItemID], missing: [Int]) {
        guard case .positions(let positions) = ordinals else {
            // "Take them all out" means those that are in.
            return (purpose == .remove ? listed.filter(state.cart.contains) : listed, [])
        }
        let pointed = listed.at(positions)
        if purpose == .remove, state.showsCart, !pointed.items.contains(where: state.cart.contains) {
            let inCart = state.cart.at(positions)
            if inCart.missing.isEmpty { return inCart }
        }
        return pointed
    }
}

extension [ItemID] {
    /// The elements at positions from 1 (-1 is the last), and the positions that there are none at.
    func at(_ positions: [Int]) -> (items: [ItemID], missing: [Int]) {
        var items: [ItemID] = []
        var missing: [Int] = []
        for position in positions {
            let index = position > 0 ? position - 1 : count + position
            if position != 0, indices.contains(index) { items.append(self[index]) } else { missing.append(position) }
        }
        return (items, missing)
    }

    /// Each element once, where it stands first.
    func uniqued() -> [ItemID] {
        var seen = Set<ItemID>()
        return filter { seen.insert($0).inserted }
    }
}
