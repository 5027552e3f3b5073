import CKernels
import Features

extension DefaultNetwork {
    /// Features of a candidate, whose weights all candidates share.
    package var wideInputs: Int { NetworkShape.features }

    /// Numbers that the tower's first layer reads: two pools, two counts, and the profile.
    package var deepInputs: Int {
        2 * shape.embedding + 2 + PurchaseStatistics.ageCount + PurchaseStatistics.genderCount
    }

    /// The name of the deep half among the parts.
    package static let deepPart = "deep"

    /// A candidate's logit as named parts that sum to it. The workspace must hold the context's forward pass.
    package func parts(
        of item: Int, in context: EncodedContext, workspace: NetworkWorkspace
    ) -> [(name: String, value: Double)] {
        var parts: [(name: String, value: Double)] = [
            ("label", Double(pointer(layout.bias)[item])),
            ("age", Double(row(layout.ageBias, context.ageIndex)[item])),
            ("gender", Double(row(layout.genderBias, context.genderIndex)[item])),
        ]
        sharedWeights(context, in: workspace)
        for feature in CandidateFeature.allCases {
            let value = workspace.gates.base[feature.rawValue] * context.row(feature)[item]
            parts.append((feature.name, Double(value)))
        }
        var deep: Float = 0
        for k in 0..<shape.secondLayer { deep += workspace.second.base[k] * row(layout.last, k)[item] }
        parts.append((Self.deepPart, Double(deep)))
        let known = parts.reduce(0) { $0 + $1.value }
        // What is left is the small network over all features at once.
        parts.append(("interactions", Double(workspace.logits.base[item]) - known))
        return parts
    }

    /// For each label, what its own weight and its popularity add in a context.
    package func popularityWeights(in context: EncodedContext) -> [Float] {
        let feature = CandidateFeature.popularity
        let gate =
            row(layout.historyGates, context.historyBucket)[feature.rawValue]
            + row(layout.cartGates, context.cartBucket)[feature.rawValue]
        let bias = pointer(layout.bias)
        let popularity = context.row(feature)
        return (0..<shape.labels).map { bias[$0] + gate * popularity[$0] }
    }
}
