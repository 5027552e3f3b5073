import Foundation
import Shop
import Understanding

extension CalendarDay {
    /// Today in the machine's time zone.
    public static var now: CalendarDay {
        let parts = CivilDay.components(ofDay: CivilDay.day(of: Date()))
        return CalendarDay(year: parts.year, month: parts.month, day: parts.day)
    }

    /// Days since 1970-01-01; 0 for a day that is in no calendar.
    public var number: Int { CivilDay.daysSince1970(year: year, month: month, day: day).map(Int.init) ?? 0 }
}
