/// A protocol buffers message being written: fields in the order of their calls.
///
/// Only what ONNX needs: varints (wire type 0), fixed 32-bit numbers (5), and bytes, texts and messages (2).
struct ProtobufMessage {
    private(set) var bytes: [UInt8] = []

    mutating func add(_ field: Int, _ value: Int) {
        tag(field, wireType: 0)
        varint(UInt64(bitPattern: Int64(value)))
    }

    mutating func add(_ field: Int, _ value: Float) {
        tag(field, wireType: 5)
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func add(_ field: Int, _ text: String) {
        add(field, raw: Array(text.utf8))
    }

    mutating func add(_ field: Int, _ message: ProtobufMessage) {
        add(field, raw: message.bytes)
    }

    mutating func add(_ field: Int, raw: [UInt8]) {
        tag(field, wireType: 2)
        varint(UInt64(raw.count))
        bytes.append(contentsOf: raw)
    }

    private mutating func tag(_ field: Int, wireType: Int) {
        varint(UInt64(field << 3 | wireType))
    }

    /// Seven bits a byte, the lowest first; the top bit says that more follow.
    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7f) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
