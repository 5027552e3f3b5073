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
    func reasons(for items: [ItemID], in context: Context, buffers: ScoringBuffers) -> [[Reason]] {
        guard !items.isEmpty else { return [] }
        score(context, in: buffers)
        let full = items.map { buffers.calibrated($0) }
        var reasons = items.map { popularityReason(of: $0, buffers: buffers) }
        let neighbours = historyIsKnown(context) ? withoutNeighbours(items, buffers: buffers) : nil
        let sources = items.map { historySources(of: $0, buffers: buffers) }
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
        for item in context.cart where catalog.isLabel(item) {
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
        var recipients: [ItemID: [Int]] = [:]
        for (index, list) in sources.enumerated() { for source in list { recipients[source, default: []].append(index) } }
        for source in recipients.keys.sorted() {
            compare(
                with: context.without(historyItem: source), kind: .history, item: source, for: recipients[source])
        }
        return reasons.map { list in list.sorted { $0.weight > $1.weight } }
    }

    private func historyIsKnown(_ context: Context) -> Bool { !context.history.isEmpty }

    /// The calibrated logits without the neighbour features: as for a customer whose likes are unknown.
    private func withoutNeighbours(_ items: [ItemID], buffers: ScoringBuffers) -> [Double] {
        let floor = model.statistics.row(.flooredLogShare)
        for feature in [CandidateFeature.nearNeighbours, .wideNeighbours, .neighbourMixture] {
            buffers.encoded.row(feature).update(from: floor, count: model.statistics.stride)
        }
        model.network.forward(buffers.encoded, in: buffers.workspace)
        buffers.normalise(calibration: model.calibration)
        buffers.forget()
        return items.map { buffers.calibrated($0) }
    }

    /// The items of the history that are worth asking about: the item itself, and the two that lead to it most.
    private func historySources(of item: ItemID, buffers: ScoringBuffers) -> [ItemID] {
        let encoded = buffers.encoded
        var ranked: [(item: ItemID, value: Float)] = []
        for (source, weight) in zip(encoded.historyItems, encoded.historyWeights) where ItemID(source) != item {
            let row = Int(source)
            let value = weight * (model.statistics.ownership[row, item] + model.statistics.nextBasket[row, item])
            if value > 0 { ranked.append((row, value)) }
        }
        ranked.sort { $0.value != $1.value ? $0.value > $1.value : $0.item < $1.item }
        let own = encoded.historyItems.contains(Int32(item)) ? [item] : []
        return own + ranked.prefix(own.isEmpty ? 2 : 1).map { $0.item }
    }

    private func popularityReason(of item: ItemID, buffers: ScoringBuffers) -> [Reason] {
        let parts = model.network.popularityWeights(in: buffers.encoded)
        let mean = parts.reduce(0, +) / Float(max(parts.count, 1))
        let weight = Double(buffers.scale.slope) * Double(parts[item] - mean)
        return weight > 0 ? [Reason(kind: .popularity, weight: weight)] : []
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
