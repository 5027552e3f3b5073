import Foundation
import Shop

/// A trained model on disk, memory-mapped and validated: named tensors, and JSON texts about them.
///
///     let file = try ModelFile(path: "shop.model")
///     let catalog = try file.catalog()
///     let bias = try file.tensor("bias", of: Float.self, shape: [catalog.labelCount])
///     bias[0]
///
/// Opening reads the header alone; a tensor's pages come in when they are touched, and are shared by all processes that
/// serve the same file. The format is safetensors (see ``SafetensorsHeader``), so Python opens it as well.
///
/// A file is never changed in place: ``ModelFileWriter`` writes beside it and renames, so a mapping stays what it was.
package final class ModelFile: Sendable {
    package let path: String
    package let header: SafetensorsHeader
    private let mapping: MappedFile
    private let dataStart: Int
    private let entries: [String: TensorEntry]

    /// The version of the layout of tensors and metadata that this program writes, and the newest that it reads.
    package static let formatVersion = 1

    /// Maps and validates.
    ///
    /// - Throws: ``ModelFileError``.
    package init(path: String) throws(ModelFileError) {
        let mapping = try MappedFile(path: path)
        let bytes = mapping.bytes
        guard bytes.count >= 8 else {
            throw ModelFileError.damaged(path: path, reason: "it has \(bytes.count) bytes, fewer than any model")
        }
        let announced = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
        guard announced <= UInt64(SafetensorsHeader.longestHeader), Int(announced) <= bytes.count - 8 else {
            throw ModelFileError.damaged(
                path: path, reason: "its header claims \(announced) bytes, which the file or the format does not allow")
        }
        dataStart = 8 + Int(announced)
        do {
            header = try SafetensorsHeader(
                parsing: UnsafeRawBufferPointer(rebasing: bytes[8..<dataStart]), dataSize: bytes.count - dataStart)
        } catch {
            throw ModelFileError.damaged(path: path, reason: error.reason)
        }
        guard header.metadata["format"] == "dami" else { throw ModelFileError.foreign(path: path) }
        guard let version = header.metadata["format_version"].flatMap({ Int($0) }) else {
            throw ModelFileError.damaged(path: path, reason: "its metadata has no format_version")
        }
        guard version <= Self.formatVersion else {
            throw ModelFileError.newer(path: path, version: version, supported: Self.formatVersion)
        }
        self.path = path
        self.mapping = mapping
        entries = Dictionary(uniqueKeysWithValues: header.tensors.map { ($0.name, $0) })
    }

    /// The file's size in bytes.
    package var byteCount: Int { mapping.bytes.count }

    /// The number of elements of all tensors.
    package var elementCount: Int { header.tensors.reduce(0) { $0 + $1.count } }

    package func hasTensor(_ name: String) -> Bool { entries[name] != nil }

    /// The shape of a tensor, where there is one of that name.
    package func shape(of name: String) -> [Int]? { entries[name]?.shape }

    /// A tensor of exactly this element type and shape.
    ///
    /// - Throws: ``ModelFileError/unfit(path:reason:)`` where there is none.
    package func tensor<Element: TensorElement>(
        _ name: String, of type: Element.Type = Element.self, shape: [Int]
    ) throws(ModelFileError) -> MappedTensor<Element> {
        guard let entry = entries[name] else {
            throw ModelFileError.unfit(path: path, reason: "it has no tensor \(name)")
        }
        guard entry.type == Element.tensorType else {
            throw ModelFileError.unfit(
                path: path,
                reason: "its tensor \(name) is of type \(entry.type.rawValue), not \(Element.tensorType.rawValue)")
        }
        guard entry.shape == shape else {
            throw ModelFileError.unfit(
                path: path, reason: "its tensor \(name) has the shape \(entry.shape), not \(shape)")
        }
        let start = dataStart + entry.offsets.lowerBound
        guard start % MemoryLayout<Element>.alignment == 0 else {
            throw ModelFileError.damaged(path: path, reason: "its tensor \(name) is not aligned")
        }
        let bytes = UnsafeRawBufferPointer(rebasing: mapping.bytes[start..<dataStart + entry.offsets.upperBound])
        return MappedTensor(owner: self, shape: shape, buffer: bytes.bindMemory(to: Element.self))
    }

    /// A metadata entry.
    package func text(_ key: String) throws(ModelFileError) -> String {
        guard let text = header.metadata[key] else {
            throw ModelFileError.unfit(path: path, reason: "its metadata has no \(key)")
        }
        return text
    }

    /// A metadata entry that holds JSON.
    package func decode<Value: Decodable>(
        _ type: Value.Type = Value.self, from key: String
    ) throws(ModelFileError) -> Value {
        let text = try text(key)
        do {
            return try JSONDecoder().decode(Value.self, from: Data(text.utf8))
        } catch {
            throw ModelFileError.unfit(path: path, reason: "its metadata entry \(key) cannot be read")
        }
    }
}

/// What a tensor's element may be in memory.
package protocol TensorElement: Sendable, BitwiseCopyable {
    static var tensorType: TensorType { get }
}

extension Float: TensorElement { package static var tensorType: TensorType { .float32 } }
extension Double: TensorElement { package static var tensorType: TensorType { .float64 } }
extension Int32: TensorElement { package static var tensorType: TensorType { .int32 } }
extension Int64: TensorElement { package static var tensorType: TensorType { .int64 } }
extension UInt16: TensorElement { package static var tensorType: TensorType { .uint16 } }
extension UInt32: TensorElement { package static var tensorType: TensorType { .uint32 } }
extension UInt8: TensorElement { package static var tensorType: TensorType { .uint8 } }

/// A tensor in a mapped file: row-major, read-only, alive as long as this value is.
package struct MappedTensor<Element: TensorElement>: @unchecked Sendable {
    // Unchecked: the pointer is into a private read-only mapping that `owner` keeps.
    private let owner: ModelFile
    package let shape: [Int]
    /// Valid while this value lives.
    package let buffer: UnsafeBufferPointer<Element>

    fileprivate init(owner: ModelFile, shape: [Int], buffer: UnsafeBufferPointer<Element>) {
        self.owner = owner
        self.shape = shape
        self.buffer = buffer
    }

    package var count: Int { buffer.count }

    package subscript(position: Int) -> Element { buffer[position] }

    /// A copy.
    package var array: [Element] { Array(buffer) }
}
