/// A table in a frame that scrolls sideways, its first column staying in sight.
package struct HTMLTable {
    private let header: [String]
    private let rows: [[String]]
    private let leftColumns: Set<Int>

    /// - Parameters:
    ///   - header: HTML, one a column.
    ///   - rows: HTML, one a cell: escape what comes from a shop by ``HTMLText/escaped(_:)``.
    ///   - leftColumns: columns of words, set to the left; numbers stand to the right.
    package init(header: [String], rows: [[String]], leftColumns: Set<Int> = [0]) {
        self.header = header
        self.rows = rows
        self.leftColumns = leftColumns
    }

    package var html: String {
        """
        <div class="scroll"><table>
        <thead>\(row(header, tag: "th"))</thead>
        <tbody>
        \(rows.map { row($0, tag: "td") }.joined(separator: "\n"))
        </tbody>
        </table></div>
        """
    }

    private func row(_ cells: [String], tag: String) -> String {
        let inner = cells.enumerated().map { column, cell in
            let isRowHeader = tag == "td" && column == 0
            let name = isRowHeader ? "th" : tag
            let scope = isRowHeader ? " scope=\"row\"" : ""
            let alignment = leftColumns.contains(column) ? " class=\"left\"" : ""
            return "<\(name)\(scope)\(alignment)>\(cell)</\(name)>"
        }
        return "<tr>\(inner.joined())</tr>"
    }
}
