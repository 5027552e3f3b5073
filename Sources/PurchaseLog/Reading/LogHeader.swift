import Foundation

/// The header row of a log: which column stands where.
struct LogHeader {
    /// The names as they stand, for messages.
    let names: [String]
    /// Where the rows begin.
    let end: Int

    var columnCount: Int { names.count }

    /// The most columns that are read: far more than any export has, and few enough to keep a place for each.
    static let mostColumns = 1 << 16

    /// Reads the header across line breaks in quoted names, or where that loses wanted columns to a quote that is never
    /// closed, its first line alone.
    ///
    /// - Parameter required: the columns that are looked for.
    /// - Throws: ``PreparationError/tooManyColumns(path:count:limit:)``.
    init(_ log: LogBytes, required: [String]) throws {
        let whole = try LogHeader(log, acrossLines: true)
        let line = try LogHeader(log, acrossLines: false)
        func found(_ header: LogHeader) -> Int { required.count { header.index(of: $0) != nil } }
        self = found(line) > found(whole) ? line : whole
    }

    private init(_ log: LogBytes, acrossLines: Bool) throws {
        func scanner(_ fields: UnsafeMutableBufferPointer<Field>) -> RowScanner {
            RowScanner(
                bytes: log.bytes, from: log.start, to: log.count, columnCount: acrossLines ? nil : 0, fields: fields)
        }
        var counting = scanner(UnsafeMutableBufferPointer(start: nil, count: 0))
        guard counting.next() else {
            names = []
            end = log.count
            return
        }
        guard counting.fieldCount <= Self.mostColumns else {
            throw PreparationError.tooManyColumns(path: log.path, count: counting.fieldCount, limit: Self.mostColumns)
        }
        let fields = UnsafeMutableBufferPointer<Field>.allocate(capacity: counting.fieldCount)
        defer { fields.deallocate() }
        var scanner = scanner(fields)
        _ = scanner.next()
        names = (0..<scanner.fieldCount).map { index in
            let bytes = FieldBytes(scanner[index], in: scanner.bytes).buffer
            return log.text(bytes).trimmingCharacters(in: .whitespacesAndNewlines)
        }
        end = scanner.position
    }

    /// The position of a column, in any case; `nil` where the header has none of that name.
    func index(of column: String) -> Int? {
        names.firstIndex { $0.lowercased() == column.lowercased() }
    }
}

/// Finds the wanted columns in a row, also in one that an unescaped comma has shifted.
///
/// The columns that hold free text are where a stray comma comes from. A row with surplus fields is repaired where all
/// wanted columns stand on the left of the first text column or on the right of the last one: those on the right are
/// counted from the right-hand side.
struct ColumnMap {
    let columnCount: Int
    /// The positions of the wanted columns, in the order asked for; -1 for an optional column that is not there.
    let positions: [Int]
    /// The text columns of the header; `nil` where it has none, so that no row can be repaired.
    private let textColumns: ClosedRange<Int>?
    private let canRepair: Bool

    /// - Parameters:
    ///   - required: names that must be in the header.
    ///   - optional: names that may be; their positions come behind the required ones.
    ///   - text: the names of columns with free text.
    init(_ header: LogHeader, path: String, required: [String], optional: [String], text: [String]) throws {
        let missing = required.filter { header.index(of: $0) == nil }
        guard missing.isEmpty else {
            throw PreparationError.missingColumns(path: path, missing: missing, seen: header.names)
        }
        for column in required + optional
        where header.names.count(where: { $0.lowercased() == column.lowercased() }) > 1 {
            throw PreparationError.duplicateColumn(path: path, column: column)
        }
        columnCount = header.columnCount
        let positions = (required + optional).map { header.index(of: $0) ?? -1 }
        self.positions = positions
        let textPositions = text.compactMap { header.index(of: $0) }
        if let first = textPositions.min(), let last = textPositions.max() {
            textColumns = first...last
            canRepair = positions.allSatisfy { $0 < first || $0 > last }
        } else {
            textColumns = nil
            canRepair = false
        }
    }

    /// How a row of `fieldCount` fields can be read: as it stands, with its right part moved, or not at all.
    enum Fit {
        case exact
        case shifted(by: Int)
        case unfit(RejectedRow.Reason)
    }

    func fit(fieldCount: Int) -> Fit {
        if fieldCount == columnCount { return .exact }
        if fieldCount < columnCount { return .unfit(.tooFewFields) }
        let surplus = fieldCount - columnCount
        guard canRepair, surplus <= RowScanner.mostSurplusFields else { return .unfit(.tooManyFields) }
        return .shifted(by: surplus)
    }

    /// Where the wanted column `column` stands in a row shifted by `surplus` fields.
    @inline(__always)
    func position(_ column: Int, shiftedBy surplus: Int) -> Int {
        let position = positions[column]
        guard surplus > 0, let textColumns, position > textColumns.upperBound else { return position }
        return position + surplus
    }
}
