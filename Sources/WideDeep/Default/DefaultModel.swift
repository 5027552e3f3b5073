import Features
import Foundation
import Shop

/// A trained default model: all that serving needs, from memory or from a mapped file.
package struct DefaultModel: Sendable {
    package let catalog: Catalog
    package let network: DefaultNetwork
    package let statistics: PurchaseStatistics
    package let settings: DefaultTrainingSettings
    package let calibration: Calibration
    package let log: TrainingLog
    /// Median days from one purchase of an item to the next by the same customer, a label each; 0 where nobody bought
    /// it twice on known days. The last entry is the shop's.
    package let repurchaseDays: [Float]
    /// Vectors whose cosine says how alike two items are, (labels, dimensions).
    package let itemVectors: FloatMatrix

    package init(
        catalog: Catalog, network: DefaultNetwork, statistics: PurchaseStatistics, settings: DefaultTrainingSettings,
        calibration: Calibration, log: TrainingLog, repurchaseDays: [Float], itemVectors: FloatMatrix
    ) {
        self.catalog = catalog
        self.network = network
        self.statistics = statistics
        self.settings = settings
        self.calibration = calibration
        self.log = log
        self.repurchaseDays = repurchaseDays
        self.itemVectors = itemVectors
    }

    package static let preset = "default"

    /// Numbers that training found: the network's. What is computed in closed form is not counted.
    package var parameterCount: Int { network.layout.blocks.reduce(0) { $0 + $1.count } }

    package var encoder: FeatureEncoder { FeatureEncoder(statistics: statistics, settings: settings.encoding) }
}

/// What happened in training.
package struct TrainingLog: Hashable, Sendable, Codable {
    package struct Epoch: Hashable, Sendable, Codable {
        package var epoch: Int
        /// Mean weighted cost of a sample.
        package var cost: Double
        package init(epoch: Int, cost: Double) {
            self.epoch = epoch
            self.cost = cost
        }
    }

    package var epochs: [Epoch] = []
    /// The mean of NDCG@10 and Recall@10 over tasks on held-out customers after each epoch of the trial run.
    package var heldOut: [Double] = []
    package var customers = 0
    package var samples = 0

    package init() {}
}

// MARK: The file

extension DefaultModel {
    /// Writes the model beside `path` and renames it.
    package func write(to path: String) throws {
        var writer = ModelFileWriter(preset: Self.preset, catalog: catalog)
        writer.set("shape", network.shape)
        writer.set("settings", settings)
        writer.set("calibration", calibration)
        writer.set("log", log)
        writer.set("centroids", statistics.centroids.rows)
        for block in network.layout.blocks {
            let values = UnsafeBufferPointer(start: network.pointer(block), count: block.count)
            writer.add(block.name, shape: [block.rows, block.columns], Array(values))
        }
        for (name, path) in PurchaseStatistics.matrixNames {
            let matrix = statistics[keyPath: path]
            writer.add(name, shape: [matrix.rows, matrix.stride], Array(matrix.floats))
        }
        writer.add("repurchase_days", shape: [repurchaseDays.count], repurchaseDays)
        writer.set("vector_size", itemVectors.columns)
        writer.add("item_vectors", shape: [itemVectors.rows, itemVectors.stride], Array(itemVectors.floats))
        try writer.write(to: path)
    }

    /// A model in a mapped file; matrices stay in the mapping, the network's parameters (under a megabyte) are copied.
    package init(file: ModelFile) throws(ModelFileError) {
        guard file.preset == Self.preset else {
            throw ModelFileError.unfit(path: file.path, reason: "its preset is \(file.preset), not \(Self.preset)")
        }
        let catalog = try file.catalog()
        let shape = try file.decode(NetworkShape.self, from: "shape")
        let settings = try file.decode(DefaultTrainingSettings.self, from: "settings")
        let calibration = try file.decode(Calibration.self, from: "calibration")
        let centroids = try file.decode(Int.self, from: "centroids")
        let vectorSize = try file.decode(Int.self, from: "vector_size")
        guard shape.isSound, shape.labels == catalog.labelCount, settings.encoding.isSound, centroids >= 1,
            centroids <= 1 << 20, vectorSize >= 0, vectorSize <= 1 << 16, calibration.scales.count == Calibration.kinds
        else { throw ModelFileError.unfit(path: file.path, reason: "its settings do not fit its catalog") }
        let layout = ParameterLayout(shape)
        let parameters = FloatMatrix(rows: 1, columns: layout.count)
        for block in layout.blocks {
            let tensor = try file.tensor(block.name, of: Float.self, shape: [block.rows, block.columns])
            for (index, value) in tensor.buffer.enumerated() { parameters.base[block.offset + index] = value }
        }
        var statistics = PurchaseStatistics(labelCount: shape.labels)
        for (name, path) in PurchaseStatistics.matrixNames {
            let size = PurchaseStatistics.size(of: path, labels: shape.labels, centroids: centroids)
            statistics[keyPath: path] = try file.matrix(name, rows: size.rows, columns: size.columns)
        }
        let days = try file.tensor("repurchase_days", of: Float.self, shape: [shape.labels + 1])
        self.init(
            catalog: catalog, network: DefaultNetwork(shape: shape, parameters: parameters), statistics: statistics,
            settings: settings, calibration: calibration, log: try file.decode(TrainingLog.self, from: "log"),
            repurchaseDays: days.array,
            itemVectors: try file.matrix("item_vectors", rows: shape.labels, columns: vectorSize))
    }
}

extension ModelFile {
    /// A matrix of padded rows, viewed in the mapping.
    package func matrix(_ name: String, rows: Int, columns: Int) throws(ModelFileError) -> FloatMatrix {
        let tensor = try tensor(name, of: Float.self, shape: [rows, FloatMatrix.padded(columns)])
        guard let base = tensor.buffer.baseAddress, tensor.count > 0 else {
            return FloatMatrix(rows: rows, columns: columns)
        }
        return FloatMatrix(rows: rows, columns: columns, viewing: base, owner: self)
    }
}
