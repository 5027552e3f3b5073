import Foundation
import Recommender
import Shop

/// The tables of the staff commands: aligned by display width, and no longer than a reply may be.
struct StaffTables {
    let phrasing: any Phrasing

    /// Rows a table shows at most; the rest is counted.
    private static let rowLimit = 22

    /// Wide and deep features side by side, largest first.
    func lines(for listing: FeatureListing, titles: (wide: String, deep: String)) -> [String] {
        let wide = entries(listing.wide)
        let deep = entries(listing.deep)
        let count = min(max(wide.count, deep.count), Self.rowLimit)
        var rows = [["\(titles.wide) (\(wide.count))", "", "\(titles.deep) (\(deep.count))", ""]]
        for index in 0..<count { rows.append(cells(wide, index) + cells(deep, index)) }
        var lines = TextLayout.table(rows, rightAligned: [1, 3])
        let left = max(wide.count, deep.count) - count
        if left > 0 { lines.append(phrasing.andMore("…", left)) }
        return lines
    }

    /// An item's logit, its wide and deep halves and the parts that they are made of.
    func lines(for breakdown: ScoreBreakdown, rank: String) -> [String] {
        let percent = String(format: "%.1f%%", breakdown.probability * 100)
        var rows = [
            ["logit", number(breakdown.logit)], ["  wide", number(breakdown.wide)],
            ["  deep", number(breakdown.deep)],
        ]
        let parts = breakdown.parts
        rows += parts.prefix(Self.rowLimit - 4).map { [$0.name.truncated(toWidth: 56), number($0.value)] }
        var lines = ["\(phrasing.name(breakdown.item)) · \(percent) · \(rank)"]
        lines += TextLayout.table(rows, rightAligned: [1])
        let left = parts.count - (Self.rowLimit - 4)
        if left > 0 { lines.append(phrasing.andMore("…", left)) }
        return lines
    }

    /// Today's list and the one under another profile, with how far each item moved.
    func lines(for whatIf: WhatIf, titles: (today: String, other: String)) -> [String] {
        let today = whatIf.todayList.map(\.item)
        let other = whatIf.otherList.map(\.item)
        var rows = [["", titles.today, titles.other, ""]]
        for index in 0..<max(today.count, other.count) {
            let left = today.indices.contains(index) ? phrasing.name(today[index]).truncated(toWidth: 30) : ""
            let right = other.indices.contains(index) ? phrasing.name(other[index]).truncated(toWidth: 30) : ""
            let moved = other.indices.contains(index) ? movement(of: other[index], from: today, to: index) : ""
            rows.append(["\(index + 1).", left, right, moved])
        }
        return TextLayout.table(rows, rightAligned: [0])
    }

    private func movement(of item: ItemID, from list: [ItemID], to index: Int) -> String {
        guard let before = list.firstIndex(of: item) else { return "new" }
        return before == index ? "=" : before > index ? "+\(before - index)" : "-\(index - before)"
    }

    private func entries(_ entries: [FeatureListing.Entry]) -> [FeatureListing.Entry] {
        entries.enumerated().sorted {
            abs($0.element.value) != abs($1.element.value)
                ? abs($0.element.value) > abs($1.element.value) : $0.offset < $1.offset
        }.map(\.element)
    }

    private func cells(_ entries: [FeatureListing.Entry], _ index: Int) -> [String] {
        guard entries.indices.contains(index) else { return ["", ""] }
        return [entries[index].name.truncated(toWidth: 27), number(entries[index].value)]
    }

    private func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e6 ? String(Int(value)) : String(format: "%.3f", value)
    }
}
