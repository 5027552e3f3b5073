import Shop

/// The shape of a text reply: at most 25 lines of at most 80 columns, none of them blank, no control character.
package enum TextLayout {
    package static let width = 80
    static let maximumLines = 25
    /// What a person typed is quoted up to this many columns.
    static let quotedWidth = 40

    /// The reply's lines, fit for the frame of the protocol and for a small terminal.
    static func text(_ lines: [String]) -> String {
        var fit: [String] = []
        for line in lines {
            let clean = line.printable
            guard !clean.isBlank else { continue }
            fit += wrapped(clean)
        }
        if fit.count > maximumLines { fit = fit.prefix(maximumLines - 1) + ["…"] }
        return fit.joined(separator: "\n")
    }

    /// One line of any length: an error.
    static func singleLine(_ text: String) -> String {
        text.printable.truncated(toWidth: 400)
    }

    /// The line broken at spaces, with the lines after the first indented.
    package static func wrapped(_ line: String, width: Int = width) -> [String] {
        guard line.utf8.count > width, line.displayWidth > width else { return [line] }
        let indent = String(line.prefix { $0 == " " })
        var lines: [String] = []
        var current = ""
        var columns = 0
        for word in line.split(separator: " ", omittingEmptySubsequences: true) {
            var word =
                word.displayWidth > width - indent.count - 2
                ? word.truncated(toWidth: width - indent.count - 2) : String(word)
            var wordColumns = word.displayWidth
            if columns > 0, columns + 1 + wordColumns > width {
                lines.append(current)
                current = ""
                columns = 0
            }
            if columns > 0 {
                word = " " + word
                wordColumns += 1
            } else {
                let lead = lines.isEmpty ? indent : indent + "  "
                word = lead + word
                wordColumns += lead.count
            }
            current += word
            columns += wordColumns
        }
        if columns > 0 { lines.append(current) }
        return lines
    }

    /// Rows of cells in columns that are aligned by display width; each row at most `width` wide.
    static func table(_ rows: [[String]], gap: Int = 2, rightAligned: Set<Int> = [], width: Int = width) -> [String] {
        let columnCount = rows.map(\.count).max() ?? 0
        let widths = (0..<columnCount).map { column in
            rows.map { $0.indices.contains(column) ? $0[column].displayWidth : 0 }.max() ?? 0
        }
        return rows.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                if column > 0 { line += String(repeating: " ", count: gap) }
                let isLast = column == row.count - 1
                if rightAligned.contains(column) {
                    line += cell.leftPadded(toWidth: widths[column])
                } else {
                    line += isLast ? cell : cell.padded(toWidth: widths[column])
                }
            }
            while line.last == " " { line.removeLast() }
            return line.truncated(toWidth: width)
        }
    }
}

extension String {
    /// Without control and bidirectional characters; a tab or line break becomes a space.
    var printable: String {
        if utf8.withContiguousStorageIfAvailable(Self.isPrintable) == true { return self }
        var result = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            switch scalar.value {
            case 0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029: result.append(" ")
            case 0..<0x20, 0x7F..<0xA0, 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: continue
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    /// Whether UTF-8 text, which is valid and so never ends amid a character, holds none of the characters that ``printable`` replaces or leaves out.
    private static func isPrintable(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        for (index, byte) in bytes.enumerated() {
            if byte < 0x20 || byte == 0x7F { return false }
            switch byte {
            case 0xC2: if bytes[index + 1] < 0xA0 { return false }
            case 0xD8: if bytes[index + 1] == 0x9C { return false }
            case 0xE2:
                // U+200E, U+200F, U+2028…U+202E, U+2066…U+2069
                let (second, third) = (bytes[index + 1], bytes[index + 2])
                if second == 0x80, third == 0x8E || third == 0x8F || (0xA8...0xAE).contains(third) { return false }
                if second == 0x81, (0xA6...0xA9).contains(third) { return false }
            default: break
            }
        }
        return true
    }

    /// What a person typed, fit to be quoted: one short line without control characters.
    var quotable: String {
        let words = printable.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return words.truncated(toWidth: TextLayout.quotedWidth)
    }
}
