import Recommender
import Shop
import Synchronization
import TestSupport
import Testing
import Understanding

@testable import LineServer

@Suite("What a server remembers of pure functions") struct RememberingTests {
    @Test func whatWasAskedForLatelyIsNotComputedAgain() {
        let values = RecentValues<Int, Int>(capacity: 8)
        var computed = 0
        for _ in 0..<5 {
            #expect(
                values.value(for: 3) {
                    computed += 1
                    return 9
                } == 9)
        }
        #expect(computed == 1)
    }

    @Test func neverMoreThanTheCapacityIsHeldAndEveryAnswerIsRight() {
        let values = RecentValues<Int, Int>(capacity: 10)
        var generator = SplitMix(state: 7)
        for _ in 0..<5_000 {
            let key = Int(generator.next() % 40)
            #expect(values.value(for: key) { key * key } == key * key)
            #expect(values.count <= 10)
        }
    }

    @Test func linesThatLookAlikeButAreWrittenInOtherScalarsAreReadEachByItself() {
        let counting = CountingParser()
        let parser = RememberingParser(counting)
        let today = CalendarDay(year: 2026, month: 1, day: 1)
        let composed = "\u{AC00}"
        let decomposed = "\u{1100}\u{1161}"
        #expect(composed == decomposed)
        for text in [composed, decomposed, composed, decomposed] {
            let utterance = parser.utterance(of: text, today: today)
            #expect(Array(utterance.text.unicodeScalars) == Array(text.unicodeScalars))
        }
        #expect(counting.asked.withLock { $0 } == 2)
    }
}

private final class CountingParser: UtteranceParsing {
    let asked = Mutex(0)

    func utterance(of text: String, today: CalendarDay) -> Utterance {
        asked.withLock { $0 += 1 }
        return Utterance(
            text: text, language: .korean, spanned: [.init(act: .unknown, span: 0..<text.unicodeScalars.count)])
    }
}
