/// The leaves of a part of a b-tree, packed from rows that come in the tree's order (SQLite's "Database File Format",
/// 1.6). Leaves hold no page numbers, so parts of a tree can be packed on several threads and laid one behind the other.
///
/// In a table the rows are all in the leaves, and what stands between two leaves is the largest rowid on the left. In an
/// index (and in a table WITHOUT ROWID, which is one) the row between two leaves stands above them, and only there.
struct LeafPages: ~Copyable {
    enum Kind: UInt8 {
        case index = 0x0A
        case table = 0x0D
    }

    let kind: Kind
    let pageSize: Int
    /// The leaves, one behind the other.
    private(set) var bytes: [UInt8] = []
    /// For an index that does not begin the tree: the row that stands before the first leaf.
    private(set) var leadingSeparator: [UInt8] = []
    /// What stands behind each leaf but the last.
    private(set) var separators: [[UInt8]] = []
    /// The largest rowid.
    private(set) var lastRowID = 0

    private var takesLeadingSeparator: Bool
    private var page: Int?
    private var cellCount = 0
    private var contentStart = 0
    /// A row that did not fit in the leaf before: it stands between that leaf and the next, if there is a next.
    private var pending: [UInt8]?

    private static let headerSize = 8

    /// - Parameter beginsTree: whether no other part stands before this one.
    init(kind: Kind, pageSize: Int, beginsTree: Bool, expectedBytes: Int) {
        self.kind = kind
        self.pageSize = pageSize
        takesLeadingSeparator = kind == .index && !beginsTree
        bytes.reserveCapacity(expectedBytes)
    }

    var pageCount: Int { bytes.count / pageSize }

    /// Adds a row of a table. Rowids ascend.
    mutating func append(rowID: Int, _ record: borrowing RecordWriter) {
        let prefix = Varint.count(UInt64(record.count)) + Varint.count(UInt64(rowID))
        let size = prefix + record.count
        if page == nil || !hasRoom(for: size) {
            if page != nil { separators.append(Self.varint(UInt64(lastRowID))) }
            openPage()
        }
        placeCell(size: size) { cell in
            var position = Varint.write(UInt64(record.count), to: cell)
            position += Varint.write(UInt64(rowID), to: cell + position)
            record.copy(to: cell + position)
        }
        lastRowID = rowID
    }

    /// Adds a row of an index. Rows ascend.
    mutating func append(_ record: borrowing RecordWriter) {
        let size = Varint.count(UInt64(record.count)) + record.count
        if takesLeadingSeparator {
            takesLeadingSeparator = false
            leadingSeparator = Self.cell(record, size: size)
            return
        }
        if let separator = pending {
            separators.append(separator)
            pending = nil
            openPage()
        } else if page == nil {
            openPage()
        } else if !hasRoom(for: size) {
            pending = Self.cell(record, size: size)
            return
        }
        placeCell(size: size) { Self.write(record, to: $0) }
    }

    /// To be called when all rows are there.
    mutating func finish() {
        guard let last = pending else { return }
        pending = nil
        // No leaf may be empty: the last row of the full leaf goes up in place of the one that found no room, which
        // gets a leaf of its own.
        separators.append(removeLastCell())
        openPage()
        placeCell(size: last.count) { $0.update(from: last, count: last.count) }
    }

    private func hasRoom(for size: Int) -> Bool {
        contentStart - size >= Self.headerSize + (cellCount + 1) * 2
    }

    private mutating func openPage() {
        page = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: pageSize))
        cellCount = 0
        contentStart = pageSize
        bytes[page!] = kind.rawValue
        writeHeader()
    }

    private mutating func placeCell(size: Int, _ write: (UnsafeMutablePointer<UInt8>) -> Void) {
        precondition(hasRoom(for: size), "a row is larger than a page")
        contentStart -= size
        let page = page!
        let pointer = page + Self.headerSize + cellCount * 2
        let start = contentStart
        bytes.withUnsafeMutableBufferPointer { bytes in
            write(bytes.baseAddress! + page + start)
            bytes[pointer] = UInt8(start >> 8)
            bytes[pointer + 1] = UInt8(start & 0xFF)
        }
        cellCount += 1
        writeHeader()
    }

    private mutating func writeHeader() {
        let page = page!
        bytes[page + 3] = UInt8(cellCount >> 8)
        bytes[page + 4] = UInt8(cellCount & 0xFF)
        bytes[page + 5] = UInt8(contentStart >> 8)
        bytes[page + 6] = UInt8(contentStart & 0xFF)
    }

    private mutating func removeLastCell() -> [UInt8] {
        let page = page!
        let previous = page + Self.headerSize + (cellCount - 2) * 2
        let nextStart = cellCount > 1 ? Int(bytes[previous]) << 8 | Int(bytes[previous + 1]) : pageSize
        let cell = Array(bytes[(page + contentStart)..<(page + nextStart)])
        for index in (page + contentStart)..<(page + nextStart) { bytes[index] = 0 }
        cellCount -= 1
        bytes[page + Self.headerSize + cellCount * 2] = 0
        bytes[page + Self.headerSize + cellCount * 2 + 1] = 0
        contentStart = nextStart
        writeHeader()
        return cell
    }

    private static func write(_ record: borrowing RecordWriter, to cell: UnsafeMutablePointer<UInt8>) {
        let position = Varint.write(UInt64(record.count), to: cell)
        record.copy(to: cell + position)
    }

    private static func cell(_ record: borrowing RecordWriter, size: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            write(record, to: buffer.baseAddress!)
            count = size
        }
    }

    private static func varint(_ value: UInt64) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 9) { buffer, count in
            count = Varint.write(value, to: buffer.baseAddress!)
        }
    }
}
