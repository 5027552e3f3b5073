import Foundation
import Shop
import Testing

@testable import PurchaseLog

@Suite("Ids that are not ASCII")
struct IdentifierEncodingTests {
    /// 가, 나 and 뷁 in the code page; the last is no EUC-KR.
    private static let codes: [Character: [UInt8]] = [
        "가": [0xB0, 0xA1], "나": [0xB3, 0xAA], "뷁": [0x94, 0xEE], "식": [0xBD, 0xC4], "품": [0xC7, 0xB0],
    ]

    private func cp949(_ text: String) -> Data {
        text.reduce(into: Data()) { $0 += Self.codes[$1].map { Data($0) } ?? Data(String($1).utf8) }
    }

    /// Two customers whose ids differ only in what is not ASCII; products and sessions named likewise.
    private func folder() throws -> LogFolder {
        let folder = try LogFolder()
        folder.custom += "가1,F,30\n나1,M,40\n"
        folder.master += "가,,식품,,a\n나,,식품,,b\n뷁,,식품,,c\n"
        folder.session += "가1,가가,1,,,,,,\n나1,나나,1,,,,,,\n나1,가가,2,,,,,,\n"
        folder.product += "가1,가가,2,가,,,1,1\n나1,나나,2,나,,,1,1\n나1,가가,3,뷁,,,1,1\n가1,나나,3,뷁,,,1,1\n"
        return folder
    }

    @Test("are the same in CP949 and UTF-8, one log in the one and another in the other", arguments: 0..<16)
    func agreeAcrossEncodings(mask: Int) throws {
        let folder = try folder()
        try folder.writeAll()
        for (index, log) in [
            ("Custom", folder.custom), ("Master", folder.master), ("Session", folder.session),
            ("Product", folder.product),
        ].enumerated()
        where mask >> index & 1 == 1 {
            try folder.write(cp949(log.1), as: log.0 + ".csv")
        }
        let shop = try folder.prepareWritten()
        #expect(shop.customers.map(\.id) == ["가1", "나1"])
        #expect(shop.customers.map(\.profile.age) == [30, 40])
        #expect(shop.baskets(of: "가1") == [["a"]])
        #expect(shop.baskets(of: "나1") == [["b"], ["c"]])
        #expect(shop.sessions.map { shop.sessionID($0) } == ["가가", "나나", "가가"])
        #expect(shop.counts.dropped.noSession == 1)
        #expect(shop.counts.skippedReasons.isEmpty)
        #expect(shop.catalog.categories == ["식품"])
    }

    @Test(
        "that are no text in the encoding make their rows broken, and never one of two",
        arguments: [LogEncoding.utf8, .cp949])
    func refusesUnreadableIDs(encoding: LogEncoding) throws {
        let folder = try LogFolder.small()
        for number in 0..<600 {
            folder.custom += "c\(number),F,30\n"
            folder.session += "c\(number),1,1,,,,,,\n"
            folder.product += "c\(number),1,\(number + 2),1,,,1,1\n"
        }
        folder.master += (0..<600).map { "m\($0),,A,,a\n" }.joined()
        try folder.writeAll()
        // The first byte of a character, with an ASCII byte that is no second one behind it, in both encodings.
        for (name, text) in [
            ("Custom", folder.custom + "|1,F,30\n|2,M,40\n"),
            ("Session", folder.session + "7,|1,3,,,,,,\n|2,1,3,,,,,,\n"),
            ("Master", folder.master + "|1,,A,,a\n"),
            ("Product", folder.product + "7,100,1,|1,,,1,1\n7,|1,2,1,,,1,1\n|2,1,2,1,,,1,1\n"),
        ] {
            try folder.write(Data(text.utf8.map { $0 == UInt8(ascii: "|") ? 0xC7 : $0 }), as: name + ".csv")
        }
        let shop = try folder.prepareWritten(encoding: encoding)
        #expect(shop.counts.skippedReasons == ["unreadable_id": 8])
        #expect(shop.counts.skipped.product == 3)
        #expect(shop.rejectedRows.map(\.column) == [1, 1, 2, 1, 1, 4, 2, 1])
        #expect(shop.customers.count == 601)
        #expect(Set(shop.customers.map(\.id)).count == 601)
    }

    @Test("have at most 255 bytes of UTF-8, however they are written")
    func measuresIDsInUTF8() throws {
        let folder = try LogFolder()
        let fits = String(repeating: "가", count: 85)
        folder.custom += (0..<200).map { "\($0),F,30\n" }.joined() + "\(fits),F,30\n\(fits)1,F,30\n"
        let expected = try folder.prepare()
        #expect(expected.counts.skippedReasons == ["long_id": 1])
        try folder.write(cp949(folder.custom), as: "Custom.csv")
        let shop = try folder.prepareWritten()
        #expect(shop.customers.map(\.id) == expected.customers.map(\.id))
        #expect(shop.counts == expected.counts)
    }

    @Test("rejected rows are decoded, too")
    func decodesRejectedRows() throws {
        let folder = try LogFolder.small()
        folder.custom += (0..<200).map { "c\($0),F,30\n" }.joined() + "가1\n"
        try folder.writeAll()
        try folder.write(cp949(folder.custom), as: "Custom.csv")
        #expect(try folder.prepareWritten().rejectedRows.map(\.text) == ["가1"])
    }
}

@Suite("The encoding of a log")
struct EncodingDetectionTests {
    private func detect(_ bytes: [UInt8]) -> LogEncoding {
        bytes.withUnsafeBytes { LogEncoding.detect($0) }
    }

    @Test("is UTF-8 where nothing tells")
    func defaultsToUTF8() {
        #expect(detect([]) == .utf8)
        #expect(detect(Array("a,b\n1,2\n".utf8)) == .utf8)
    }

    @Test("is told by one field, wherever it stands", arguments: [0, 1, 7, 8, 9, 63, 4_999, 5_000])
    func findsTheOnlyTellingField(row: Int) {
        var rows = Array(repeating: Array("12345,67\n".utf8), count: 5_001)
        rows[row] = Array("1,".utf8) + [0xB0, 0xA1] + Array("\n".utf8)
        #expect(detect(Array(rows.joined())) == .cp949)
        rows[row] = Array("1,가\n".utf8)
        #expect(detect(Array(rows.joined())) == .utf8)
    }

    @Test("is that of most fields, in a large file, too")
    func votes() {
        let other = Array(repeating: Array("1,".utf8) + [0xB0, 0xA1, 0x0A], count: 40_000)
        let utf8 = Array(repeating: Array("1,가나\n".utf8), count: 60_000)
        #expect(detect(Array((other + utf8).joined())) == .utf8)
        #expect(detect(Array((utf8 + other + other + other).joined())) == .cp949)
    }

    @Test("is UTF-8 where a byte order mark says so")
    func believesTheMark() throws {
        let folder = try LogFolder.small()
        folder.custom = "\u{FEFF}" + folder.custom
        try folder.writeAll()
        try folder.write(
            Data(folder.custom.utf8) + Data("8,".utf8) + [0xBF, 0xA9] + Data(",30\n".utf8), as: "Custom.csv")
        #expect(try LogBytes(path: folder.path + "/Custom.csv").encoding == .utf8)
        #expect(try LogBytes(path: folder.path + "/Custom.csv", encoding: .cp949).encoding == .cp949)
    }
}
