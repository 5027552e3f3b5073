import Foundation
import Shop

/// Collects tensors and metadata, then writes them as one ``ModelFile``.
///
///     var writer = ModelFileWriter(preset: "default", catalog: catalog)
///     try writer.set("settings", settings)
///     writer.add("bias", shape: [labels], bias)
///     try writer.write(to: "shop.model")
///
/// The same contents give the same bytes. Tensors of wide elements come first, so that all are aligned, then by name.
package struct ModelFileWriter {
    private var metadata: [String: String]
    private var tensors:
        [(entry: TensorEntry, withBytes: (_ body: (UnsafeRawBufferPointer) throws -> Void) throws -> Void)] = []

    /// - Parameters:
    ///   - preset: What kind of model this is; its reader checks it.
    ///   - catalog: The names of what it recommends. A model serves without a database.
    package init(preset: String, catalog: Catalog) {
        metadata = ["format": "dami", "format_version": String(ModelFile.formatVersion), "preset": preset]
        metadata["catalog"] = Self.json(CatalogRecord(catalog))
    }

    /// A metadata entry, as text.
    package mutating func set(_ key: String, text: String) {
        metadata[key] = text
    }

    /// A metadata entry, as JSON with sorted keys.
    package mutating func set(_ key: String, _ value: some Encodable) {
        metadata[key] = Self.json(value)
    }

    /// A tensor, row-major.
    ///
    /// - Precondition: `values` holds as many elements as the shape says; the name is new.
    package mutating func add<Element: TensorElement>(_ name: String, shape: [Int], _ values: [Element]) {
        precondition(values.count == shape.reduce(1, *), "\(name) does not have the shape \(shape)")
        precondition(!tensors.contains { $0.entry.name == name }, "\(name) is written twice")
        let entry = TensorEntry(name: name, type: Element.tensorType, shape: shape, offsets: 0..<0)
        tensors.append((entry, { body in try values.withUnsafeBytes(body) }))
    }

    /// Writes beside `path`, flushes, renames.
    package consuming func write(to path: String) throws {
        tensors.sort {
            let (a, b) = ($0.entry, $1.entry)
            if a.type.size != b.type.size { return a.type.size > b.type.size }
            return a.name.utf8.lexicographicallyPrecedes(b.name.utf8)
        }
        var end = 0
        for index in tensors.indices {
            let start = end
            end += tensors[index].entry.count * tensors[index].entry.type.size
            tensors[index].entry.offsets = start..<end
        }
        let header = SafetensorsHeader(metadata: metadata, tensors: tensors.map(\.entry))
        let file = try AtomicFile(path: path)
        try header.encoded().withUnsafeBytes { try file.write($0) }
        for tensor in tensors {
            try tensor.withBytes { try file.write($0) }
        }
        try file.commit()
    }

    private static func json(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return String(decoding: try encoder.encode(value), as: UTF8.self)
        } catch {
            // Only a value that no JSON can hold, such as NaN among the settings.
            preconditionFailure("not encodable: \(error)")
        }
    }
}
