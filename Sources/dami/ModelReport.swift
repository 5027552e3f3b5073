import Foundation
import Shop
import WideDeep

/// What `inspect` says of a model.
struct ModelReport: Encodable {
    var kind = "model"
    var preset: String
    /// Wide columns; of the default model, the candidate features that all labels share.
    var wide: Int
    /// Deep inputs.
    var deep: Int
    var labels: Int
    var parameters: Int
    /// Subcategories in its catalog, labels among them.
    var subcategories: Int
    var categories: Int
    var epochs: Int
    /// The mean cost of each epoch.
    var costs: [Double]
    /// The study's accuracy, and what it hides.
    var accuracy: ThresholdAccuracy?
    var bytes: Int
    var tensors: Int

    init(path: String) throws {
        let file = try ModelFile(path: path)
        let catalog = try file.catalog()
        preset = file.preset
        bytes = file.byteCount
        tensors = file.header.tensors.count
        labels = catalog.labelCount
        subcategories = catalog.count
        categories = catalog.categories.count
        if StudySettings(preset: file.preset) != nil {
            let model = try StudyModel(file: file)
            (wide, deep, parameters) = (model.schema.wideColumns, model.schema.deepInputs, model.parameterCount)
            costs = model.costs
            accuracy = model.accuracy
        } else {
            let model = try DefaultModel(file: file)
            (wide, deep) = (model.network.wideInputs, model.network.deepInputs)
            parameters = model.parameterCount
            costs = model.log.epochs.map(\.cost)
        }
        epochs = costs.count
    }

    var lines: [String] {
        var lines = [
            "preset: \(preset)", "wide columns: \(wide)", "deep inputs: \(deep)", "labels: \(labels)",
            "parameters: \(parameters)", "subcategories: \(subcategories) in \(categories) categories",
            "size: \(bytes) bytes, \(tensors) tensors", "epochs: \(epochs)",
        ]
        if let first = costs.first, let last = costs.last {
            lines.append(
                "cost: \(String(format: "%.5f", first)) in the first epoch, \(String(format: "%.5f", last)) in the last"
            )
        }
        if let accuracy {
            lines.append(
                String(
                    format: "accuracy at %.2g: %.5f; of predicting nothing: %.5f; recall@10 %.4f, ndcg@10 %.4f",
                    accuracy.threshold, accuracy.value, accuracy.allZero, accuracy.recall, accuracy.ndcg))
        }
        return lines
    }
}
