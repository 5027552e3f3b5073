import Foundation
import TestSupport
import Testing

@testable import Shop

@Suite struct CivilDayTests {
    @Test(arguments: ["UTC", "Asia/Seoul", "America/New_York", "Asia/Kathmandu", "Pacific/Kiritimati", "Europe/London"])
    func aDayIsTheOneOfTheZonesCalendar(zone: String) throws {
        let timeZone = try #require(TimeZone(identifier: zone))
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = timeZone
        var random = SplitMix(state: 3)
        for _ in 0..<300 {
            // 1960 to 2060, summer time and dates before 1970 included.
            let date = Date(timeIntervalSince1970: (random.unit() * 100 - 10) * 31_556_952)
            let parts = calendar.dateComponents([.year, .month, .day], from: date)
            let day = CivilDay.components(ofDay: CivilDay.day(of: date, in: timeZone))
            #expect(day.year == parts.year && day.month == parts.month && day.day == parts.day, "\(date)")
        }
    }
}
