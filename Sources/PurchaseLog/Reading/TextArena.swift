/// Holds text of a chunk that does not stand in the file as it is meant; lives as long as what points into it.
///
/// That is fields whose doubled quotes were made single, and ids that were made UTF-8.
final class TextArena {
    private let log: LogBytes
    private var buffers: [UnsafeMutableBufferPointer<UInt8>] = []
    private lazy var encoding = log.encoding
    /// Ids that are not ASCII as they stand in the file, and by their numbers what they are in UTF-8: rows of one
    /// customer follow each other, and decoding is slow.
    private var rawIdentifiers = IdentifierTable()
    private var identifiers: [Identifier?] = []

    init(_ log: LogBytes) { self.log = log }

    deinit {
        for buffer in buffers { buffer.deallocate() }
    }

    /// A field with its doubled quotes made single.
    func unescape(_ field: Field, in base: UnsafePointer<UInt8>) -> FieldBytes {
        let buffer = allocate(field.end - field.start)
        var count = 0
        var p = field.start
        while p < field.end {
            buffer[count] = base[p]
            count += 1
            p += base[p] == UInt8(ascii: "\"") ? 2 : 1
        }
        return FieldBytes(Field(start: 0, end: count, hasEscapes: false), in: UnsafePointer(buffer.baseAddress!))
    }

    /// An id that is not ASCII as UTF-8, so that it is the same id in logs of either encoding, and the one that is stored
    /// is the one that was compared; `nil` where it is no text in the file's encoding.
    func decode(_ raw: Identifier) -> Identifier? {
        if encoding == .utf8 { return String(validating: raw.bytes, as: UTF8.self) == nil ? nil : raw }
        let (index, isNew) = rawIdentifiers.insert(raw)
        if isNew {
            identifiers.append(
                encoding.decode(raw.bytes).map { text in
                    let buffer = allocate(text.utf8.count)
                    _ = buffer.update(fromContentsOf: text.utf8)
                    return Identifier(UnsafeBufferPointer(buffer))
                })
        }
        return identifiers[Int(index)]
    }

    private func allocate(_ count: Int) -> UnsafeMutableBufferPointer<UInt8> {
        let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: count)
        buffers.append(buffer)
        return buffer
    }
}
