import CEdit
import Shop

/// What Tab finds: text to put in place of what was typed, or candidates to choose from.
public struct Completion: Hashable, Sendable {
    /// How many code points before the cursor are replaced.
    public var replaced: Int
    /// What stands there then; equal to what was typed where there is nothing to add.
    public var text: String
    /// What it could become, where that is more than one; in the order to be shown.
    public var candidates: [String]

    public init(replaced: Int, text: String, candidates: [String] = []) {
        self.replaced = replaced
        self.text = text
        self.candidates = candidates
    }
}

extension LineEditor {
    /// Tab: inserts what is sure, else lists what is possible below the line.
    func completeLine() -> UInt8 {
        let (scalars, cursor) = currentLine()
        let line = String(String.UnicodeScalarView(scalars))
        guard let completion = complete?(line, cursor), completion.replaced <= cursor else {
            return UInt8(cedit_error)
        }
        let typed = String(String.UnicodeScalarView(scalars[(cursor - completion.replaced)..<cursor]))
        if completion.text != typed {
            Self.withWide(completion.text) { cedit_replace(editor, completion.replaced, $0) }
            // "ban" that became "BAN" has not come further: the candidates are shown as well.
            guard completion.text.count == typed.count, completion.candidates.count > 1 else {
                return UInt8(cedit_refresh_line)
            }
        }
        guard completion.candidates.count > 1 else { return UInt8(cedit_error) }
        list(completion.candidates)
        return UInt8(cedit_refresh_line)
    }

    private func list(_ candidates: [String]) {
        draw()
        leaveLine()
        let size = TerminalCapabilities.size(of: input) ?? (80, 24)
        // The prompt's row and one more stay in sight.
        let rows = CandidateList.rows(
            candidates, columns: size.columns, rows: max(1, size.rows - 2), more: moreCandidates)
        write(rows.map { $0 + "\r\n" }.joined())
    }
}

/// Candidates in columns, as wide as the window.
enum CandidateList {
    /// At most `rows` rows of at most `columns - 1` columns each, filled from top to bottom; where not all fit, the last
    /// row says how many are left out.
    static func rows(_ candidates: [String], columns: Int, rows limit: Int, more: (Int) -> String) -> [String] {
        let width = max(1, columns - 1)
        let cell = min(width, (candidates.map(\.displayWidth).max() ?? 0) + 2)
        let perRow = max(1, (width + 2) / max(1, cell))
        let fits = (candidates.count + perRow - 1) / perRow <= limit
        let shownRows = fits ? (candidates.count + perRow - 1) / perRow : max(0, limit - 1)
        let shown = fits ? candidates.count : min(candidates.count, shownRows * perRow)
        var result: [String] = []
        for row in 0..<shownRows {
            let cells = stride(from: row, to: shown, by: max(1, shownRows)).map { candidates[$0] }
            let padded = cells.dropLast().map { $0.truncated(toWidth: cell - 2).padded(toWidth: cell) }
            result.append((padded.joined() + (cells.last ?? "")).truncated(toWidth: width))
        }
        if !fits { result.append(more(candidates.count - shown).truncated(toWidth: width)) }
        return result
    }
}
