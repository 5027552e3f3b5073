import Foundation
import TestSupport
import Testing

@testable import Terminal

/// The editor in a real pseudo-terminal, by what a person sees. One at a time: signals and locale are the process's.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct LineEditorTests {
    @Test(arguments: ["xterm-256color", "tmux-256color", "linux", "vt100", "dumb", "no-such-terminal", ""])
    func hangulIsEditedByWholeSyllables(term: String) throws {
        let terminal = try PseudoTerminal()
        let run = EditorRun(terminal, term: term)
        terminal.expect(line: "❯", column: 2)
        terminal.type("우유랑 식빵 담아")
        terminal.expect(line: "❯ 우유랑 식빵 담아", column: 18)
        terminal.type("\u{7F}\u{7F}")
        terminal.expect(line: "❯ 우유랑 식빵", column: 14)
        // Back over "식빵 ", put something between, go to the end.
        terminal.type("\u{02}\u{02}\u{02}")
        terminal.expect(line: "❯ 우유랑 식빵", column: 9)
        terminal.type("두부랑 ")
        terminal.expect(line: "❯ 우유랑 두부랑 식빵", column: 16)
        terminal.type("\u{01}나는 ")
        terminal.expect(line: "❯ 나는 우유랑 두부랑 식빵", column: 7)
        terminal.type("\u{04}")
        terminal.expect(line: "❯ 나는 유랑 두부랑 식빵", column: 7)
        terminal.type("\u{05} 담아줘\r")
        #expect(run.inputs(count: 1) == [.line("나는 유랑 두부랑 식빵  담아줘")])
        terminal.type("\u{04}")
        #expect(run.finish().last == .endOfInput)
        #expect(terminal.screen.unknown == [])
        #expect(terminal.isCooked)
    }

    @Test(arguments: [
        ["LANG": "C"], ["LC_ALL": "POSIX"], ["LC_CTYPE": "C.UTF-8"], ["LANG": "ko_KR.UTF-8"], ["LANG": "nonsense"], [:],
    ])
    func hangulIsReadInEveryLocale(environment: [String: String]) throws {
        let terminal = try PseudoTerminal()
        let run = EditorRun(terminal, environment: environment)
        terminal.expect(line: "❯", column: 2)
        terminal.type("샴푸 빼줘\r")
        #expect(run.inputs(count: 1) == [.line("샴푸 빼줘")])
        terminal.type("\u{04}")
        _ = run.finish()
    }

    @Test func aWideCharacterNeverStandsAcrossTheRightEdge() throws {
        let terminal = try PseudoTerminal(columns: 11, rows: 6)
        let run = EditorRun(terminal)
        terminal.expect(line: "❯", column: 2)
        terminal.type("가나다라마바사")
        terminal.expect(lines: ["❯ 가나다라", "마바사"])
        terminal.type("\u{7F}\u{7F}\u{7F}")
        terminal.expect("unwrapped") { $0.lines == ["❯ 가나다라"] }
        terminal.type("마\u{01}x")
        terminal.expect(lines: ["❯ x가나다라", "마"])
        terminal.type("\u{7F}\u{05}바\r")
        #expect(run.inputs(count: 1) == [.line("가나다라마바")])
        terminal.type("\u{04}")
        _ = run.finish()
    }

    /// What the screen must show is reckoned from the text alone, after every key.
    @Test(arguments: ["xterm-256color", "tmux-256color", "vt100", "no-such-terminal"], [80, 10, 7])
    func anyEditingLeavesTheScreenRight(term: String, columns: Int) throws {
        let terminal = try PseudoTerminal(columns: columns, rows: 12)
        let run = EditorRun(terminal, term: term)
        terminal.expect(line: "❯", column: 2)
        var random = SplitMix(state: UInt64(columns))
        var text: [Character] = []
        var cursor = 0
        for step in 0..<150 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<5 where text.count < 24:
                let character = "우유식빵샴푸ab c".randomElement(using: &random)!
                terminal.type(String(character))
                text.insert(character, at: cursor)
                cursor += 1
            case 5, 6:
                terminal.type("\u{1B}[D")
                cursor = max(0, cursor - 1)
            case 7:
                terminal.type("\u{06}")
                cursor = min(text.count, cursor + 1)
            case 8 where cursor > 0:
                terminal.type("\u{7F}")
                cursor -= 1
                text.remove(at: cursor)
            case 9 where cursor < text.count:
                terminal.type("\u{1B}[3~")
                text.remove(at: cursor)
            default:
                let toEnd = Bool.random(using: &random)
                terminal.type(toEnd ? "\u{05}" : "\u{01}")
                cursor = toEnd ? text.count : 0
            }
            var wanted = Screen(columns: columns, rows: 12)
            wanted.feed("❯ \(String(text))".utf8)
            var before = Screen(columns: columns, rows: 12)
            before.feed("❯ \(String(text[..<cursor]))".utf8)
            // A cursor behind the last column stands in the next row, as does one before a character that wraps.
            let next = cursor < text.count ? text[cursor].displayWidth : 1
            let wraps = before.isAtMargin || before.column + next > columns
            let place = wraps ? (before.row + 1, 0) : (before.row, before.column)
            let isRight = terminal.expect("step \(step) of \(String(text))|\(cursor)") {
                $0.lines == wanted.lines && ($0.row, $0.column) == place
            }
            guard isRight else { break }
        }
        terminal.type("\r")
        #expect(run.inputs(count: 1) == [.line(String(text))])
        terminal.type("\u{04}")
        _ = run.finish()
        #expect(terminal.screen.unknown == [])
    }

    @Test func aLongLineOnADumbTerminalScrollsInItsRow() throws {
        let terminal = try PseudoTerminal(columns: 20, rows: 4)
        let run = EditorRun(terminal, term: "dumb", prompt: Prompt(text: "> "))
        terminal.expect(line: ">", column: 2)
        terminal.type("가나다라마바사아자차")
        terminal.expect(line: "> 다라마바사아자차", column: 18)
        terminal.type("\u{01}")
        terminal.expect(line: "> 가나다라마바사아", column: 2)
        terminal.type("x\r")
        #expect(run.inputs(count: 1) == [.line("x가나다라마바사아자차")])
        terminal.type("\u{04}")
        _ = run.finish()
        #expect(!terminal.output.contains(0x1B))
    }

    @Test func aLineLongerThanTheWindowShowsThePartAroundTheCursor() throws {
        let terminal = try PseudoTerminal(columns: 10, rows: 3)
        let run = EditorRun(terminal)
        terminal.expect(line: "❯", column: 2)
        terminal.type("가나다라마바사아자차카타파하거너더러머버")
        terminal.expect(lines: ["마바사아자", "차카타파하", "거너더러머"].dropFirst() + ["버"])
        terminal.type("\u{01}")
        terminal.expect(lines: ["❯ 가나다라", "마바사아자", "차카타파하"].dropLast() + ["차카타파하"])
        terminal.type("\u{05}\r")
        #expect(run.inputs(count: 1) == [.line("가나다라마바사아자차카타파하거너더러머버")])
        terminal.type("\u{04}")
        _ = run.finish()
    }

    @Test func arrowKeysRecallLines() throws {
        let terminal = try PseudoTerminal()
        let run = EditorRun(terminal, history: ["우유 담아줘", "추천해줘"])
        terminal.expect(line: "❯", column: 2)
        terminal.type("\u{1B}[A\u{1B}[A")
        terminal.expect(line: "❯ 우유 담아줘")
        terminal.type("\u{1B}[B")
        terminal.expect(line: "❯ 추천해줘")
        terminal.type("\u{1B}[D\u{1B}[D!\r")
        #expect(run.inputs(count: 1) == [.line("추천!해줘")])
        terminal.type("\u{04}")
        _ = run.finish()
    }

    @Test func controlRFindsHangulAsItIsTyped() throws {
        let terminal = try PseudoTerminal()
        let run = EditorRun(terminal, history: ["우유 담아줘", "식빵 담아줘", "추천해줘"])
        terminal.expect(line: "❯", column: 2)
        terminal.type("\u{12}담아")
        terminal.expect(line: "search '담아': 식빵 담아줘")
        terminal.type("\u{12}")
        terminal.expect(line: "search '담아': 우유 담아줘")
        terminal.type("\u{12}")
        terminal.expect(line: "not found '담아': 우유 담아줘")
        terminal.type("\u{7F}")
        terminal.expect(line: "search '담': 식빵 담아줘")
        terminal.type("\u{07}")
        terminal.expect(line: "❯", column: 2)
        terminal.type("\u{12}우유\u{05}요\r")
        #expect(run.inputs(count: 1) == [.line("우유 담아줘요")])
        terminal.type("\u{12}추\u{1B}[D.\r")
        #expect(run.inputs(count: 2).last != .line("추천해줘"))
        terminal.type("\u{04}")
        _ = run.finish()
    }

    @Test func tabCompletesOrLists() throws {
        let terminal = try PseudoTerminal(columns: 40, rows: 8)
        let run = EditorRun(terminal) { editor in
            editor.complete = { line, cursor in
                line.hasSuffix("ㅅㅍ")
                    ? Completion(replaced: 2, text: "샴푸 ")
                    : line.hasSuffix("유")
                        ? Completion(replaced: 1, text: "유", candidates: (1...40).map { "유제품\($0)" }) : nil
            }
        }
        terminal.expect(line: "❯", column: 2)
        terminal.type("ㅅㅍ\t담아줘")
        terminal.expect(line: "❯ 샴푸 담아줘", column: 13)
        terminal.type("\u{15}유\t")
        terminal.expect("candidates above the line") { screen in
            screen.lines.last == "❯ 유" && screen.lines.dropLast().last == "(+20)" && screen.column == 4
        }
        terminal.type("!\r")
        #expect(run.inputs(count: 1) == [.line("유!")])
        terminal.type("\u{04}")
        _ = run.finish()
    }

    @Test func pastedTextIsText() throws {
        let terminal = try PseudoTerminal()
        let run = EditorRun(terminal) { $0.complete = { _, _ in Completion(replaced: 0, text: "COMPLETED") } }
        terminal.expect("the terminal is asked to mark what is pasted") { $0.isBracketingPaste }
        terminal.type("\u{1B}[200~우유\t담아줘\r추천\u{2}해줘\u{1B}[201~요\r")
        #expect(run.inputs(count: 2) == [.line("우유 담아줘"), .line("추천해줘요")])
        terminal.type("\u{04}")
        _ = run.finish()
        terminal.expect("and no longer") { !$0.isBracketingPaste }
    }

    @Test(arguments: [true, false])
    func aThousandPastedLinesAllArrive(isMarked: Bool) throws {
        let terminal = try PseudoTerminal()
        let run = EditorRun(terminal)
        terminal.expect(line: "❯", column: 2)
        let lines = (1...1000).map { "\($0)번째 줄: 우유랑 식빵 담아줘" }
        let text = lines.map { $0 + "\r" }.joined()
        terminal.paste(isMarked ? "\u{1B}[200~\(text)\u{1B}[201~" : text)
        terminal.expect("the last line is shown", within: 60) { $0.lines.contains("❯ " + lines[999]) }
        #expect(run.inputs(count: 1000) == lines.map { .line($0) })
        terminal.expect("every line is on the screen once, after a prompt") { screen in
            screen.transcript.filter { !$0.isEmpty } == lines.map { "❯ " + $0 } + ["❯"]
        }
        terminal.type("\u{04}")
        _ = run.finish()
    }

    @Test func takenApartLettersArePutTogether() throws {
        let terminal = try PseudoTerminal()
        let run = EditorRun(terminal)
        terminal.expect(line: "❯", column: 2)
        terminal.type("우유 cafe\u{301} 가".decomposedStringWithCanonicalMapping)
        terminal.expect(line: "❯ 우유 café 가", column: 14)
        terminal.type("\u{7F}\r")
        #expect(run.inputs(count: 1) == [.line("우유 café ")])
        terminal.type("\u{04}")
        _ = run.finish()
    }

    @Test func brokenBytesAreDropped() throws {
        let terminal = try PseudoTerminal()
        let run = EditorRun(terminal)
        terminal.expect(line: "❯", column: 2)
        terminal.type(bytes: [0xFF, 0xEC, 0x9A] + Array("a".utf8) + [0xC0, 0x80] + Array("우\u{200B}\r".utf8))
        #expect(run.inputs(count: 1) == [.line("a우")])
        terminal.type("\u{04}")
        _ = run.finish()
    }

    // MARK: - Signals

    @Test func controlCLeavesTheLine() throws {
        let terminal = try PseudoTerminal(columns: 12, rows: 6)
        let run = EditorRun(terminal, stopsAtInterrupt: false)
        terminal.expect(line: "❯", column: 2)
        terminal.type("가나다라마바사")
        terminal.expect(line: "바사")
        terminal.type("\u{02}\u{02}\u{02}\u{02}")
        terminal.expect("the cursor is in the first row") { $0.row == 0 }
        kill(getpid(), SIGINT)
        #expect(run.inputs(count: 1) == [.interrupted])
        terminal.expect(lines: ["❯ 가나다라마", "바사^C", "❯"])
        terminal.type("추천\r")
        #expect(run.inputs(count: 2).last == .line("추천"))
        terminal.type("\u{04}")
        _ = run.finish()
    }

    @Test(arguments: [SIGTERM, SIGHUP])
    func aKillEndsTheLineAndPutsTheTerminalBack(signal: Int32) throws {
        let terminal = try PseudoTerminal()
        let run = EditorRun(terminal)
        terminal.expect(line: "❯", column: 2)
        terminal.type("추천")
        terminal.expect(line: "❯ 추천")
        #expect(!terminal.isCooked)
        kill(getpid(), signal)
        #expect(run.finish() == [.terminated(signal: signal)])
        #expect(terminal.isCooked)
        terminal.expect("no more bracketed paste") { !$0.isBracketingPaste }
    }

    @Test func aResizeDrawsTheLineAnew() throws {
        let terminal = try PseudoTerminal(columns: 40, rows: 8)
        let run = EditorRun(terminal)
        terminal.expect(line: "❯", column: 2)
        terminal.type("가나다라마바사아자차")
        terminal.expect(line: "❯ 가나다라마바사아자차", column: 22)
        terminal.resize(columns: 30, rows: 8)
        terminal.expect("drawn once") { $0.lines == ["❯ 가나다라마바사아자차"] && $0.column == 22 }
        terminal.type("카\u{01}")
        terminal.expect(line: "❯ 가나다라마바사아자차카", column: 2)
        terminal.type("\u{05}\r")
        #expect(run.inputs(count: 1) == [.line("가나다라마바사아자차카")])
        terminal.type("\u{04}")
        _ = run.finish()
    }

    @Test func continuingDrawsTheLineAnew() throws {
        let terminal = try PseudoTerminal()
        let run = EditorRun(terminal)
        terminal.expect(line: "❯", column: 2)
        terminal.type("우유")
        terminal.expect(line: "❯ 우유")
        kill(getpid(), SIGCONT)
        terminal.expect("drawn again") { $0.currentLine.hasSuffix("❯ 우유") }
        terminal.type(" 담아줘\r")
        #expect(run.inputs(count: 1) == [.line("우유 담아줘")])
        terminal.type("\u{04}")
        _ = run.finish()
    }

    // MARK: - ~/.editrc

    @Test func editrcChoosesViKeys() throws {
        let path = FileManager.default.temporaryDirectory.path + "/dami-editrc-\(getpid())"
        try "bind -v\n".write(toFile: path, atomically: true, encoding: .utf8)
        defer { unlink(path) }
        let terminal = try PseudoTerminal()
        let run = EditorRun(terminal, environment: ["EDITRC": path], history: ["추천해줘"]) { editor in
            editor.complete = { line, cursor in
                line.hasSuffix("ㅅㅍ") ? Completion(replaced: 2, text: "샴푸") : nil
            }
        }
        terminal.expect(line: "❯", column: 2)
        terminal.type("우유 식빵 ㅅㅍ\t")
        terminal.expect(line: "❯ 우유 식빵 샴푸")
        // Esc, to the front, delete a word.
        terminal.type("\u{1B}")
        usleep(100_000)
        terminal.type("0dw")
        terminal.expect(line: "❯ 식빵 샴푸", column: 2)
        terminal.type("i\u{12}추\r")
        #expect(run.inputs(count: 1) == [.line("추천해줘")])
        terminal.type("\u{04}")
        _ = run.finish()
    }

    @Test func editrcHasTheLastWord() throws {
        let path = FileManager.default.temporaryDirectory.path + "/dami-editrc2-\(getpid())"
        try "dami:bind ^I ed-move-to-beg\nother:bind ^E ed-move-to-beg\n".write(
            toFile: path, atomically: true, encoding: .utf8)
        defer { unlink(path) }
        let terminal = try PseudoTerminal()
        let run = EditorRun(terminal, environment: ["EDITRC": path])
        terminal.expect(line: "❯", column: 2)
        terminal.type("우유\t.\u{05}.\r")
        #expect(run.inputs(count: 1) == [.line(".우유.")])
        terminal.type("\u{04}")
        _ = run.finish()
    }

    @Test func editingMayBeSwitchedOff() throws {
        let path = FileManager.default.temporaryDirectory.path + "/dami-editrc3-\(getpid())"
        try "edit off\n".write(toFile: path, atomically: true, encoding: .utf8)
        defer { unlink(path) }
        let terminal = try PseudoTerminal()
        let run = EditorRun(terminal, environment: ["EDITRC": path])
        terminal.expect(line: "❯", column: 2)
        terminal.type("우유\n")
        #expect(run.inputs(count: 1) == [.line("우유")])
        terminal.expect("the terminal echoes") { $0.lines.first == "❯ 우유" }
        terminal.type("\u{04}")
        _ = run.finish()
    }

    @Test func colourIsInThePromptAloneAndTakesNoColumn() throws {
        let terminal = try PseudoTerminal(columns: 20, rows: 6)
        let run = EditorRun(terminal, prompt: Prompt(text: "여성 · 2 ❯ ", colouredCount: 6))
        terminal.expect(line: "여성 · 2 ❯", column: 11)
        #expect(String(decoding: terminal.output, as: UTF8.self).contains("\u{1B}[36m여"))
        terminal.type("가나다라마")
        terminal.expect(lines: ["여성 · 2 ❯ 가나다라", "마"])
        terminal.type("\u{15}\u{04}")
        #expect(run.finish() == [.endOfInput])
    }

    @Test func aDumbTerminalSeesNoEscape() throws {
        let terminal = try PseudoTerminal()
        let run = EditorRun(terminal, term: "dumb", prompt: Prompt(text: "2 > ", colouredCount: 1))
        terminal.expect(line: "2 >", column: 4)
        terminal.type("우유\u{7F}\u{02}가\r\u{04}")
        #expect(run.finish() == [.line("가우"), .endOfInput])
        terminal.expect("done") { $0.lines.count > 0 }
        #expect(!terminal.output.contains(0x1B))
    }
}
