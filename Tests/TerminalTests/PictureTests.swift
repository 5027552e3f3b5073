import Foundation
import Testing

@testable import Terminal

@Suite struct PictureTests {
    func picture(_ text: String, cursor: Int? = nil, columns: Int, coloured: Int = 0) -> Picture {
        Picture(
            prompt: Prompt(text: "❯ ", colouredCount: coloured), line: text.unicodeScalars,
            cursor: cursor ?? text.unicodeScalars.count, columns: columns)
    }

    @Test func wrapsBeforeAWideCharacterThatDoesNotFit() {
        let shown = picture("가나다라", columns: 9)
        #expect(shown.rows.map { String($0) } == ["❯ 가나다 ", "라"])
        #expect((shown.cursorRow, shown.cursorColumn) == (1, 2))
        #expect(picture("가나다라", cursor: 3, columns: 9).cursorRow == 1)
    }

    @Test func aFullRowPutsTheCursorInTheNext() {
        let shown = picture("가나다라", columns: 10)
        #expect(shown.rows.map { String($0) } == ["❯ 가나다라", ""])
        #expect((shown.cursorRow, shown.cursorColumn) == (1, 0))
    }

    @Test func typingAtTheEndWritesWhatWasTypedAlone() {
        #expect(picture("우유랑", columns: 40).drawing(over: picture("우유", columns: 40), colour: true) == "랑")
    }

    @Test func colourEndsWithThePrompt() {
        #expect(picture("우유", columns: 40, coloured: 2).drawing(colour: true).hasPrefix("\u{1B}[36m❯ \u{1B}[0m우유"))
        #expect(!picture("우유", columns: 40, coloured: 2).drawing(colour: false).contains("\u{1B}[36m"))
    }

    @Test func controlCharactersAreShown() {
        #expect(picture("a\u{03}\tb", columns: 40).rows.map { String($0) } == ["❯ a^C   b"])
    }

    @Test func oneRowShowsThePartAroundTheCursor() {
        let line = Array("가나다라마바사아자차".unicodeScalars)
        let prompt = Prompt(text: "> ")
        for cursor in 0...line.count {
            for columns in 4...30 {
                let shown = Picture(oneRowOf: prompt, line: line, cursor: cursor, columns: columns)
                #expect(shown.lastRow == 0 && shown.cursorRow == 0)
                #expect(shown.lastColumn < columns && shown.cursorColumn < columns)
            }
        }
        #expect(String(Picture(oneRowOf: prompt, line: line, cursor: 5, columns: 40).rows[0]) == "> 가나다라마바사아자차")
    }

    @Test func aWindowShowsTheRowsAroundTheCursor() {
        let shown = picture("가나다라마바사아자차", cursor: 0, columns: 6).cropped(toRows: 2)
        #expect(shown.rows.map { String($0) } == ["❯ 가나", "다라마"])
        #expect(picture("가나다라마바사아자차", columns: 6).cropped(toRows: 2).cursorRow == 1)
    }
}

@Suite struct KeyDecoderTests {
    func keys(_ chunks: [[UInt8]]) -> String {
        var decoder = KeyDecoder()
        var result = String.UnicodeScalarView()
        for chunk in chunks {
            decoder.append(chunk)
            while case .key(let key) = decoder.next() { result.append(key) }
        }
        while case .key(let key) = decoder.next(isFinal: true) { result.append(key) }
        return String(result)
    }

    @Test func bytesMayComeInAnyPieces() {
        let text = "\u{1B}[200~우유\t식빵\r\n\u{1B}[201~샴푸\u{1B}[A\u{1F600}"
        let wanted = "우유 식빵\n샴푸\u{1B}[A\u{1F600}"
        let bytes = Array(text.utf8)
        #expect(keys([bytes]) == wanted)
        #expect(keys(bytes.map { [$0] }) == wanted)
        for cut in bytes.indices { #expect(keys([Array(bytes[..<cut]), Array(bytes[cut...])]) == wanted) }
    }

    @Test func anEscapeKeyAloneWaitsOnlyForAMoment() {
        var decoder = KeyDecoder()
        decoder.append([0x1B])
        #expect(decoder.next() == .incomplete(isEscape: true))
        #expect(decoder.next(isFinal: true) == .key("\u{1B}"))
        #expect(decoder.next() == .empty)
    }

    @Test(
        arguments: [
            [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xEC, 0x9A], [0xE2, 0x80, 0x8B],
            [0xC2, 0x9F],
        ] as [[UInt8]])
    func whatIsNoTextIsDropped(bytes: [UInt8]) {
        #expect(keys([bytes + Array("a".utf8)]) == "a")
    }

    @Test func jamoJoinIntoSyllables() {
        #expect(keys([Array("한글 cafe\u{301}".decomposedStringWithCanonicalMapping.utf8)]).unicodeScalars.count == 7)
    }
}

@Suite struct HistorySearchTests {
    @Test func narrowsAndWidens() {
        var search = HistorySearch(lines: ["우유", "우유 담아줘", "식빵", "우유 담아줘"], line: "지금")
        #expect(search.handle("우") == .show)
        #expect(search.match == "우유 담아줘")
        #expect(search.handle("\u{12}") == .show)
        #expect(search.match == "우유", "the same line is not shown twice")
        #expect(search.handle("담") == .nothingFound)
        #expect(search.handle("\u{7F}") == .show)
        #expect(search.match == "우유 담아줘")
        #expect(search.handle("\u{7F}") == .show)
        #expect(search.match == "지금")
        #expect(search.handle("\r") == .accept(key: "\r"))
        #expect(search.handle("\u{07}") == .cancel)
    }
}
