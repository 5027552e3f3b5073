/// Encodes one row as SQLite stores it: a header of serial types, then the values (SQLite's "Database File Format", 2.1).
///
/// Rows are encoded by the million, so the bytes go into two small buffers that are used again for each row. Invariant:
/// a row has at most ``mostColumns`` columns, and its texts have at most ``mostTextBytes`` bytes together;
/// `ShopLoad` asks for no more, and a precondition holds it.
struct RecordWriter: ~Copyable {
    private let header: UnsafeMutablePointer<UInt8>
    private let body: UnsafeMutablePointer<UInt8>
    /// The first byte is the header's own size.
    private var headerCount = 1
    private var bodyCount = 0

    static let mostColumns = 12
    static let mostTextBytes = 1_024
    private static let headerCapacity = 1 + mostColumns * 3
    private static let bodyCapacity = mostTextBytes + mostColumns * 8

    init() {
        header = .allocate(capacity: Self.headerCapacity)
        body = .allocate(capacity: Self.bodyCapacity)
    }

    deinit {
        header.deallocate()
        body.deallocate()
    }

    /// How many bytes the record takes.
    var count: Int { headerCount + bodyCount }

    mutating func begin() {
        headerCount = 1
        bodyCount = 0
    }

    mutating func appendNull() { appendType(0) }

    /// The shortest of SQLite's integers that holds the value; 0 and 1 take no room at all.
    mutating func append(_ value: Int) {
        switch value {
        case 0: appendType(8)
        case 1: appendType(9)
        case -0x80..<0x80: append(value, type: 1, bytes: 1)
        case -0x8000..<0x8000: append(value, type: 2, bytes: 2)
        case -0x80_0000..<0x80_0000: append(value, type: 3, bytes: 3)
        case -0x8000_0000..<0x8000_0000: append(value, type: 4, bytes: 4)
        case -0x8000_0000_0000..<0x8000_0000_0000: append(value, type: 5, bytes: 6)
        default: append(value, type: 6, bytes: 8)
        }
    }

    /// A number as a column of NUMERIC affinity holds it: an integer where it is one.
    mutating func append(numeric value: Double) {
        if value == value.rounded(.towardZero), abs(value) < 0x1p53 {
            append(Int(value))
        } else {
            append(Int(bitPattern: UInt(value.bitPattern)), type: 7, bytes: 8)
        }
    }

    mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { append($0) }
    }

    mutating func append(_ text: UnsafeBufferPointer<UInt8>) {
        precondition(bodyCount + text.count <= Self.mostTextBytes, "a text is too long for a row that is loaded")
        let type = text.count * 2 + 13
        if type < 0x80 {
            appendType(UInt8(type))
        } else {
            appendType(UInt8(0x80 | type >> 7))
            appendType(UInt8(type & 0x7F))
        }
        guard let source = text.baseAddress else { return }
        (body + bodyCount).update(from: source, count: text.count)
        bodyCount += text.count
    }

    /// Copies the record to `destination`, which has room for ``count`` bytes.
    func copy(to destination: UnsafeMutablePointer<UInt8>) {
        header[0] = UInt8(headerCount)
        destination.update(from: header, count: headerCount)
        (destination + headerCount).update(from: body, count: bodyCount)
    }

    private mutating func appendType(_ type: UInt8) {
        precondition(headerCount < Self.headerCapacity, "a row that is loaded has too many columns")
        header[headerCount] = type
        headerCount += 1
    }

    /// Big-endian two's complement.
    private mutating func append(_ value: Int, type: UInt8, bytes: Int) {
        appendType(type)
        var shift = (bytes - 1) * 8
        for index in 0..<bytes {
            body[bodyCount + index] = UInt8(truncatingIfNeeded: value >> shift)
            shift -= 8
        }
        bodyCount += bytes
    }
}

/// SQLite's variable-length integer: seven bits a byte, the highest first, all but the last marked.
enum Varint {
    /// How many bytes a value takes; the values here are below 2⁵⁶.
    static func count(_ value: UInt64) -> Int {
        var count = 1
        var left = value >> 7
        while left > 0 {
            count += 1
            left >>= 7
        }
        return count
    }

    /// Writes the value, and returns how many bytes that took.
    @discardableResult
    static func write(_ value: UInt64, to destination: UnsafeMutablePointer<UInt8>) -> Int {
        precondition(value < 1 << 56, "a varint of nine bytes is written in another way")
        let count = count(value)
        var left = value
        for index in stride(from: count - 1, through: 0, by: -1) {
            destination[index] = UInt8(left & 0x7F) | (index == count - 1 ? 0 : 0x80)
            left >>= 7
        }
        return count
    }
}
