/// One field of a row: where its bytes lie, without the quotes around them.
struct Field {
    /// Offsets into the file's bytes.
    var start: Int
    var end: Int
    /// Whether the field holds doubled quotes that stand for single ones.
    var hasEscapes: Bool

    var isEmpty: Bool { start == end }
}

/// Splits a range of a file into rows and fields: RFC 4180, and what real exports make of it.
///
/// A field that begins with a quote ends at the next quote that stands before a comma or a line end; doubled quotes
/// inside it stand for one. Where no such quote is found (`"27" TV`, or one that is never closed), the field is taken
/// as it stands, up to the next comma. Quotes inside a field that does not begin with one are plain characters. A line
/// ends in LF or CRLF, also in the last line without either; lines without anything on them are no rows. A quoted
/// field may span lines, but a row that does so is only believed if it has as many fields as the header; otherwise a
/// forgotten quote would swallow the rows behind it, so the line is read again on its own.
///
/// This is the hot loop of preparation: it reads bytes through `base` without bounds checks. Invariant: `position` and
/// every offset in `fields` stay within `0...end`, and each read is preceded by a comparison with `end`.
/// `RowScannerTests` holds it on mutated inputs, with the address sanitizer on.
struct RowScanner {
    private let base: UnsafePointer<UInt8>
    /// Rows that begin before this offset are read.
    private let limit: Int
    /// The end of the file's bytes.
    private let end: Int
    private let columnCount: Int?
    private let fields: UnsafeMutableBufferPointer<Field>

    /// Where the next row begins.
    private(set) var position: Int
    /// Where the row read last begins, and where it ends, without its line end.
    private(set) var rowStart = 0
    private(set) var rowEnd = 0
    /// How many fields the row has; those that there is no room for are counted, not kept.
    private(set) var fieldCount = 0

    /// A row with more surplus fields than this is not repaired.
    static let mostSurplusFields = 256
    /// A quoted field that spans lines is given up after this many bytes.
    static let longestQuotedField = 1 << 16

    private static let quote = UInt8(ascii: "\"")
    private static let comma = UInt8(ascii: ",")
    private static let newline = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    /// - Parameters:
    ///   - columnCount: the number of fields in the header; `nil` to believe a row that spans lines whatever it has.
    ///   - fields: room for the fields of a row; none where they are only to be counted.
    init(
        bytes: UnsafeRawBufferPointer, from start: Int, to limit: Int, columnCount: Int?,
        fields: UnsafeMutableBufferPointer<Field>
    ) {
        // An empty buffer has no address; any will do, for nothing is read from it.
        base = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) ?? UnsafePointer(bitPattern: 1)!
        self.limit = limit
        end = bytes.count
        self.columnCount = columnCount
        self.fields = fields
        position = start
    }

    /// The bytes that the fields point into.
    var bytes: UnsafePointer<UInt8> { base }

    /// A field of the row read last.
    subscript(index: Int) -> Field {
        fields[index]
    }

    /// Reads the next row. False where none begins before the limit.
    mutating func next() -> Bool {
        while position < limit {
            rowStart = position
            let spansLines = readRow(acrossLines: true)
            if spansLines, let columnCount, fieldCount != columnCount {
                position = rowStart
                _ = readRow(acrossLines: false)
            }
            if rowEnd > rowStart { return true }
        }
        return false
    }

    /// Reads one row from `position`. True where a quoted field of it holds a line break.
    private mutating func readRow(acrossLines: Bool) -> Bool {
        var spansLines = false
        var count = 0
        var p = position
        while true {
            var field = Field(start: p, end: p, hasEscapes: false)
            var closed = false
            if p < end, base[p] == Self.quote, let quoted = quotedField(from: p, acrossLines: acrossLines) {
                field = quoted.field
                spansLines = spansLines || quoted.spansLines
                p = quoted.field.end + 1
                closed = true
            } else {
                while p < end, base[p] != Self.comma, base[p] != Self.newline { p += 1 }
                field.end = p
            }
            // Now at a comma, a line end or the end of the file; behind a closing quote maybe at the CR of a CRLF.
            let isLast: Bool
            if p < end, base[p] == Self.comma {
                isLast = false
            } else {
                isLast = true
                if closed {
                    if p < end, base[p] == Self.carriageReturn { p += 1 }
                    rowEnd = field.end + 1
                } else {
                    if field.end > field.start, base[field.end - 1] == Self.carriageReturn { field.end -= 1 }
                    rowEnd = field.end
                }
            }
            if count < fields.count { fields[count] = field }
            count += 1
            p += 1
            if isLast { break }
        }
        position = min(p, end)
        fieldCount = count
        return spansLines
    }

    /// The quoted field that begins at `start`, or `nil` where no quote ends it properly.
    private func quotedField(from start: Int, acrossLines: Bool) -> (field: Field, spansLines: Bool)? {
        var p = start + 1
        var hasEscapes = false
        var spansLines = false
        var limit = end
        while p < limit {
            let byte = base[p]
            if byte == Self.quote {
                let next = p + 1
                if next < end, base[next] == Self.quote {
                    hasEscapes = true
                    p += 2
                    continue
                }
                let endsField =
                    next >= end || base[next] == Self.comma || base[next] == Self.newline
                    || (base[next] == Self.carriageReturn && (next + 1 >= end || base[next + 1] == Self.newline))
                guard endsField else { return nil }
                return (Field(start: start + 1, end: p, hasEscapes: hasEscapes), spansLines)
            }
            if byte == Self.newline {
                guard acrossLines else { return nil }
                if !spansLines { limit = min(end, start + Self.longestQuotedField) }
                spansLines = true
            }
            p += 1
        }
        return nil
    }
}
