/// An expected reply beside the one that came: the fewest lines taken out and put in.
package struct ReplyDiff: Hashable, Sendable {
    package enum Line: Hashable, Sendable {
        /// Expected and there.
        case same(expected: String, actual: String)
        case missing(String)
        case unexpected(String)
    }

    package let lines: [Line]

    /// Longest common subsequence; replies have at most a few dozen lines.
    package init(expected: [ReplyPattern], actual: [String]) {
        let (rows, columns) = (expected.count, actual.count)
        var length = [[Int]](repeating: [Int](repeating: 0, count: columns + 1), count: rows + 1)
        let matches = expected.map { pattern in actual.map(pattern.matches) }
        for row in stride(from: rows - 1, through: 0, by: -1) {
            for column in stride(from: columns - 1, through: 0, by: -1) {
                length[row][column] =
                    matches[row][column]
                    ? length[row + 1][column + 1] + 1 : max(length[row + 1][column], length[row][column + 1])
            }
        }
        var lines: [Line] = []
        var (row, column) = (0, 0)
        while row < rows || column < columns {
            if row < rows, column < columns, matches[row][column] {
                lines.append(.same(expected: expected[row].text, actual: actual[column]))
                row += 1
                column += 1
            } else if row < rows, column == columns || length[row + 1][column] >= length[row][column + 1] {
                lines.append(.missing(expected[row].text))
                row += 1
            } else {
                lines.append(.unexpected(actual[column]))
                column += 1
            }
        }
        self.lines = lines
    }

    package var isEmpty: Bool {
        lines.allSatisfy { if case .same = $0 { true } else { false } }
    }

    /// The reply that came, with the patterns that it matched in place.
    var merged: [String] {
        lines.compactMap { line in
            switch line {
            case .same(let expected, _): expected
            case .missing: nil
            case .unexpected(let actual): ReplyPattern.literal(actual)
            }
        }
    }

    /// As people read a diff: `-` expected and not there, `+` there and not expected.
    package var text: [String] {
        lines.map { line in
            switch line {
            case .same(_, let actual): " " + actual
            case .missing(let expected): "-" + expected
            case .unexpected(let actual): "+" + actual
            }
        }
    }
}
