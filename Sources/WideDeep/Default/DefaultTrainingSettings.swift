import Features

/// How the default model is trained. Stored in the model file.
package struct DefaultTrainingSettings: Hashable, Sendable, Codable {
    package var seed = 1
    /// Passes over the train baskets; `nil` lets held-out customers decide.
    package var epochs: Int?
    package var batch = 128
    package var learningRate: Float = 2e-3
    /// The shared weights' rate, in multiples of ``learningRate``.
    package var sharedRate: Float = 2
    package var weightDecay: Float = 0.05
    /// The share of hidden units kept in training.
    package var keepProbability: Float = 0.7
    package var warmUpSteps = 100
    /// The exponential average of the weights that the model is made of.
    package var averaging: Float = 0.995
    /// What share of the learning rate is left at the last step.
    package var finalRate: Float = 0.1
    package var sampling = SamplingSettings()
    package var statistics = StatisticsSettings()
    package var encoding = EncoderSettings()
    /// Which half of the network there is.
    package var parts = NetworkShape.Parts.both

    package init() {}
}

/// How a train basket becomes a training sample.
package struct SamplingSettings: Hashable, Sendable, Codable {
    /// How often the history is hidden.
    package var historyHidden: Float = 0.4
    /// How often a history is all other baskets of the customer instead of those before.
    package var leaveOneOut: Float = 0.7
    /// How often the profile is hidden.
    package var profileHidden: Float = 0.3
    /// How often the cart is empty.
    package var cartEmpty: Float = 0.3
    /// The largest cart drawn.
    package var cartLimit = 4
    /// A basket of n labels weighs n to this power less than n samples of one: 1 serves recall, less of it serves the
    /// order of long lists. By what is known: a history and a cart, either, or neither.
    package var historyAndCartPower: Float = 0.75
    package var historyPower: Float = 0.5
    package var cartPower: Float = 0.75
    package var strangerPower: Float = 0.75
    /// A history of n baskets weighs (n / half the usual number) to this power.
    package var historyLengthPower: Float = 0.5

    package init() {}
}
