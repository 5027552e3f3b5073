import CKernels
import Features
import Shop
import WideDeep

extension DefaultRecommender {
    /// Why each item stands where it does: what its logit would lose without a part of what is known.
    ///
    /// Every weight is a difference of two scores of the model, with the part and without it: an item of the cart; an
    /// item of the history; the gender; the age; what customers alike buy. So what is said is what would happen. Popularity
    /// is what the item has above the average one in weights that look at nothing else. Only gains are reasons.
    ///
    /// - Precondition: the buffers hold the context's scores.
    func reasons(for items: [ItemID], in context: Context, buffers: ScoringBuffers) -> [[Reason]] {
        guard !items.isEmpty else { return [] }
        let full = items.map { buffers.calibrated($0) }
        var reasons = popularityReasons(of: items, buffers: buffers)
        let neighbours = historyIsKnown(context) ? withoutNeighbours(items, buffers: buffers) : nil
        let cartSources = telling(context.cart, of: items, limit: Self.cartSourceLimit)
        let historySources = historySources(of: items, buffers: buffers)
        func compare(with other: Context, kind: Reason.Kind, item: ItemID? = nil, for chosen: [Int]? = nil) {
            score(other, in: buffers)
            for index in chosen ?? Array(items.indices) {
                let weight = full[index] - buffers.calibrated(items[index])
                if weight > 0 { reasons[index].append(Reason(kind: kind, item: item, weight: weight)) }
            }
        }
        if let neighbours {
            for index in items.indices where full[index] > neighbours[index] {
                reasons[index].append(Reason(kind: .neighbours, weight: full[index] - neighbours[index]))
            }
        }
        for item in cartSources {
            compare(with: context.without(cartItem: item), kind: .cart, item: item)
        }
        if context.profile.gender != nil {
            var other = context
            other.profile.gender = nil
            compare(with: other, kind: .gender)
        }
        if context.profile.age != nil {
            var other = context
            other.profile.age = nil
            compare(with: other, kind: .age)
        }
        for (source, recipients) in historySources {
            compare(with: context.without(historyItem: source), kind: .history, item: source, for: recipients)
        }
        return reasons.map { list in list.sorted { $0.weight > $1.weight } }
    }

    private func historyIsKnown(_ context: Context) -> Bool { !context.history.isEmpty }

    /// The calibrated logits without the neighbour features: as for a customer whose likes are unknown.
    private func withoutNeighbours(_ items: [ItemID], buffers: ScoringBuffers) -> [Double] {
        let floor = model.statistics.row(.flooredLogShare)
        let stride = model.statistics.stride
        let rows = [CandidateFeature.nearNeighbours, .wideNeighbours, .neighbourMixture].map { buffers.encoded.row($0) }
        let held = rows.map { Array(UnsafeBufferPointer(start: $0, count: stride)) }
        for row in rows { row.update(from: floor, count: stride) }
        model.network.forward(buffers.encoded, in: buffers.workspace)
        buffers.normalise(calibration: model.calibration)
        // As it was, so that what is scored next is encoded from what is there.
        for (row, values) in zip(rows, held) { row.update(from: values, count: stride) }
        return items.map { buffers.calibrated($0) }
    }

    /// Items of the cart, and of the history, that a list is scored without, at most: each costs a scoring.
    static let cartSourceLimit = 4
    static let historySourceLimit = 6

    /// The labels of a cart that say most of the given items, by the sums of their rules, in the cart's order.
    private func telling(_ cart: [ItemID], of items: [ItemID], limit: Int) -> [ItemID] {
        let labels = cart.filter { catalog.isLabel($0) }
        guard labels.count > limit else { return labels }
        let rules = model.statistics
        let weights = labels.map { source in
            items.reduce(Float(0)) { $0 + rules.cartRidge[source, $1] + rules.cartConditional[source, $1] }
        }
        let best = labels.indices.sorted { weights[$0] != weights[$1] ? weights[$0] > weights[$1] : $0 < $1 }
        return best.prefix(limit).sorted().map { labels[$0] }
    }

    /// The items of the history that are worth a scoring, and for which of the items: each item itself where it was
    /// bought before, then what leads to the others most; the first of the list go first.
    private func historySources(of items: [ItemID], buffers: ScoringBuffers) -> [(ItemID, [Int])] {
        let encoded = buffers.encoded
        let bought = Set(encoded.historyItems.map { ItemID($0) })
        var sources: [(source: ItemID, recipients: [Int])] = []
        func add(_ source: ItemID, for index: Int) {
            if let place = sources.firstIndex(where: { $0.source == source }) {
                sources[place].recipients.append(index)
            } else if sources.count < Self.historySourceLimit {
                sources.append((source, [index]))
            }
        }
        for index in items.indices where bought.contains(items[index]) { add(items[index], for: index) }
        for index in items.indices where !bought.contains(items[index]) {
            var best: (item: ItemID, value: Float)?
            for (source, weight) in zip(encoded.historyItems, encoded.historyWeights) {
                let row = Int(source)
                let rules =
                    model.statistics.ownership[row, items[index]] + model.statistics.nextBasket[row, items[index]]
                let value = weight * rules
                if value > (best?.value ?? 0) { best = (row, value) }
            }
            if let best { add(best.item, for: index) }
        }
        return sources.map { ($0.source, $0.recipients) }
    }

    private func popularityReasons(of items: [ItemID], buffers: ScoringBuffers) -> [[Reason]] {
        let parts = model.network.popularityWeights(in: buffers.encoded)
        let mean = parts.reduce(0, +) / Float(max(parts.count, 1))
        return items.map { item in
            let weight = Double(buffers.scale.slope) * Double(parts[item] - mean)
            return weight > 0 ? [Reason(kind: .popularity, weight: weight)] : []
        }
    }
}

extension Context {
    /// The context as it would be had the item not been put in the cart.
    package func without(cartItem item: ItemID) -> Context {
        var other = self
        other.cart.removeAll { $0 == item }
        return other
    }

    /// The context as it would be had the item never been bought; the baskets stay, without it.
    package func without(historyItem item: ItemID) -> Context {
        var other = self
        for index in other.history.indices { other.history[index].items.removeAll { $0 == item } }
        return other
    }
}
