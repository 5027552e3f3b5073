/// Ctrl-R: a search through the lines typed before, narrowed as one types.
///
/// libedit has one of its own, which looks a Hangul syllable's lowest byte up among the key bindings and leaves; and
/// so this one. A value: keys in, what to show out.
///
///     var search = HistorySearch(lines: ["우유 담아줘", "추천해줘"], line: "")
///     search.handle("추")    // .show
///     search.match           // "추천해줘"
struct HistorySearch {
    enum Outcome: Equatable {
        /// Go on; ``match`` and ``query`` are to be shown.
        case show
        /// As `show`, and say that there was nothing more.
        case nothingFound
        /// The search is over, the line is ``match``; `key` is to be handled as usual.
        case accept(key: Unicode.Scalar)
        /// The search is over, the line is as it was before.
        case cancel
    }

    /// Oldest first.
    private let lines: [String]
    let original: String
    private(set) var query = ""
    /// Whether the last key found nothing more.
    private(set) var hasFailed = false
    /// The line found, or the one that was there before.
    private(set) var match: String
    /// Where in `lines` the match is; `lines.count` is the line before the search.
    private var index: Int

    init(lines: [String], line: String) {
        self.lines = lines
        original = line
        match = line
        index = lines.count
    }

    /// The place of the query in the match, for the cursor, in code points.
    var cursor: Int {
        guard !query.isEmpty, let range = match.range(of: query) else { return match.unicodeScalars.count }
        return match.unicodeScalars.distance(from: match.startIndex, to: range.lowerBound)
    }

    mutating func handle(_ key: Unicode.Scalar) -> Outcome {
        let outcome = outcome(of: key)
        hasFailed = outcome == .nothingFound && !query.isEmpty
        return outcome
    }

    private mutating func outcome(of key: Unicode.Scalar) -> Outcome {
        switch key {
        case "\u{12}": return find(before: index)  // Ctrl-R: an older one
        case "\u{13}": return findNewer()  // Ctrl-S, where the terminal lets it through
        case "\u{07}": return .cancel  // Ctrl-G
        case "\u{08}", "\u{7F}":
            guard !query.isEmpty else { return .nothingFound }
            query.unicodeScalars.removeLast()
            index = lines.count
            if query.isEmpty { match = original }
            return query.isEmpty ? .show : find(before: index)
        case _ where key.value < 0x20 || (0x7F..<0xA0).contains(key.value): return .accept(key: key)
        default:
            query.unicodeScalars.append(key)
            // The match at hand may go on to fit.
            return find(before: min(lines.count, index + 1))
        }
    }

    private mutating func find(before end: Int) -> Outcome {
        guard !query.isEmpty else { return .show }
        guard let found = lines[..<end].lastIndex(where: { $0.contains(query) && ($0 != match || end > index) })
        else { return .nothingFound }
        index = found
        match = lines[found]
        return .show
    }

    private mutating func findNewer() -> Outcome {
        guard !query.isEmpty, index < lines.count,
            let found = lines[(index + 1)...].firstIndex(where: { $0.contains(query) && $0 != match })
        else { return .nothingFound }
        index = found
        match = lines[found]
        return .show
    }
}
