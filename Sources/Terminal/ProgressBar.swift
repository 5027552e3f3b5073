import Foundation
import Shop

/// How far a long work has come, drawn as one line: a value, so that what it shows can be tested without a terminal.
///
///     var bar = ProgressBar(title: "Training", unit: .counted("epochs"), total: 12)
///     bar.completed = 3
///     bar.detail = "cost 0.3946"
///     bar.line(elapsed: 6, width: 80, glyphs: .ascii)
///     // "Training [#####---------------] 25%  3/12 epochs  0.5/s  cost 0.3946  0:06 < 0:18"
///
/// The parts that matter least go first where the window is narrow: the bar shrinks, then the rate, the detail and
/// the counts are left out. The percentage and the time left stay longest.
public struct ProgressBar: Hashable, Sendable {
    /// What is counted.
    public enum Unit: Hashable, Sendable {
        /// Things, by their plural: "rows", "epochs", "명".
        case counted(String)
        /// Bytes, shown in kB, MB and GB of 1000.
        case bytes
    }

    /// What is done, in the language of whoever reads it.
    public var title: String
    public var unit: Unit
    /// How many units there are; `nil` where that is not known beforehand.
    public var total: Int?
    public var completed: Int
    /// Free text behind the counts, such as the training cost.
    public var detail: String

    public init(title: String, unit: Unit, total: Int? = nil, completed: Int = 0, detail: String = "") {
        self.title = title
        self.unit = unit
        self.total = total
        self.completed = completed
        self.detail = detail
    }

    /// What the bar itself is drawn with.
    public struct Glyphs: Hashable, Sendable {
        public var full: String
        public var empty: String
        public var left: String
        public var right: String

        public static let blocks = Glyphs(full: "█", empty: "░", left: "", right: "")
        public static let ascii = Glyphs(full: "#", empty: "-", left: "[", right: "]")
    }

    /// The done part, in 0…1; `nil` without a total.
    public var fraction: Double? {
        guard let total else { return nil }
        guard total > 0 else { return 1 }
        return min(1, max(0, Double(completed) / Double(total)))
    }

    /// The seconds left if the rest goes on as what was done so far; `nil` where nothing tells.
    public func remaining(elapsed: Double) -> Double? {
        guard let total, completed > 0, elapsed > 0 else { return nil }
        return elapsed / Double(completed) * Double(max(0, total - completed))
    }

    /// The line for a window of `width` columns; never wider, and without any control character.
    public func line(elapsed: Double, width: Int, glyphs: Glyphs = .blocks) -> String {
        let clock = remaining(elapsed: elapsed).map { "\(Self.clock(elapsed)) < \(Self.clock($0))" }
        let percent = fraction.map { "\(Int($0 * 100))%".leftPadded(toWidth: 4) }
        let counts = amounts
        let rate = rate(elapsed: elapsed)
        let ends = clock ?? Self.clock(elapsed)

        // Tried in order: the first that leaves room for a bar, or that fits at all without one.
        let choices: [[String?]] = [
            [percent, counts, rate, detail, ends],
            [percent, counts, detail, ends],
            [percent, detail, ends],
            [percent, ends],
        ]
        for choice in choices {
            let tail = Self.parts(choice)
            let room = width - title.displayWidth - tail.displayWidth - 2
            let cells = min(24, room - glyphs.left.displayWidth - glyphs.right.displayWidth)
            if let fraction, cells >= 8 {
                let full = Int((fraction * Double(cells)).rounded(.down))
                let bar =
                    glyphs.left + String(repeating: glyphs.full, count: full)
                    + String(repeating: glyphs.empty, count: cells - full) + glyphs.right
                return "\(title) \(bar) \(tail)"
            }
            if fraction == nil, room >= -1 { return "\(title) \(tail)" }
        }
        let shortest = Self.parts([percent?.trimmingCharacters(in: .whitespaces), ends])
        let room = width - shortest.displayWidth - 1
        if room >= 4 { return "\(title.truncated(toWidth: room, marker: "")) \(shortest)" }
        return shortest.truncated(toWidth: width, marker: "")
    }

    /// What is left to read when the work is done: "Training: 12 epochs in 24 s, cost 0.2101".
    public func summary(elapsed: Double) -> String {
        let amount: String =
            switch unit {
            case .counted(let plural): "\(Self.grouped(completed)) \(plural)"
            case .bytes: Self.bytes(completed)
            }
        return "\(title): \(amount) in \(Self.duration(elapsed))" + (detail.isEmpty ? "" : ", \(detail)")
    }

    private var amounts: String {
        switch unit {
        case .counted(let plural):
            total.map { "\(Self.grouped(completed))/\(Self.grouped($0)) \(plural)" }
                ?? "\(Self.grouped(completed)) \(plural)"
        case .bytes:
            total.map { "\(Self.bytes(completed))/\(Self.bytes($0))" } ?? Self.bytes(completed)
        }
    }

    /// Units a second; `nil` in the first moments, when it would only jump about.
    private func rate(elapsed: Double) -> String? {
        guard elapsed >= 0.5, completed > 0 else { return nil }
        let rate = Double(completed) / elapsed
        if case .bytes = unit { return "\(Self.bytes(Int(rate)))/s" }
        return rate < 10 ? String(format: "%.1f/s", rate) : "\(Self.grouped(Int(rate.rounded())))/s"
    }

    private static func parts(_ parts: [String?]) -> String {
        parts.compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: "  ")
    }
}

// MARK: - Numbers for people

extension ProgressBar {
    /// Seconds as a clock: "0:07", "12:30", "1:02:03".
    static func clock(_ seconds: Double) -> String {
        let whole = seconds.isFinite ? Int(min(max(0, seconds), 359_999).rounded()) : 359_999
        let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
        return hours > 0
            ? String(format: "%d:%02d:%02d", hours, minutes, rest) : String(format: "%d:%02d", minutes, rest)
    }

    /// Seconds in words: "0.4 s", "24 s", "2 min 05 s".
    static func duration(_ seconds: Double) -> String {
        if seconds < 10 { return String(format: "%.1f s", max(0, seconds)) }
        let whole = Int(min(seconds, 359_999).rounded())
        return whole < 60 ? "\(whole) s" : String(format: "%d min %02d s", whole / 60, whole % 60)
    }

    /// An integer with a comma every three digits.
    static func grouped(_ number: Int) -> String {
        let digits = String(number.magnitude)
        var result = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { result.append(",") }
            result.append(digit)
        }
        return (number < 0 ? "-" : "") + result
    }

    /// Bytes in units of 1000: "812 B", "4.2 MB".
    static func bytes(_ count: Int) -> String {
        var value = Double(count)
        for unit in ["B", "kB", "MB", "GB"] {
            if value < 1000 { return unit == "B" ? "\(count) B" : String(format: "%.1f %@", value, unit) }
            value /= 1000
        }
        return String(format: "%.1f TB", value)
    }
}
