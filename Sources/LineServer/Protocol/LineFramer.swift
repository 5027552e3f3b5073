import NIOCore

/// Cuts a stream of bytes into lines, however the bytes arrive.
///
///     var framer = LineFramer(limit: 8)
///     framer.append(ByteBuffer(string: "ab\r\nc"))
///     framer.next()       // .line("ab")
///     framer.next()       // nil: "c" has no end yet
///
/// A line ends with LF or CRLF, which are no part of it. A line of more than `limit` bytes is reported once, as soon as
/// that is known, and the rest of it is thrown away as it arrives: a line holds at most `limit` bytes plus one read in memory.
/// Every byte is looked at once, also where a line comes in byte by byte.
struct LineFramer {
    enum Frame: Equatable {
        case line(ByteBuffer)
        /// More bytes than a line may have; the first of them tells text from JSON.
        case tooLong(firstByte: UInt8)
    }

    /// The most bytes of a line, without its end.
    let limit: Int
    private var buffer = ByteBuffer()
    /// Bytes at the front of `buffer` that are known to hold no LF.
    private var scanned = 0
    private var isSkipping = false

    init(limit: Int) {
        precondition(limit > 0)
        self.limit = limit
    }

    /// Bytes received and not yet given out.
    var pendingBytes: Int { buffer.readableBytes }

    mutating func append(_ bytes: ByteBuffer) {
        if buffer.readableBytes == 0 {
            buffer = bytes
        } else {
            buffer.writeImmutableBuffer(bytes)
        }
    }

    /// The next line, or `nil` until more bytes come.
    mutating func next() -> Frame? {
        while buffer.readableBytes > 0 {
            guard let length = distanceToLineFeed() else { return atIncompleteLine() }
            scanned = 0
            guard var line = buffer.readSlice(length: length + 1) else { return nil }
            releaseIfEmpty()
            if isSkipping {
                isSkipping = false
                continue
            }
            line.moveWriterIndex(to: line.writerIndex - 1)
            let start = line.readerIndex
            if length > 0, line.getInteger(at: start + length - 1, as: UInt8.self) == UInt8(ascii: "\r") {
                line.moveWriterIndex(to: line.writerIndex - 1)
            }
            if line.readableBytes > limit { return .tooLong(firstByte: line.getInteger(at: start) ?? 0) }
            return .line(line)
        }
        return nil
    }

    /// No LF among the bytes that are here: wait for more, or give the line up.
    private mutating func atIncompleteLine() -> Frame? {
        if isSkipping {
            buffer.clear()
            scanned = 0
            releaseIfEmpty()
            return nil
        }
        scanned = buffer.readableBytes
        // One byte beyond the limit may still be the CR of a line that fits.
        let last: UInt8? = buffer.getInteger(at: buffer.writerIndex - 1)
        let content = buffer.readableBytes - (last == UInt8(ascii: "\r") ? 1 : 0)
        guard content > limit else { return nil }
        let firstByte: UInt8 = buffer.getInteger(at: buffer.readerIndex) ?? 0
        isSkipping = true
        buffer.clear()
        scanned = 0
        releaseIfEmpty()
        return .tooLong(firstByte: firstByte)
    }

    private func distanceToLineFeed() -> Int? {
        let unseen = buffer.readableBytesView.dropFirst(scanned)
        guard let position = unseen.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        return position - buffer.readerIndex
    }

    /// A connection that waits owns no memory of the reads before.
    private mutating func releaseIfEmpty() {
        if buffer.readableBytes == 0 { buffer = ByteBuffer() }
    }
}
