import Foundation
import Shop
import Testing

@testable import ShopStore

@Suite struct CheckoutDayTests {
    /// 2018-11-23, 19:06 in Greenwich.
    private static let date = Date(timeIntervalSince1970: 1_543_000_000)

    @Test(arguments: [
        ("UTC", "2018-11-23"), ("Asia/Seoul", "2018-11-24"), ("America/Los_Angeles", "2018-11-23"),
        ("Pacific/Kiritimati", "2018-11-24"),
    ])
    func aCheckoutIsOnTheDayOfTheClockOnTheWall(zone: String, day: String) throws {
        let scratch = try Scratch()
        let path = scratch.file("shop.db")
        try ShopStore.create(at: path, from: try scratch.small())
        let store = try ShopStore.open(path, access: .writable)
        let update = ConversationUpdate(
            id: "s-1", date: Self.date, record: nil,
            changes: [
                .cart(customer: "7", added: ["우유"], removed: []), .checkedOut(customer: "7", items: ["우유"]),
            ])
        _ = try store.store([update], in: try #require(TimeZone(identifier: zone)))
        let session = try #require(try store.export(customer: "7").sessions.last)
        #expect(session.origin == "dami")
        #expect(session.date == day)
    }
}
