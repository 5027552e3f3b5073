import Shop
import Testing
import Understanding

@testable import Dialogue

@Suite("Transcripts")
struct TranscriptTests {
    static let text = """
        # A talk.
        @ role staff
        @ today 2024-02-29

        > 우유 담아줘
        우유를 담았어요. (장바구니 *개) (glob)
        # the list follows
        \\d+ 개 (re)

        > 끝
        안녕히 가세요.

        """

    @Test func stageTurnsAndPatternsAreRead() throws {
        let transcript = try Transcript(parsing: Self.text, name: "a.dialog")
        #expect(transcript.stage.role == .staff)
        #expect(transcript.stage.today == CalendarDay(year: 2024, month: 2, day: 29))
        #expect(transcript.turns.map(\.typed) == ["우유 담아줘", "끝"])
        #expect(transcript.turns.map(\.line) == [5, 10])
        #expect(transcript.turns[0].expected.count == 2)
    }

    @Test func aReplyThatMatchesLeavesTheFileAsItIs() throws {
        let transcript = try Transcript(parsing: Self.text, name: "a.dialog")
        let replies = [["우유를 담았어요. (장바구니 3개)", "12 개"], ["안녕히 가세요."]]
        for (turn, reply) in zip(transcript.turns, replies) {
            #expect(ReplyDiff(expected: turn.expected, actual: reply).isEmpty)
        }
        // A comment inside a reply moves behind it.
        let again = try Transcript(parsing: transcript.updated(with: replies), name: "a.dialog")
        #expect(again.updated(with: replies) == transcript.updated(with: replies))
        #expect(again.turns.map(\.expected) == transcript.turns.map(\.expected))
    }

    @Test func anUpdateKeepsPatternsThatMatchAndWritesTheRest() throws {
        let transcript = try Transcript(parsing: "> a\none *\n", name: "")
        #expect(transcript.updated(with: [["one two"]]) == "> a\none two\n")
        let glob = try Transcript(parsing: "# c\n> a\none * (glob)\nold\n\n> b\n", name: "")
        #expect(
            glob.updated(with: [["one two", "new"], ["# x", "> y", "z (re)"]]) == """
                # c
                > a
                one * (glob)
                new

                > b
                (?:# x) (re)
                (?:> y) (re)
                (?:z \\(re\\)) (re)

                """)
        let again = try Transcript(parsing: "> b\n(?:# x) (re)\n(?:> y) (re)\n(?:z \\(re\\)) (re)\n", name: "")
        #expect(ReplyDiff(expected: again.turns[0].expected, actual: ["# x", "> y", "z (re)"]).isEmpty)
    }

    @Test func aDiffTakesOutAndPutsInAsLittleAsCanBe() throws {
        let expected = try ["a", "b", "c * (glob)", "d"].map { try ReplyPattern($0) }
        #expect(
            ReplyDiff(expected: expected, actual: ["a", "x", "c 1", "d", "e"]).text == [
                " a", "-b", "+x", " c 1", " d", "+e",
            ])
    }

    @Test(arguments: [
        ("*", "", true), ("*", "abc", true), ("a*c", "abbbc", true), ("a*c", "abcd", false), ("?b", "ab", true),
        ("?b", "b", false),
        ("*a*b*", "xxaxxbxx", true), ("\\*", "*", true), ("\\*", "x", false), ("우유*", "우유를", true), ("a**", "a", true),
    ])
    func globs(pattern: String, line: String, matches: Bool) throws {
        #expect(try ReplyPattern(pattern + " (glob)").matches(line) == matches)
    }

    @Test func globsDoNotBlowUp() throws {
        let pattern = try ReplyPattern(String(repeating: "*a", count: 40) + "b (glob)")
        #expect(!pattern.matches(String(repeating: "a", count: 2_000)))
    }

    @Test(arguments: [
        ("@ colour blue\n", "f:1: there is no setting “colour”: model, data, today, role, language"),
        ("# c\n@ role king\n", "f:2: role must be customer, guest, frontend or staff"),
        ("@ today tomorrow\n", "f:1: today must be YYYY-MM-DD"),
        ("hello\n", "f:1: a reply before the first “> ” line"),
        ("> a\n[ (re)\n", "f:2: “[” is no regular expression"),
    ])
    func whatIsWrongIsToldWithItsLine(text: String, message: String) {
        #expect {
            try Transcript(parsing: text, name: "f")
        } throws: {
            ($0 as? TranscriptError)?.message == message
        }
    }
}
