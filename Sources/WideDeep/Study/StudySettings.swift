import Embedding
import Shop

/// How the study's network is trained. Stored in the model file.
package struct StudySettings: Hashable, Sendable, Codable {
    /// What the network learns to say of a basket.
    package enum Labels: String, Hashable, Sendable, Codable, CaseIterable {
        /// The items of the customer's next basket. The study's slides leave open which it was; this is the question that a
        /// recommender answers.
        case next
        /// The items of the basket itself.
        case same
    }

    package var preset: String
    package var epochs: Int
    package var batch = 256
    package var learningRate: Float
    /// The share of hidden units kept in training.
    package var keepProbability: Float
    /// The share of labels said right is counted at this probability.
    package var threshold: Float
    package var labels = Labels.next
    package var wideOptimiser = Optimiser.adam
    package var deepOptimiser = Optimiser.adam
    package var hidden = [512, 256, 128, 64]
    package var doc2vec = Doc2VecSettings()
    package var seed = 1

    /// A preset's settings: `seed-v1` or `seed-v2`.
    package init?(preset: String) {
        self.preset = preset
        switch preset {
        case "seed-v1": (epochs, learningRate, keepProbability, threshold) = (10, 1e-4, 0.5, 0.5)
        case "seed-v2": (epochs, learningRate, keepProbability, threshold) = (501, 1e-7, 0.7, 0.7)
        default: return nil
        }
    }

    /// The first thing wrong with these settings, where something is.
    var flaw: String? {
        if epochs < 1 { return "--epochs must be at least 1" }
        if batch < 1 { return "--batch must be at least 1" }
        if !(learningRate > 0 && learningRate.isFinite) { return "--learning-rate must be above 0" }
        if !(keepProbability > 0 && keepProbability <= 1) { return "--keep-prob must be above 0 and at most 1" }
        return nil
    }
}

/// Why a study network can't be trained.
package enum StudyTrainingError: ReportableError, Equatable {
    case badSetting(String)
    case noSamples
    case diverged(epoch: Int, cost: Double)
    case interrupted(checkpoint: String?)
    case otherCheckpoint(path: String)

    package var message: String {
        switch self {
        case .badSetting(let flaw): flaw
        case .noSamples:
            "no customer has baskets to learn from; prepare the shop with smaller --min-basket and --min-sessions"
        case .diverged(let epoch, let cost):
            "training diverged in epoch \(epoch): the cost became \(cost); lower --learning-rate"
        case .interrupted(nil): "interrupted"
        case .interrupted(let path?): "interrupted; continue with --resume (kept in \(path.quotedForMessage))"
        case .otherCheckpoint(let path):
            "\(path.quotedForMessage): belongs to another shop or other settings; train without --resume, or remove it"
        }
    }
}
