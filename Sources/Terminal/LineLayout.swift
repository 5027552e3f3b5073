import Foundation

/// Where a prompt and a line stand on the screen, in rows from the prompt's: the same reckoning as libedit's.
///
/// libedit does not tell where it has put the cursor. To print below a line that takes several rows, or to draw it
/// anew after the window changed, one must know.
struct LineLayout: Equatable {
    /// The row of the cursor, from 0.
    var cursorRow: Int
    /// The row in which the line ends, from 0.
    var lastRow: Int

    /// - Parameters:
    ///   - promptWidth: the columns of the prompt, without its escape sequences.
    ///   - cursor: a position in `line`.
    init(promptWidth: Int, line: some Collection<Unicode.Scalar>, cursor: Int, columns: Int) {
        let columns = max(2, columns)
        var row = promptWidth / columns
        var column = promptWidth % columns
        var cursorRow: Int?
        func advance(by width: Int) {
            if column + width > columns {
                row += 1
                column = 0
            }
            column += width
            if column >= columns {
                row += 1
                column = 0
            }
        }
        for (index, scalar) in line.enumerated() {
            let width = Self.width(of: scalar, at: column)
            if index == cursor { cursorRow = column + width > columns ? row + 1 : row }
            if scalar == "\n" {
                row += 1
                column = 0
            } else {
                advance(by: width)
            }
        }
        self.cursorRow = cursorRow ?? row
        lastRow = row
    }

    private static func width(of scalar: Unicode.Scalar, at column: Int) -> Int {
        switch scalar.value {
        case 0x09: 8 - column % 8
        case 0..<0x20, 0x7F: 2  // ^X
        default: max(0, scalar.displayWidth)
        }
    }
}
