import Shop
import Understanding

extension LineReduction {
    /// Takes a line as the answer to the question that is open, if it is one. A line that ignores the question simply
    /// goes on, and the question is dropped.
    ///
    /// - Returns: Whether the first act was the answer, or a part of it, and is done.
    mutating func answer(with answer: Dialogue.Answer?, or act: Act?) -> Bool {
        guard let question = state.pending.first else { return false }
        let rest = Array(state.pending.dropFirst())
        state.pending = []
        switch answer {
        case .options(let items):
            carryOut(on: items, question: question)
        case Dialogue.Answer.none?:
            parts.append(.questionDropped)
            return true
        case nil:
            guard let act, answers(question, act) else { return false }
        }
        // The next of several questions comes back, with its options in sight.
        state.pending += rest
        for question in rest { parts.append(.question(question)) }
        return true
    }

    private mutating func answers(_ question: ItemQuestion, _ act: Act) -> Bool {
        guard case .addToCart(let mention) = act, mention.unknownItems.isEmpty else { return false }
        if let ambiguous = mention.ambiguous {
            // The same unclear name again, or one that leaves fewer.
            let left = ambiguous.options.filter(question.options.contains)
            guard !left.isEmpty, mention.items.isEmpty, mention.ordinals == nil else { return false }
            if left.count == 1 {
                carryOut(on: left, question: question)
            } else {
                ask(ItemQuestion(purpose: question.purpose, said: ambiguous.text, options: left))
            }
            return true
        }
        guard mention.items.allSatisfy(question.options.contains) else { return false }
        var items = mention.items
        switch mention.ordinals {
        case .all: items = question.options
        case .positions(let positions):
            let pointed = question.options.at(positions)
            guard !pointed.items.isEmpty || !items.isEmpty else {
                // Past the end: nothing changes, and the question stands.
                state.pending = [question]
                let misses = Misses(positions: pointed.missing, listCount: question.options.count)
                parts.append(.added(CartChange(misses: misses, cartCount: state.cart.count)))
                parts.append(.question(question))
                return true
            }
            items += pointed.items
        case nil: break
        }
        guard !items.isEmpty else { return false }
        carryOut(on: items.uniqued(), question: question)
        return true
    }

    private mutating func carryOut(on items: [ItemID], question: ItemQuestion) {
        switch question.purpose {
        case .add: add(items, misses: Misses(), isFromList: question.said.isEmpty)
        case .remove: remove(items)
        case .explain: explain(items, misses: Misses())
        case .similar: similar(to: items)
        case .reject: reject(items, category: nil, misses: Misses())
        }
    }
}
