import Dispatch
import Foundation

/// The wanted fields of the row that a scanner stands at.
struct RowFields: ~Copyable {
    fileprivate var scanner: RowScanner
    fileprivate let columns: ColumnMap
    /// By how many fields the right part of the row is shifted.
    fileprivate var surplus = 0
    fileprivate let arena: TextArena

    fileprivate init(_ scanner: RowScanner, columns: ColumnMap, arena: TextArena) {
        self.scanner = scanner
        self.columns = columns
        self.arena = arena
    }

    /// Where the row begins in the file.
    var offset: Int { scanner.rowStart }

    /// The bytes of a wanted column, by its place among those asked for; blank for an optional one that is not there.
    @inline(__always)
    func bytes(_ column: Int) -> FieldBytes {
        let position = columns.position(column, shiftedBy: surplus)
        guard position >= 0 else { return FieldBytes(Field(start: 0, end: 0, hasEscapes: false), in: scanner.bytes) }
        let field = scanner[position]
        return field.hasEscapes ? arena.unescape(field, in: scanner.bytes) : FieldBytes(field, in: scanner.bytes)
    }

    /// The id in a wanted column, in UTF-8; `nil` where it is no text in the file's encoding.
    @inline(__always)
    func identifier(_ column: Int) -> Identifier? { identifier(bytes(column)) }

    @inline(__always)
    func identifier(_ field: FieldBytes) -> Identifier? {
        let identifier = Identifier(field.buffer)
        return identifier.isNumber || identifier.isASCII ? identifier : arena.decode(identifier)
    }

    /// The id that a customer or a session is to be known by, or what is wrong with it.
    func requiredIdentifier(_ column: Int) -> Result<Identifier, RowFault> {
        let field = bytes(column)
        if field.isMissing { return .failure(RowFault(reason: .missingID, column: column)) }
        // No id becomes shorter in UTF-8.
        guard field.count <= RejectedRow.longestID else {
            return .failure(RowFault(reason: .longID, column: column))
        }
        guard let identifier = identifier(field) else {
            return .failure(RowFault(reason: .unreadableID, column: column))
        }
        guard identifier.bytes.count <= RejectedRow.longestID else {
            return .failure(RowFault(reason: .longID, column: column))
        }
        return .success(identifier)
    }
}

/// What is known when the reading of a chunk begins.
struct PartStart {
    let arena: TextArena
    /// A guess, to reserve memory for.
    let expectedRows: Int
}

/// What the rows of one log were like.
struct ReadingTally {
    struct Rejected {
        var offset: Int
        var end: Int
        var column: Int
        var reason: RejectedRow.Reason
    }

    var rows = 0
    var repaired = 0
    var rejected: [Rejected] = []

    mutating func add(_ other: ReadingTally) {
        rows += other.rows
        repaired += other.repaired
        rejected += other.rejected
    }
}

/// Why a row is no good, and which of the wanted columns is to blame.
struct RowFault: Error {
    var reason: RejectedRow.Reason
    var column: Int
}

/// Reads a log in chunks, on all cores, with the outcome of reading it from front to back.
///
/// A chunk begins behind a line end, on the guess that a row begins there. The guess is wrong only inside a quoted field
/// that spans lines. So when all chunks are read, each one's beginning is compared with the end of the one before it;
/// where they differ the chunk is read again from there.
struct LogReader {
    let log: LogBytes
    let columns: ColumnMap
    private let firstRow: Int
    private let chunkSize: Int

    init(
        _ log: LogBytes, required: [String], optional: [String] = [], text: [String] = [], chunkSize: Int = 4 << 20
    ) throws {
        self.log = log
        self.chunkSize = max(1, chunkSize)
        let header = try LogHeader(log, required: required)
        firstRow = header.end
        columns = try ColumnMap(header, path: log.path, required: required, optional: optional, text: text)
    }

    /// Reads all rows.
    ///
    /// - Parameters:
    ///   - make: makes the empty result of a chunk.
    ///   - row: adds a row to it, or says what is wrong with the row. Called on any thread.
    ///   - advanced: told of each chunk's bytes and rows when it is done. Called on any thread.
    /// - Returns: the chunks' results in the order of the file.
    func read<Part>(
        make: @Sendable (PartStart) -> Part,
        row: @Sendable (inout Part, borrowing RowFields) -> RowFault?,
        advanced: @Sendable (_ bytes: Int, _ rows: Int) -> Void
    ) -> (parts: [Part], tally: ReadingTally) {
        let starts = chunkStarts()
        let count = starts.count - 1
        guard count > 0 else { return ([], ReadingTally()) }
        var chunks: [(part: Part, tally: ReadingTally, end: Int)?] = Array(repeating: nil, count: count)
        chunks.withUnsafeMutableBufferPointer { chunks in
            // Each iteration writes its own element.
            nonisolated(unsafe) let chunks = chunks
            DispatchQueue.concurrentPerform(iterations: count) { index in
                let chunk = readChunk(from: starts[index], to: starts[index + 1], make: make, row: row)
                advanced(starts[index + 1] - starts[index], chunk.tally.rows)
                chunks[index] = chunk
            }
        }
        var parts: [Part] = []
        parts.reserveCapacity(count)
        var tally = ReadingTally()
        var position = firstRow
        for index in 0..<count {
            var chunk = chunks[index]!
            chunks[index] = nil
            if position != starts[index] {
                chunk = readChunk(from: position, to: starts[index + 1], make: make, row: row)
            }
            position = max(position, chunk.end)
            parts.append(chunk.part)
            tally.add(chunk.tally)
        }
        return (parts, tally)
    }

    /// The guessed beginnings of the chunks, and the end of the file.
    private func chunkStarts() -> [Int] {
        var starts = [firstRow]
        guard let base = log.bytes.baseAddress, firstRow < log.count else { return starts }
        var nominal = firstRow + chunkSize
        while nominal < log.count {
            guard let newline = memchr(base + nominal, 0x0A, log.count - nominal) else { break }
            let start = UnsafeRawPointer(newline) - base + 1
            if start < log.count { starts.append(start) }
            nominal = start + chunkSize
        }
        starts.append(log.count)
        return starts
    }

    /// The mean size of the first rows of a chunk, in bytes.
    private func typicalRowSize(limit: Int, from start: Int) -> Int {
        let end = min(limit, start + 4_096)
        guard end > start, let base = log.bytes.baseAddress else { return 1 }
        var lines = 1
        for offset in start..<end where base.load(fromByteOffset: offset, as: UInt8.self) == 0x0A { lines += 1 }
        return max(8, (end - start) / lines)
    }

    private func readChunk<Part>(
        from start: Int, to limit: Int,
        make: @Sendable (PartStart) -> Part,
        row: @Sendable (inout Part, borrowing RowFields) -> RowFault?
    ) -> (part: Part, tally: ReadingTally, end: Int) {
        let storage = UnsafeMutableBufferPointer<Field>.allocate(
            capacity: columns.columnCount + RowScanner.mostSurplusFields)
        defer { storage.deallocate() }
        let arena = TextArena(log)
        var part = make(
            PartStart(arena: arena, expectedRows: (limit - start) / typicalRowSize(limit: limit, from: start)))
        var tally = ReadingTally()
        var fields = RowFields(
            RowScanner(
                bytes: log.bytes, from: start, to: limit, columnCount: columns.columnCount, fields: storage),
            columns: columns, arena: arena)
        while fields.scanner.next() {
            func reject(_ reason: RejectedRow.Reason, column: Int) {
                tally.rejected.append(
                    .init(
                        offset: fields.scanner.rowStart, end: fields.scanner.rowEnd, column: column, reason: reason))
            }
            switch columns.fit(fieldCount: fields.scanner.fieldCount) {
            case .exact: fields.surplus = 0
            case .shifted(let by): fields.surplus = by
            case .unfit(let reason):
                reject(reason, column: 1)
                continue
            }
            if let fault = row(&part, fields) {
                reject(fault.reason, column: columns.position(fault.column, shiftedBy: fields.surplus) + 1)
            } else {
                tally.rows += 1
                if fields.surplus > 0 { tally.repaired += 1 }
            }
        }
        return (part, tally, max(start, fields.scanner.position))
    }
}
