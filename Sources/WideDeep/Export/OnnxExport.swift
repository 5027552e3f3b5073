import Features
import Shop

/// Writes a model's network as ONNX.
package enum OnnxExport {
    /// The bytes of an ONNX file of a model of any preset.
    ///
    /// - Throws: ``ModelFileError``.
    package static func bytes(of file: ModelFile) throws -> [UInt8] {
        if StudySettings(preset: file.preset) != nil { return try StudyModel(file: file).onnx() }
        return try DefaultModel(file: file).onnx()
    }

    /// Name, preset and label names, as metadata of the ONNX file.
    static func metadata(_ catalog: Catalog, preset: String) -> [(key: String, value: String)] {
        let labels = catalog.subcategories.prefix(catalog.labelCount).map(\.name).joined(separator: "\n")
        return [("preset", preset), ("labels", labels)]
    }
}

extension StudyModel {
    /// Inputs: `wide` (batch, columns) of 0 and 1, `dense` (batch, Doc2Vec and indicators), `gender` and `age`, rows of their
    /// embeddings. Output: `logits` (batch, labels).
    package func onnx() -> [UInt8] {
        var graph = OnnxGraph(name: "dami \(settings.preset)")
        let columns = schema.wideColumns
        graph.input("wide", .float, [nil, columns], "1 for each wide column that is set")
        graph.input(
            "dense", .float, [nil, schema.denseInputs], "the basket's Doc2Vec vector, then category indicators")
        graph.input("gender", .int64, [nil], "0 unknown, 1 female, 2 male")
        graph.input("age", .int64, [nil], "0 unknown, 1 the tens, … 9 the nineties")
        func copy(_ values: UnsafePointer<Float>, _ count: Int) -> [Float] {
            Array(UnsafeBufferPointer(start: values, count: count))
        }
        graph.constant("wide_weights", [columns, labels], copy(weights.wide, columns * labels))
        let genderShape = [StudySchema.genders, schema.genderDimensions]
        let ageShape = [StudySchema.ages, schema.ageDimensions]
        graph.constant("gender_embedding", genderShape, copy(weights.gender, genderShape[0] * genderShape[1]))
        graph.constant("age_embedding", ageShape, copy(weights.age, ageShape[0] * ageShape[1]))
        let gender = graph.node("Gather", ["gender_embedding", "gender"])
        let age = graph.node("Gather", ["age_embedding", "age"])
        var hidden = graph.node("Concat", ["dense", gender, age], [("axis", .integer(1))])
        for layer in weights.weights.indices {
            let (rows, width) = (weights.sizes[layer], weights.sizes[layer + 1])
            graph.constant("deep_\(layer)_weight", [rows, width], copy(weights.weights[layer], rows * width))
            graph.constant("deep_\(layer)_bias", [width], copy(weights.biases[layer], width))
            hidden = graph.node("Gemm", [hidden, "deep_\(layer)_weight", "deep_\(layer)_bias"])
            if layer < weights.weights.count - 1 { hidden = graph.node("Relu", [hidden]) }
        }
        let wide = graph.node("MatMul", ["wide", "wide_weights"])
        let logits = graph.node("Add", [wide, hidden], result: "logits")
        graph.output(logits, columns: labels, "σ of one is the label's probability")
        return graph.model(metadata: OnnxExport.metadata(catalog, preset: settings.preset))
    }
}
