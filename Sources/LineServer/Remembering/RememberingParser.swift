import Shop
import Understanding

/// A parser that remembers what short lines mean which were said lately: much of what customers say is the same few
/// lines. The lines stay in memory alone, and go when others have pushed them out.
package final class RememberingParser: UtteranceParsing {
    private let parser: any UtteranceParsing
    private let utterances: RecentValues<Key, Utterance>

    /// By bytes: strings that look the same but are written in other scalars have other spans.
    private struct Key: Hashable {
        var bytes: [UInt8]
        var today: CalendarDay
    }

    /// Longer lines are hardly said twice.
    private static let byteLimit = 120

    package init(_ parser: any UtteranceParsing, capacity: Int = 8192) {
        self.parser = parser
        utterances = RecentValues(capacity: capacity)
    }

    package func utterance(of text: String, today: CalendarDay) -> Utterance {
        guard text.utf8.count <= Self.byteLimit else { return parser.utterance(of: text, today: today) }
        return utterances.value(for: Key(bytes: Array(text.utf8), today: today)) {
            parser.utterance(of: text, today: today)
        }
    }

    package func nearestItems(to text: String, limit: Int) -> [ItemID] {
        parser.nearestItems(to: text, limit: limit)
    }
}
