import Shop

/// What a terminal shows after the bytes written to it: the part of a VT220/xterm that libedit and dami use.
///
/// Wide characters take two cells; a line that reaches the right edge wraps when the next character comes (xterm's
/// "magic margin"). A sequence that it does not know is recorded in ``unknown``, so a test can see that there is none.
struct Screen {
    private(set) var columns: Int
    private(set) var rows: Int
    /// A cell holds a character, "" behind a wide one.
    private var cells: [[String]]
    private(set) var row = 0
    private(set) var column = 0
    private var wrapIsPending = false
    /// Whether the last column was just written, so that the next character goes to the next row.
    var isAtMargin: Bool { wrapIsPending }
    private var isInserting = false
    private(set) var bells = 0
    private(set) var unknown: [String] = []
    private(set) var isBracketingPaste = false
    /// What has left the screen at its top.
    private(set) var scrolledOff: [String] = []
    private var pending: [UInt8] = []

    init(columns: Int = 80, rows: Int = 24) {
        self.columns = columns
        self.rows = rows
        cells = Array(repeating: Array(repeating: " ", count: columns), count: rows)
    }

    /// The rows without trailing blanks, without the blank ones at the end.
    var lines: [String] {
        var lines = cells.map(Self.text)
        while lines.last == "" { lines.removeLast() }
        return lines
    }

    /// All that was shown, what scrolled off included.
    var transcript: [String] { scrolledOff + lines }

    /// The row that the cursor is in.
    var currentLine: String { Self.text(cells[row]) }

    private static func text(_ cells: [String]) -> String {
        var text = cells.joined()
        while text.hasSuffix(" ") { text.removeLast() }
        return text
    }

    // MARK: - Bytes

    mutating func feed(_ bytes: some Sequence<UInt8>) {
        pending.append(contentsOf: bytes)
        while !pending.isEmpty, step() {}
    }

    private mutating func step() -> Bool {
        if pending[0] == 0x1B { return escape() }
        let length = pending[0] < 0x80 ? 1 : pending[0] < 0xE0 ? 2 : pending[0] < 0xF0 ? 3 : 4
        guard pending.count >= length else { return false }
        let text = String(decoding: pending[..<length], as: UTF8.self)
        pending.removeFirst(length)
        for scalar in text.unicodeScalars { show(scalar) }
        return true
    }

    private mutating func show(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "\r": move(toColumn: 0)
        case "\n": lineFeed()
        case "\u{08}": move(toColumn: column - 1)
        case "\t": move(toColumn: min(columns - 1, (column / 8 + 1) * 8))
        case "\u{07}": bells += 1
        case _ where scalar.value < 0x20: unknown.append("^\(scalar.value)")
        default: put(scalar)
        }
    }

    private mutating func put(_ scalar: Unicode.Scalar) {
        let width = scalar.displayWidth
        guard width > 0 else {
            unknown.append("zero-width U+\(String(scalar.value, radix: 16))")
            return
        }
        if wrapIsPending || column + width > columns {
            column = 0
            lineFeed()
        }
        wrapIsPending = false
        if isInserting { insertBlanks(width) }
        breakWide(at: column)
        if width == 2 { breakWide(at: column + 1) }
        cells[row][column] = String(scalar)
        if width == 2 { cells[row][column + 1] = "" }
        column += width
        if column >= columns {
            column = columns - 1
            wrapIsPending = true
        }
    }

    /// Writing over one half of a wide character blanks the other.
    private mutating func breakWide(at place: Int) {
        guard place < columns else { return }
        if cells[row][place].isEmpty, place > 0 { cells[row][place - 1] = " " }
        if place + 1 < columns, cells[row][place + 1].isEmpty { cells[row][place + 1] = " " }
        cells[row][place] = " "
    }

    private mutating func move(toColumn target: Int) {
        column = min(max(0, target), columns - 1)
        wrapIsPending = false
    }

    private mutating func lineFeed() {
        wrapIsPending = false
        guard row == rows - 1 else {
            row += 1
            return
        }
        scrolledOff.append(Self.text(cells.removeFirst()))
        cells.append(Array(repeating: " ", count: columns))
    }

    // MARK: - Escape sequences

    private mutating func escape() -> Bool {
        guard pending.count >= 2 else { return false }
        guard pending[1] == UInt8(ascii: "[") else {
            unknown.append("ESC \(pending[1])")
            pending.removeFirst(2)
            return true
        }
        guard let end = pending.dropFirst(2).firstIndex(where: { (0x40...0x7E).contains($0) }) else { return false }
        let parameters = String(decoding: pending[2..<end], as: UTF8.self)
        let final = Character(Unicode.Scalar(pending[end]))
        pending.removeFirst(end + 1)
        control(final, parameters)
        return true
    }

    private mutating func control(_ final: Character, _ parameters: String) {
        let number = Int(parameters.prefix { $0.isNumber }) ?? 0
        let count = max(1, number)
        switch final {
        case "A": row = max(0, row - count)
        case "B": row = min(rows - 1, row + count)
        case "C": move(toColumn: column + count)
        case "D": move(toColumn: column - count)
        case "G": move(toColumn: count - 1)
        case "H" where parameters.isEmpty: (row, column, wrapIsPending) = (0, 0, false)
        case "J" where number == 0:
            clearToEndOfLine()
            for below in row + 1..<max(row + 1, rows) { clear(row: below) }
        case "J" where number == 2: for each in 0..<rows { clear(row: each) }
        case "K" where number == 0: clearToEndOfLine()
        case "P": deleteCells(count)
        case "@": insertBlanks(count)
        case "h" where parameters == "4": isInserting = true
        case "l" where parameters == "4": isInserting = false
        case "h" where parameters == "?2004": isBracketingPaste = true
        case "l" where parameters == "?2004": isBracketingPaste = false
        case "m": break
        default: unknown.append("ESC [\(parameters)\(final)")
        }
        if "ABC".contains(final) { wrapIsPending = false }
    }

    private mutating func clear(row: Int) {
        cells[row] = Array(repeating: " ", count: columns)
    }

    private mutating func clearToEndOfLine() {
        breakWide(at: column)
        for place in column..<columns { cells[row][place] = " " }
        wrapIsPending = false
    }

    private mutating func deleteCells(_ count: Int) {
        breakWide(at: column)
        let count = min(count, columns - column)
        breakWide(at: column + count)
        cells[row].removeSubrange(column..<column + count)
        cells[row].append(contentsOf: Array(repeating: " ", count: count))
    }

    private mutating func insertBlanks(_ count: Int) {
        let count = min(count, columns - column)
        if cells[row][column].isEmpty { breakWide(at: column) }
        cells[row].insert(contentsOf: Array(repeating: " ", count: count), at: column)
        cells[row].removeLast(count)
        if cells[row].last.map({ $0.displayWidth == 2 }) ?? false { cells[row][columns - 1] = " " }
    }

    // MARK: - Resizing

    /// The new size, the text cut or padded, as xterm does; the cursor stays inside.
    mutating func resize(columns: Int, rows: Int) {
        while cells.count > rows {
            if row < cells.count - 1, cells.last.map(Self.text) == "" {
                cells.removeLast()
            } else {
                scrolledOff.append(Self.text(cells.removeFirst()))
                row = max(0, row - 1)
            }
        }
        while cells.count < rows { cells.append(Array(repeating: " ", count: columns)) }
        for index in cells.indices {
            if cells[index].count > columns {
                cells[index].removeLast(cells[index].count - columns)
            } else {
                cells[index].append(contentsOf: Array(repeating: " ", count: columns - cells[index].count))
            }
        }
        self.columns = columns
        self.rows = rows
        move(toColumn: column)
        row = min(row, rows - 1)
    }
}
