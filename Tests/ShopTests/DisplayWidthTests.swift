import Shop
import Testing

@Suite struct DisplayWidthTests {
    @Test(arguments: [
        ("", 0), ("milk", 4), ("우유", 4), ("ㅅㅍ", 4), ("샴푸 2개", 8), ("café", 4), ("cafe\u{301}", 4),
        ("\u{1112}\u{1161}\u{11AB}", 2), ("ｱ", 1), ("Ａ", 2), ("❯ ", 2), ("·", 1), ("漢字", 4), ("👩‍👧", 2), ("a\tb", 2),
        ("€", 1), ("…", 1), ("█", 1),
    ])
    func countsColumns(text: String, width: Int) {
        #expect(text.displayWidth == width)
    }

    /// Text that is all ASCII and Hangul syllables is counted by its bytes: the same as character by character.
    @Test func theQuickCountIsTheSlowOne() {
        let edges: [UInt32] = [
            0x1F, 0x20, 0x7E, 0x7F, 0xA0, 0xABFF, 0xAC00, 0xD7A3, 0xD7A4, 0xD7B0, 0xE000, 0xFFFD, 0x1F600,
        ]
        for scalar in edges.compactMap(Unicode.Scalar.init) {
            let text = "a\(scalar)가"
            #expect(
                text.displayWidth == text.reduce(0) { $0 + $1.displayWidth }, "U+\(String(scalar.value, radix: 16))")
        }
    }

    @Test func padsAndCutsByColumns() {
        #expect("우유".padded(toWidth: 6) == "우유  ")
        #expect("우유".leftPadded(toWidth: 5) == " 우유")
        #expect("우유".padded(toWidth: 1) == "우유")
        #expect("바디워시".truncated(toWidth: 5) == "바디…")
        #expect("바디워시".truncated(toWidth: 6) == "바디…")
        #expect("바디워시".truncated(toWidth: 8) == "바디워시")
        #expect("바디워시".truncated(toWidth: 0) == "")
    }

    @Test func cuttingNeverTakesMoreThanAsked() {
        for width in 0...12 {
            #expect("가a나b다c라d".truncated(toWidth: width).displayWidth <= width)
        }
    }
}
