import Recommender
import Shop
import Understanding

/// Puts reply parts into words: one conformance a language.
protocol Phrasing: Sendable {
    var catalog: Catalog { get }
    /// One line or a few. A list that is `isBrief` takes one line, for another list follows in the same reply.
    func lines(for part: ReplyPart, isBrief: Bool) -> [String]
    /// A refusal, without its code.
    func message(for refusal: RefusalReason) -> String
    /// What would answer the question about age and gender, each a line that can be sent as it is.
    var profileOptions: [String] { get }
    /// Why an item is in a list, in a few words.
    func shortReason(_ told: ToldReason) -> String
    var reasonWords: ReasonWords { get }
    /// What could not be found, pointed at or understood.
    func lines(for misses: Misses) -> [String]
    /// `names`, and `count` more.
    func andMore(_ names: String, _ count: Int) -> String
}

extension Phrasing {
    func name(_ item: ItemID) -> String { catalog.name(of: item).printable }

    /// The items' names, those past `limit` only counted.
    func names(_ items: [ItemID], limit: Int = 12) -> String {
        let shown = items.prefix(limit).map(name).joined(separator: ", ")
        return items.count > limit ? andMore(shown, items.count - limit) : shown
    }

    /// The coupons that a login tells of: three at most, for a list follows.
    func couponNames(_ items: [ItemID]) -> String { items.prefix(3).map(name).joined(separator: ", ") }

    /// "1. A  2. B", as a question offers its options.
    func numbered(_ items: [ItemID]) -> String {
        items.enumerated().map { "\($0 + 1). \(name($1))" }.joined(separator: "  ")
    }

    /// A whole list in one line, for another list follows in the same reply.
    func brief(_ heading: String, _ list: RecommendedList) -> String {
        let title = heading.last == "." || heading.last == ":" ? String(heading.dropLast()) : heading
        return "\(title): \(names(list.recommendations.map(\.item)))"
    }

    /// The rows of a list: position, name and the strongest reason; without reasons and in columns where it is long.
    func rows(of list: RecommendedList) -> [String] {
        let items = list.recommendations
        guard items.count <= 20 else { return columns(of: items.map(\.item)) }
        return TextLayout.table(
            items.enumerated().map { index, recommendation in
                let label = name(recommendation.item).truncated(toWidth: 36)
                let position = "\(index + 1).".leftPadded(toWidth: items.count > 9 ? 3 : 2)
                let told = ToldReason.all(
                    recommendation.reasons, for: recommendation.item, profile: list.basis.profile)
                let first = told.first.map { list.occasion == .checkedOut ? $0.afterCheckout : $0 }
                return ["\(position) \(label)"] + (first.map { [shortReason($0)] } ?? [])
            })
    }

    private func columns(of items: [ItemID]) -> [String] {
        let columns = items.count > 36 ? 3 : 2
        let rowCount = (items.count + columns - 1) / columns
        let width = (TextLayout.width - 2 * (columns - 1)) / columns
        return TextLayout.table(
            (0..<rowCount).map { row in
                stride(from: row, to: items.count, by: rowCount).map { index in
                    "\("\(index + 1).".leftPadded(toWidth: 3)) \(name(items[index]))".truncated(toWidth: width)
                }
            })
    }
}
