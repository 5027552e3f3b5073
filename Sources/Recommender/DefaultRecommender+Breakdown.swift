import Features
import Shop
import WideDeep

extension DefaultRecommender {
    /// An item's calibrated logit, taken apart. The calibration's own part stands with the wide half.
    func breakdown(of item: ItemID, in context: Context, buffers: ScoringBuffers) -> ScoreBreakdown {
        guard catalog.isLabel(item) else { return .ofNoLabel(item) }
        score(context, in: buffers)
        let slope = Double(buffers.scale.slope)
        var parts = model.network.parts(of: item, in: buffers.encoded, workspace: buffers.workspace)
            .map { (name: $0.name, value: $0.value * slope) }
        let deep = parts.first { $0.name == DefaultNetwork.deepPart }?.value ?? 0
        let logit = buffers.calibrated(item)
        parts.append((name: "calibration", value: logit - parts.reduce(0) { $0 + $1.value }))
        parts = parts.filter { $0.value != 0 }.sorted { abs($0.value) > abs($1.value) }
        return ScoreBreakdown(
            item: item, logit: logit, wide: logit - deep, deep: deep, probability: ScoringBuffers.sigmoid(logit),
            parts: parts)
    }

    /// What the network is fed. Wide: the features of the ten best candidates, each candidate having its own. Deep: the
    /// items whose embeddings are pooled, with their weights, and the profile.
    func listing(of context: Context, buffers: ScoringBuffers) -> FeatureListing {
        score(context, in: buffers)
        let encoded = buffers.encoded
        let rule = CandidateRule(context: context, options: RecommendationOptions(), catalog: catalog)
        var wide: [FeatureListing.Entry] = []
        for (item, _) in TopItems.best(10, of: buffers.logits, where: rule.allows) {
            for feature in CandidateFeature.allCases {
                let value = encoded.row(feature)[item]
                guard value != 0 else { continue }
                wide.append(.init(name: "\(feature.name)[\(catalog.name(of: item))]", value: Double(value)))
            }
        }
        var deep: [FeatureListing.Entry] = []
        for (item, weight) in zip(encoded.historyItems, encoded.historyWeights) {
            deep.append(.init(name: "history[\(catalog.name(of: ItemID(item)))]", value: Double(weight)))
        }
        for item in encoded.cart {
            deep.append(.init(name: "cart[\(catalog.name(of: ItemID(item)))]", value: 1))
        }
        if let gender = context.profile.gender { deep.append(.init(name: "gender[\(gender.rawValue)]", value: 1)) }
        if let age = context.profile.age { deep.append(.init(name: "age[\(age)]", value: 1)) }
        if encoded.historyCount > 0 {
            deep.append(.init(name: "history.baskets", value: Double(encoded.historyCount)))
        }
        if !encoded.cart.isEmpty { deep.append(.init(name: "cart.items", value: Double(encoded.cart.count))) }
        return FeatureListing(wide: wide, deep: deep)
    }
}
