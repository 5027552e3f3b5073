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
