import Shop

/// A prompt and a line as rows of a screen, with the cursor: a value, reckoned from the text alone.
///
/// Characters are laid out as terminals wrap them: one that takes two columns never stands across the right edge, and
/// a cursor behind the last column stands at the beginning of the next row. All rows but the last are full, so that a
/// terminal knows them for one wrapped line, which it copies, and wraps anew at another width, as one.
///
///     let picture = Picture(prompt: Prompt(text: "❯ "), line: "가나다라", cursor: 4, columns: 9)
///     picture.rows        // ["❯ 가나다 ", "라"]
///     picture.cursor      // (row: 1, column: 2)
struct Picture: Equatable {
    /// The rows, colour aside; all but the last, and those before a line feed, take all columns.
    private(set) var rows: [[Character]] = [[]]
    private(set) var cursorRow = 0
    private(set) var cursorColumn = 0
    let columns: Int
    /// How many characters from the front are coloured.
    private(set) var colouredCount: Int
    /// Rows that end in a line feed of the line's own (a search that vi keys ask for).
    private var endedRows: Set<Int> = []
    private var column = 0

    /// - Parameter cursor: a place in `line`.
    init(prompt: Prompt, line: some Collection<Unicode.Scalar>, cursor: Int, columns: Int) {
        self.columns = max(2, columns)
        colouredCount = prompt.colouredCount
        for character in prompt.text { put(character, width: character.displayWidth) }
        var isPlaced = false
        for (index, scalar) in line.enumerated() {
            let shown = Self.shown(scalar, at: column)
            if index == cursor {
                // What does not fit in this row any more takes the cursor with it.
                let width = shown.first?.displayWidth ?? 0
                let wraps = column + width > self.columns
                (cursorRow, cursorColumn) = wraps ? (rows.count, 0) : (rows.count - 1, column)
                isPlaced = true
            }
            if scalar == "\n" {
                endedRows.insert(rows.count - 1)
                beginRow()
            } else {
                for character in shown { put(character, width: character.displayWidth) }
            }
        }
        if !isPlaced { (cursorRow, cursorColumn) = (rows.count - 1, column) }
    }

    /// The part of `prompt` and `line` around the cursor that fits in one row: for a terminal whose cursor can't go up.
    init(oneRowOf prompt: Prompt, line: [Unicode.Scalar], cursor: Int, columns: Int) {
        // The last column stays free: nobody knows what such a terminal does behind it.
        let columns = max(2, columns - 1)
        let text = prompt.text.displayWidth <= columns / 2 ? prompt.text : ""
        let room = columns - text.displayWidth
        let widths = line.map { Self.shown($0, at: 0).displayWidth }
        var start = cursor
        var used = 0
        // As much as fits before the cursor, three quarters of the room at most where not all fits.
        let limit = widths.reduce(0, +) > room - 1 && cursor < line.count ? room * 3 / 4 : room - 1
        while start > 0, used + widths[start - 1] <= limit {
            start -= 1
            used += widths[start]
        }
        var end = cursor
        while end < line.count, used + widths[end] <= room - 1 {
            used += widths[end]
            end += 1
        }
        self.init(
            prompt: Prompt(text: text), line: line[start..<end].filter { $0 != "\n" }, cursor: cursor - start,
            columns: columns + 1)
    }

    /// The rows around the cursor where a window has not enough for all.
    func cropped(toRows limit: Int) -> Picture {
        guard rows.count > max(1, limit) else { return self }
        var cropped = self
        let first = min(cursorRow, rows.count - max(1, limit))
        cropped.rows = Array(rows[first..<first + max(1, limit)])
        cropped.cursorRow -= first
        cropped.endedRows = Set(endedRows.map { $0 - first })
        if first > 0 { cropped.colouredCount = 0 }
        return cropped
    }

    var lastRow: Int { rows.count - 1 }
    var lastColumn: Int { Self.width(of: rows[lastRow]) }

    private mutating func put(_ character: Character, width: Int) {
        if column + width > columns { fillRow() }
        rows[rows.count - 1].append(character)
        column += width
        if column >= columns { beginRow() }
    }

    private mutating func fillRow() {
        rows[rows.count - 1].append(contentsOf: String(repeating: " ", count: columns - column))
        beginRow()
    }

    private mutating func beginRow() {
        rows.append([])
        column = 0
    }

    /// What a code point looks like: control characters as ^X, a tab as spaces to the next stop.
    private static func shown(_ scalar: Unicode.Scalar, at column: Int) -> String {
        switch scalar.value {
        case 0x09: String(repeating: " ", count: 8 - column % 8)
        case 0..<0x20: "^" + String(Unicode.Scalar(UInt8(scalar.value + 0x40)))
        case 0x7F: "^?"
        case _ where scalar.displayWidth == 0: ""
        default: String(scalar)
        }
    }

    private static func width(of characters: some Sequence<Character>) -> Int {
        characters.reduce(0) { $0 + $1.displayWidth }
    }
}

// MARK: - Drawing

extension Picture {
    private static let colourOn = "\u{1B}[36m"
    private static let colourOff = "\u{1B}[0m"

    /// What to write where the cursor stands in the first column of the first row.
    func drawing(colour: Bool) -> String {
        text(fromRow: 0, skipping: 0, colour: colour) + clearRest + moving(to: (lastRow, lastColumn))
    }

    /// What to write where `old` is on the screen: nothing but what differs.
    func drawing(over old: Picture, colour: Bool) -> String {
        guard columns == old.columns, colouredCount == old.colouredCount else {
            return old.moveToStart() + drawing(colour: colour)
        }
        guard rows != old.rows else {
            return Self.move(from: (old.cursorRow, old.cursorColumn), to: (cursorRow, cursorColumn))
        }
        let shared = zip(rows, old.rows).prefix { $0 == $1 }.count
        // One of the two may have no more rows than the other shares.
        let row = min(shared, lastRow, old.lastRow)
        let prefix = zip(rows[row], old.rows[row]).prefix { $0 == $1 }.count
        let column = Self.width(of: rows[row].prefix(prefix))
        var result = Self.move(from: (old.cursorRow, old.cursorColumn), to: (row, column))
        result += text(fromRow: row, skipping: prefix, colour: colour)
        let onlyGrew = old.lastRow == row && old.rows[row].count == prefix
        if !onlyGrew { result += clearRest }
        return result + moving(to: (lastRow, lastColumn))
    }

    /// Only a cropped picture's last row is full; a cursor behind it would clear its last character.
    private var clearRest: String { lastColumn < columns ? "\u{1B}[J" : "" }

    /// The row as the only one of a terminal without escape codes, over one that took `oldWidth` columns.
    func drawingPlainly(over oldWidth: Int) -> String {
        let row = String(rows[0])
        let width = row.displayWidth
        let blanks = max(0, oldWidth - width)
        let before = rows[0].reduce(into: (text: "", width: 0)) { shown, character in
            guard shown.width < cursorColumn else { return }
            shown.text.append(character)
            shown.width += character.displayWidth
        }
        return "\r" + row + String(repeating: " ", count: blanks) + "\r" + before.text
    }

    /// The way from the cursor to the first column of the first row.
    func moveToStart() -> String { Self.move(from: (cursorRow, cursorColumn), to: (0, 0)) }

    /// The way from the cursor to the end of the text.
    func moveToEnd() -> String { Self.move(from: (cursorRow, cursorColumn), to: (lastRow, lastColumn)) }

    private func text(fromRow first: Int, skipping prefix: Int, colour: Bool) -> String {
        var result = ""
        let coloured = colour ? colouredCount : 0
        var position = rows[..<first].reduce(0) { $0 + $1.count } + prefix
        var isColoured = false
        for row in first...lastRow {
            for character in rows[row].dropFirst(row == first ? prefix : 0) {
                if (position < coloured) != isColoured {
                    isColoured.toggle()
                    result += isColoured ? Self.colourOn : Self.colourOff
                }
                result.append(character)
                position += 1
            }
            guard row < lastRow else { break }
            if endedRows.contains(row) {
                result += "\u{1B}[K\r\n"
            } else if rows[row + 1].isEmpty {
                // A terminal goes to the next row only when there is something to put there.
                result += " \r"
            }
        }
        return isColoured ? result + Self.colourOff : result
    }

    private func moving(to end: (row: Int, column: Int)) -> String {
        Self.move(from: end, to: (cursorRow, cursorColumn))
    }

    private static func move(from: (row: Int, column: Int), to: (row: Int, column: Int)) -> String {
        guard from != to else { return "" }
        var result = ""
        if to.row < from.row { result += "\u{1B}[\(from.row - to.row)A" }
        if to.row > from.row { result += "\u{1B}[\(to.row - from.row)B" }
        guard to.column != from.column else { return result }
        result += "\r"
        return to.column > 0 ? result + "\u{1B}[\(to.column)C" : result
    }
}
