import Embedding
import Features
import Foundation
import Shop

extension StudyModel {
    /// Opens a model of preset `seed-v1` or `seed-v2`.
    ///
    /// - Throws: ``ModelFileError`` where it is of another preset or schema, or lacks something.
    package init(file: ModelFile) throws(ModelFileError) {
        guard StudySettings(preset: file.preset) != nil else {
            throw ModelFileError.unfit(
                path: file.path, reason: "it is of preset \(file.preset.quotedForMessage), not the study's")
        }
        let catalog = try file.catalog()
        let settings = try file.decode(StudySettings.self, from: "settings")
        let schema = try file.decode(StudySchema.self, from: "schema")
        let expected = StudySchema(catalog: catalog, basketDimensions: settings.doc2vec.dimensions)
        guard schema.version == StudySchema.version, schema == expected, !settings.hidden.isEmpty,
            settings.hidden.allSatisfy({ (1...65_536).contains($0) }), (1...65_536).contains(schema.basketDimensions)
        else {
            throw ModelFileError.unfit(
                path: file.path, reason: "its features are of another layout than this version's")
        }
        self.catalog = catalog
        self.settings = settings
        self.schema = schema
        weights = try StudyWeights(file: file, schema: schema, settings: settings, labels: catalog.labelCount)
        doc2vec = try Doc2Vec(file: file, settings: settings.doc2vec, vocabulary: catalog.labelCount)
        encoder = StudyEncoder(schema: schema, catalog: catalog, embedding: doc2vec)
        costs = try file.decode([Double].self, from: "costs")
        accuracy =
            file.header.metadata["accuracy"] == nil
            ? nil : try file.decode(ThresholdAccuracy.self, from: "accuracy")
    }

    /// Writes a model file that serves alone. The same model gives the same bytes.
    package func write(to path: String) throws {
        var writer = ModelFileWriter(preset: settings.preset, catalog: catalog)
        writer.set("settings", settings)
        writer.set("schema", schema)
        writer.set("costs", costs)
        writer.set(
            "summary",
            ["wide": schema.wideColumns, "deep": schema.deepInputs, "labels": labels, "parameters": parameterCount])
        if let accuracy { writer.set("accuracy", accuracy) }
        func add(_ name: String, _ shape: [Int], _ values: UnsafePointer<Float>) {
            writer.add(name, shape: shape, Array(UnsafeBufferPointer(start: values, count: shape.reduce(1, *))))
        }
        add("wide", [schema.wideColumns, labels], weights.wide)
        add("gender", [StudySchema.genders, schema.genderDimensions], weights.gender)
        add("age", [StudySchema.ages, schema.ageDimensions], weights.age)
        for layer in weights.weights.indices {
            add("deep.\(layer).weight", [weights.sizes[layer], weights.sizes[layer + 1]], weights.weights[layer])
            add("deep.\(layer).bias", [1, weights.sizes[layer + 1]], weights.biases[layer])
        }
        doc2vec.add(to: &writer)
        try writer.write(to: path)
    }
}

extension Doc2Vec {
    init(file: ModelFile, settings: Doc2VecSettings, vocabulary: Int) throws(ModelFileError) {
        let dimensions = settings.dimensions
        let items = try file.tensor("doc2vec.items", of: Float.self, shape: [vocabulary, dimensions]).array
        let rows = try file.tensor("doc2vec.rows", of: Float.self, shape: [vocabulary, dimensions]).array
        let offset = try file.tensor("doc2vec.offset", of: Float.self, shape: [dimensions]).array
        self.init(
            settings: settings, vocabulary: vocabulary, items: items,
            inference: BasketInference(dimensions: dimensions, rows: rows, offset: offset))
    }

    func add(to writer: inout ModelFileWriter) {
        writer.add("doc2vec.items", shape: [vocabulary, dimensions], items)
        writer.add("doc2vec.rows", shape: [vocabulary, dimensions], inference.rows)
        writer.add("doc2vec.offset", shape: [dimensions], inference.offset)
    }
}
