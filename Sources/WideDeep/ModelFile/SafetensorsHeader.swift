/// The element types of safetensors.
package enum TensorType: String, Sendable, CaseIterable {
    case bool = "BOOL"
    case uint8 = "U8"
    case int8 = "I8"
    case int16 = "I16"
    case uint16 = "U16"
    case float16 = "F16"
    case bfloat16 = "BF16"
    case int32 = "I32"
    case uint32 = "U32"
    case float32 = "F32"
    case int64 = "I64"
    case uint64 = "U64"
    case float64 = "F64"

    /// Bytes an element.
    package var size: Int {
        switch self {
        case .bool, .uint8, .int8: 1
        case .int16, .uint16, .float16, .bfloat16: 2
        case .int32, .uint32, .float32: 4
        case .int64, .uint64, .float64: 8
        }
    }
}

/// Where a tensor lies, as the header says.
package struct TensorEntry: Sendable, Hashable {
    package var name: String
    package var type: TensorType
    package var shape: [Int]
    /// Bytes from the end of the header.
    package var offsets: Range<Int>

    /// The number of elements.
    package var count: Int { shape.reduce(1, *) }
}

/// The header of a safetensors file: 8 bytes of length, then a JSON object, then the tensors' bytes without a gap.
///
///     {"__metadata__":{"key":"text"},"name":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}}
///
/// The reader refuses what the format forbids: a header longer than 100 MB or than the file, duplicate keys, unknown
/// types, shapes that do not fit their offsets, gaps, overlaps, and bytes behind the last tensor.
package struct SafetensorsHeader: Sendable {
    package var metadata: [String: String]
    /// In the order of their bytes.
    package var tensors: [TensorEntry]

    /// The format's own limit.
    package static let longestHeader = 100_000_000

    package init(metadata: [String: String], tensors: [TensorEntry]) {
        self.metadata = metadata
        self.tensors = tensors
    }

    /// What a header was refused for, in words that fit behind "damaged model file:".
    package struct Refusal: Error, Equatable {
        package var reason: String
    }

    /// Parses and validates.
    ///
    /// - Parameters:
    ///   - bytes: The JSON, without the eight bytes of its length.
    ///   - dataSize: How many bytes the file holds behind it.
    package init(parsing bytes: UnsafeRawBufferPointer, dataSize: Int) throws(Refusal) {
        var scanner = HeaderScanner(bytes: bytes)
        var metadata: [String: String]?
        var tensors: [TensorEntry] = []
        var names: Set<String> = []
        try scanner.object { (scanner, key) throws(Refusal) in
            if key == "__metadata__" {
                guard metadata == nil else { throw Refusal(reason: "its header has two __metadata__ entries") }
                metadata = try Self.metadata(from: &scanner)
                return
            }
            guard names.insert(key).inserted else {
                throw Refusal(reason: "its header names the tensor \(key.quotedForMessage) twice")
            }
            tensors.append(try Self.tensor(named: key, from: &scanner))
        }
        try scanner.end()
        tensors.sort { ($0.offsets.lowerBound, $0.offsets.upperBound) < ($1.offsets.lowerBound, $1.offsets.upperBound) }
        try Self.checkLayout(of: tensors, dataSize: dataSize)
        self.metadata = metadata ?? [:]
        self.tensors = tensors
    }

    private static func metadata(from scanner: inout HeaderScanner) throws(Refusal) -> [String: String] {
        var metadata: [String: String] = [:]
        try scanner.object { (scanner, key) throws(Refusal) in
            guard metadata.updateValue(try scanner.string(), forKey: key) == nil else {
                throw Refusal(reason: "its metadata has the key \(key.quotedForMessage) twice")
            }
        }
        return metadata
    }

    private static func tensor(named name: String, from scanner: inout HeaderScanner) throws(Refusal) -> TensorEntry {
        var type: TensorType?
        var shape: [Int]?
        var offsets: [Int]?
        try scanner.object { (scanner, key) throws(Refusal) in
            let isNew: Bool
            switch key {
            case "dtype":
                let text = try scanner.string()
                guard let known = TensorType(rawValue: text) else {
                    throw Refusal(
                        reason: "tensor \(name.quotedForMessage) has the unknown type \(text.quotedForMessage)")
                }
                isNew = type == nil
                type = known
            case "shape":
                isNew = shape == nil
                shape = try scanner.integers(atMost: 16)
            case "data_offsets":
                isNew = offsets == nil
                offsets = try scanner.integers(atMost: 2)
            default:
                throw Refusal(reason: "tensor \(name.quotedForMessage) has the unknown key \(key.quotedForMessage)")
            }
            guard isNew else { throw Refusal(reason: "tensor \(name.quotedForMessage) has the key \(key) twice") }
        }
        guard let type, let shape, let offsets, offsets.count == 2, offsets[0] <= offsets[1] else {
            throw Refusal(reason: "tensor \(name.quotedForMessage) lacks a type, a shape or a place")
        }
        let entry = TensorEntry(name: name, type: type, shape: shape, offsets: offsets[0]..<offsets[1])
        guard entry.byteCountOfShape == entry.offsets.count else {
            throw Refusal(reason: "tensor \(name.quotedForMessage) has a shape that does not fit its bytes")
        }
        return entry
    }

    private static func checkLayout(of tensors: [TensorEntry], dataSize: Int) throws(Refusal) {
        var end = 0
        for tensor in tensors {
            guard tensor.offsets.lowerBound == end else {
                let what = tensor.offsets.lowerBound < end ? "overlaps the one before it" : "leaves a gap before it"
                throw Refusal(reason: "tensor \(tensor.name.quotedForMessage) \(what)")
            }
            end = tensor.offsets.upperBound
        }
        guard end <= dataSize else {
            throw Refusal(reason: "it is cut short: \(end) bytes of tensors are announced, \(dataSize) are there")
        }
        guard end == dataSize else { throw Refusal(reason: "\(dataSize - end) bytes follow the last tensor") }
    }

    /// The header's bytes with their length before them, padded with spaces so that the tensors begin at a multiple of
    /// 64. The same header gives the same bytes.
    package func encoded() -> [UInt8] {
        var json = "{\"__metadata__\":{"
        json += metadata.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            .map { Self.quoted($0.key) + ":" + Self.quoted($0.value) }.joined(separator: ",")
        json += "}"
        for tensor in tensors {
            let shape = tensor.shape.map(String.init).joined(separator: ",")
            json += ",\(Self.quoted(tensor.name)):{\"dtype\":\"\(tensor.type.rawValue)\",\"shape\":[\(shape)],"
            json += "\"data_offsets\":[\(tensor.offsets.lowerBound),\(tensor.offsets.upperBound)]}"
        }
        json += "}"
        var bytes = Array(json.utf8)
        while (bytes.count + 8) % 64 != 0 { bytes.append(UInt8(ascii: " ")) }
        let length = withUnsafeBytes(of: UInt64(bytes.count).littleEndian) { Array($0) }
        return length + bytes
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case _ where scalar.value < 0x20:
                let hex = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}

extension TensorEntry {
    /// The bytes that the shape asks for; `nil` where that overflows.
    fileprivate var byteCountOfShape: Int? {
        var bytes = type.size
        for extent in shape {
            let (product, overflow) = bytes.multipliedReportingOverflow(by: extent)
            if overflow { return nil }
            bytes = product
        }
        return bytes
    }
}
