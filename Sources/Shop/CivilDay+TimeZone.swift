import Foundation

extension CivilDay {
    /// The day, from 1970-01-01, that a clock on the wall shows at `date`.
    ///
    /// What dami calls today, and the day on which it says that something was bought, are both reckoned here: else a
    /// checkout at night could lie in the future of the next conversation, or a day before its own.
    public static func day(of date: Date, in timeZone: TimeZone = .current) -> Int {
        let seconds = date.timeIntervalSince1970 + Double(timeZone.secondsFromGMT(for: date))
        return Int((seconds / 86_400).rounded(.down))
    }
}
