import Embedding
import Features
import Foundation
import Shop

/// A run that was interrupted: its weights and optimiser states just as they were, lazy rows with their steps outstanding,
/// so that going on gives the bits that not stopping would have given.
struct StudyCheckpoint {
    private let file: ModelFile

    private static let preset = "study-checkpoint"

    /// What is kept beside the tensors. Numbers that must come back to the bit are kept as bit patterns.
    private struct Record: Codable {
        var position: StudyPosition
        var lossBits: UInt64
        var step: Int
        var settings: StudySettings
        var fingerprint: String
    }

    static func write(
        to path: String, trainer: StudyTrainer, position: StudyPosition, doc2vec: Doc2Vec, of training: StudyTraining
    ) throws {
        var writer = ModelFileWriter(preset: preset, catalog: training.dataset.catalog)
        let record = Record(
            position: position, lossBits: position.loss.bitPattern, step: trainer.step, settings: training.settings,
            fingerprint: training.fingerprint)
        writer.set("record", record)
        for parameter in trainer.parameters.all {
            let shape = [parameter.rows, parameter.columns]
            writer.add(parameter.name, shape: shape, parameter.array)
            for (name, slot) in [("first", parameter.first), ("second", parameter.second)] {
                guard let slot else { continue }
                let values = Array(UnsafeBufferPointer(start: slot, count: parameter.count))
                writer.add("\(parameter.name).\(name)", shape: shape, values)
            }
            if let lastStep = parameter.lastStep {
                let steps = Array(UnsafeBufferPointer(start: lastStep, count: parameter.rows))
                writer.add("\(parameter.name).step", shape: [parameter.rows], steps)
            }
        }
        doc2vec.add(to: &writer)
        try writer.write(to: path)
    }

    /// - Throws: ``StudyTrainingError/otherCheckpoint(path:)`` where it is of other data or settings. The number of epochs
    ///   may differ: a longer run begins as a shorter one does.
    init(path: String, of training: StudyTraining) throws {
        file = try ModelFile(path: path)
        guard file.preset == Self.preset else { throw StudyTrainingError.otherCheckpoint(path: path) }
        let record = try file.decode(Record.self, from: "record")
        var settings = record.settings
        settings.epochs = training.settings.epochs
        guard settings == training.settings, record.fingerprint == training.fingerprint,
            record.position.epoch < training.settings.epochs
        else { throw StudyTrainingError.otherCheckpoint(path: path) }
    }

    func doc2vec(of training: StudyTraining) throws -> Doc2Vec {
        try Doc2Vec(
            file: file, settings: training.settings.doc2vec, vocabulary: training.dataset.catalog.labelCount)
    }

    /// Puts everything back.
    func restore(_ trainer: StudyTrainer) throws -> StudyPosition {
        let record = try file.decode(Record.self, from: "record")
        trainer.step = record.step
        for parameter in trainer.parameters.all {
            let shape = [parameter.rows, parameter.columns]
            let slots = [("", parameter.values), (".first", parameter.first), (".second", parameter.second)]
            for (suffix, slot) in slots {
                guard let slot else { continue }
                let tensor = try file.tensor(parameter.name + suffix, of: Float.self, shape: shape)
                slot.update(from: tensor.buffer.baseAddress!, count: tensor.count)
            }
            if let lastStep = parameter.lastStep {
                let tensor = try file.tensor("\(parameter.name).step", of: Int32.self, shape: [parameter.rows])
                guard tensor.buffer.allSatisfy({ (0...Int32(record.step)).contains($0) }) else {
                    throw ModelFileError.damaged(path: file.path, reason: "its steps cannot be")
                }
                lastStep.update(from: tensor.buffer.baseAddress!, count: tensor.count)
            }
        }
        var position = record.position
        position.loss = Double(bitPattern: record.lossBits)
        return position
    }
}

extension StudyTraining {
    func readCheckpoint(_ control: Control) throws -> StudyCheckpoint? {
        guard control.resumes, let path = control.checkpoint, FileManager.default.fileExists(atPath: path) else {
            return nil
        }
        return try StudyCheckpoint(path: path, of: self)
    }

    /// Tells data apart: FNV-1a over all that training reads.
    var fingerprint: String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func add(_ number: Int) { hash = (hash ^ UInt64(bitPattern: Int64(number))) &* 0x100_0000_01b3 }
        for subcategory in dataset.catalog.subcategories {
            for byte in subcategory.name.utf8 { add(Int(byte)) }
            for byte in subcategory.category.utf8 { add(Int(byte)) }
        }
        add(dataset.catalog.labelCount)
        for customer in dataset.customers {
            add(StudySchema.genderRow(customer.profile.gender))
            add(StudySchema.ageRow(customer.profile.age))
            for basket in customer.train {
                add(basket.items.count)
                for item in basket.items { add(item) }
            }
        }
        return String(hash, radix: 16)
    }
}
