import Foundation
import Shop
import TestSupport
import Testing

@testable import Understanding

@Suite struct RobustnessTests {
    @Test func noiseIsNoAct() throws {
        let parser = try Fixture.parser("korean")
        var generator = SplitMix(state: 7)
        for _ in 0..<300 {
            let scalars = (0..<Int.random(in: 1...30, using: &generator)).map { _ in
                Unicode.Scalar(UInt32.random(in: 0x2000...0x2FFFF, using: &generator)) ?? "\u{FFFD}"
            }
            let text = String(String.UnicodeScalarView(scalars))
            let found = parser.utterance(of: text, today: Fixture.today)
            #expect(found.acts == [.unknown], "\(text.debugDescription)")
        }
    }

    @Test func mutatedLinesNeverTrap() throws {
        var generator = SplitMix(state: 11)
        let lines = try Fixture.labelled("before-ko.txt") + Fixture.labelled("before-en.txt")
        for line in lines {
            let parser = try Fixture.parser(line.catalog)
            var scalars = Array(line.text.unicodeScalars)
            for _ in 0..<3 where !scalars.isEmpty {
                let index = Int.random(in: 0..<scalars.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: scalars.remove(at: index)
                case 1: scalars.insert(scalars[Int.random(in: 0..<scalars.count, using: &generator)], at: index)
                case 2: scalars.swapAt(index, Int.random(in: 0..<scalars.count, using: &generator))
                default:
                    scalars[index] = Unicode.Scalar(UInt32.random(in: 1...0xD7FF, using: &generator)) ?? "?"
                }
            }
            let text = String(String.UnicodeScalarView(scalars))
            let found = parser.utterance(of: text, today: Fixture.today)
            #expect(!found.acts.isEmpty)
            #expect(found.spanned.allSatisfy { $0.span.upperBound <= scalars.count })
        }
    }

    @Test func longLinesAreUnknownAtOnce() throws {
        let parser = try Fixture.parser("korean")
        let text = String(repeating: "우유 담아줘 ", count: 9_000)
        #expect(parser.utterance(of: text, today: Fixture.today).acts == [.unknown])
    }

    @Test func decomposedHangulReadsAsComposed() throws {
        let parser = try Fixture.parser("korean")
        for text in ["우유랑 식빵 담아줘", "30대 여자야", "헤어 에센스 빼줘"] {
            let decomposed = text.decomposedStringWithCanonicalMapping
            #expect(
                parser.utterance(of: decomposed, today: Fixture.today).acts
                    == parser.utterance(of: text, today: Fixture.today).acts)
        }
    }
}
