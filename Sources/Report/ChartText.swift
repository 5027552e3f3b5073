import Foundation

/// Numbers as charts write them.
enum ChartText {
    /// Four digits behind the point.
    static func fixed(_ value: Double) -> String { String(format: "%.4f", value) }
    /// A coordinate, with one digit behind the point.
    static func coordinate(_ value: Double) -> String { String(format: "%.1f", value) }
    /// A tick's number, without needless zeros.
    static func short(_ value: Double) -> String { String(format: "%g", value) }
}
