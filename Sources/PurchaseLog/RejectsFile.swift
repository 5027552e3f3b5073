import Foundation

/// Where the rows that could not be understood are written, for whoever mends them: `FILE,LINE,COLUMN,REASON,ROW`.
public final class RejectsFile {
    private let path: String
    private let file: UnsafeMutablePointer<FILE>
    private var isClosed = false

    /// - Throws: ``PreparationError/unwritable(path:reason:)``.
    public init(path: String) throws {
        guard let file = fopen(path, "w") else {
            throw PreparationError.unwritable(path: path, reason: String(cString: strerror(errno)))
        }
        self.path = path
        self.file = file
        try write("FILE,LINE,COLUMN,REASON,ROW\n")
    }

    public func append(_ rows: [RejectedRow]) throws {
        for row in rows {
            let fields = [row.path, String(row.line), String(row.column), row.reason.rawValue, row.text]
            try write(fields.map(CSVText.field).joined(separator: ",") + "\n")
        }
    }

    /// Writes what is buffered. An error here is the disk's.
    public func close() throws {
        isClosed = true
        guard fclose(file) == 0 else { throw failure() }
    }

    deinit {
        if !isClosed { fclose(file) }
    }

    private func write(_ text: String) throws {
        guard fputs(text, file) >= 0 else { throw failure() }
    }

    private func failure() -> PreparationError {
        .unwritable(path: path, reason: String(cString: strerror(errno)))
    }
}

/// Writing of RFC 4180.
public enum CSVText {
    /// A field, quoted where it needs to be.
    public static func field(_ text: String) -> String {
        let needsQuotes = text.utf8.contains { $0 == 0x2C || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }
        guard needsQuotes else { return text }
        return "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\""
    }

    /// A line without its end.
    public static func line(_ fields: [String]) -> String { fields.map(field).joined(separator: ",") }
}
