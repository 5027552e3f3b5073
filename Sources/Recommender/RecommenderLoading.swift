import Features
import Shop
import WideDeep

/// Opens a model file of any preset as a recommender.
///
///     let recommender = try loadRecommender(path: "shop.model")
package func loadRecommender(path: String) throws -> any Recommending {
    let file = try ModelFile(path: path)
    if StudySettings(preset: file.preset) != nil { return StudyRecommender(model: try StudyModel(file: file)) }
    return DefaultRecommender(model: try DefaultModel(file: file))
}
