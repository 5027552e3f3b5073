/// Tells whether rows of a log are the same, byte for byte.
struct RowComparison {
    let log: LogBytes
    /// How many columns the log's header has.
    let columnCount: Int

    /// Compares the rows that begin at two offsets, without their line ends.
    func isSame(_ a: Int, _ b: Int) -> Bool {
        let bytes = log.bytes
        var length = 0
        var hasQuote = false
        while a + length < bytes.count, b + length < bytes.count, bytes[a + length] == bytes[b + length] {
            if bytes[a + length] == UInt8(ascii: "\"") { hasQuote = true }
            // Only within quotes can a row go on behind a line end.
            if bytes[a + length] == UInt8(ascii: "\n"), !hasQuote { return true }
            length += 1
        }
        // Now at the first difference. It may be one of line ends, or lie behind the rows: that takes reading them.
        return hasQuote || isLineEnd(a + length) || isLineEnd(b + length)
            ? row(at: a).elementsEqual(row(at: b)) : false
    }

    private func isLineEnd(_ offset: Int) -> Bool {
        offset >= log.count || log.bytes[offset] == UInt8(ascii: "\n") || log.bytes[offset] == UInt8(ascii: "\r")
    }

    private func row(at offset: Int) -> Slice<UnsafeRawBufferPointer> {
        var scanner = RowScanner(
            bytes: log.bytes, from: offset, to: offset + 1, columnCount: columnCount,
            fields: UnsafeMutableBufferPointer(start: nil, count: 0))
        return scanner.next() ? log.bytes[scanner.rowStart..<scanner.rowEnd] : log.bytes[offset..<offset]
    }
}
