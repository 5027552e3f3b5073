import Shop

/// Why four files could not be made into a shop: what was wrong, where, and what to do.
public enum PreparationError: ReportableError, Hashable {
    /// No file, or more than one, is named after a log.
    case fileNotFound(log: PurchaseLogFiles.Log, directory: String, found: [String])
    case ambiguousFile(log: PurchaseLogFiles.Log, candidates: [String])
    /// The operating system refused.
    case unreadable(path: String, reason: String)
    /// The file's bytes are of a kind that is not read: UTF-16, a damaged `.gz`, and the like.
    case unsupportedContent(path: String, what: String, advice: String)
    case missingColumns(path: String, missing: [String], seen: [String])
    case duplicateColumn(path: String, column: String)
    case tooManyColumns(path: String, count: Int, limit: Int)
    /// More than 1 % of the rows are broken; the first of them stands for all.
    case tooManyBrokenRows(path: String, broken: Int, rows: Int, first: RejectedRow, reasons: [String])
    case invalidOption(name: String, reason: String)
    case unwritable(path: String, reason: String)
    /// To write there would destroy what is to be read.
    case overwritesLog(option: String, path: String, log: PurchaseLogFiles.Log)
    /// A file is larger than what an index of 32 bits holds.
    case tooLarge(path: String, what: String)

    public var message: String {
        switch self {
        case .fileNotFound(let log, let directory, let found):
            let seen = found.isEmpty ? "no .csv or .csv.gz file" : "only " + listing(found)
            return "\(directory): no file for \(log.word), found \(seen); name it with --\(log.option) FILE"
        case .ambiguousFile(let log, let candidates):
            return "several files could be \(log.word): \(listing(candidates)); choose one with --\(log.option) FILE"
        case .unreadable(let path, let reason):
            return "\(path): cannot be read: \(reason)"
        case .unsupportedContent(let path, let what, let advice):
            return "\(path): \(what); \(advice)"
        case .missingColumns(let path, let missing, let seen):
            let header = seen.isEmpty ? "the file has no header" : "the header has " + listing(seen)
            return "\(path): line 1: no column \(listing(missing)), \(header); add the missing columns to the header"
        case .duplicateColumn(let path, let column):
            return "\(path): line 1: the column \(column) stands twice; rename one of the two"
        case .tooManyColumns(let path, let count, let limit):
            return "\(path): line 1: the header has \(count) columns, at most \(limit) are read; "
                + "leave out those that are not needed"
        case .tooManyBrokenRows(let path, let broken, let rows, let first, let reasons):
            return "\(path): line \(first.line), column \(first.column): \(first.reason.explanation); "
                + "\(broken) of \(rows) rows are broken (\(reasons.joined(separator: ", "))), at most 1 % may be; "
                + "see them with --rejects FILE"
        case .invalidOption(let name, let reason):
            return "\(name): \(reason)"
        case .unwritable(let path, let reason):
            return "\(path): cannot be written: \(reason)"
        case .overwritesLog(let option, let path, let log):
            return "\(option) \(path): is the \(log.word) log that is to be read; name another file"
        case .tooLarge(let path, let what):
            return "\(path): \(what); split the log by customers and prepare the parts"
        }
    }

    private func listing(_ names: [String]) -> String {
        let shown = names.prefix(12).map { $0.printable }.joined(separator: ", ")
        return names.count > 12 ? shown + ", …" : shown
    }
}

extension String {
    /// Without control characters, and cut where it is too long for one line: fit for an error message.
    var printable: String {
        let kept = unicodeScalars.filter { $0.properties.generalCategory != .control }
        let text = String(String.UnicodeScalarView(kept))
        return text.count > 80 ? String(text.prefix(80)) + "…" : text
    }
}
