import Dialogue
import Foundation
import Testing

@testable import Terminal

/// The whole REPL in a pseudo-terminal; in the same suite's turn, for it takes the process's signals, too.
extension LineEditorTests {
    /// Runs a chat in the terminal on a thread of its own.
    private func chat(
        in terminal: PseudoTerminal, environment: [String: String] = [:], history: HistoryFile, opening: Bool = false,
        customer: String? = nil
    ) -> Task<Int32, any Error> {
        let descriptor = terminal.near
        setenv("TERM", "xterm-256color", 1)
        unsetenv("EDITRC")
        let capabilities = TerminalCapabilities(
            isTerminal: true, environment: ["TERM": "xterm-256color"].merging(environment) { $1 })
        // Not a task: the threads of tasks may all be busy with other tests.
        let (statuses, continuation) = AsyncThrowingStream<Int32, any Error>.makeStream()
        Thread.detachNewThread {
            var conversation = Conversation(id: "c", role: .customer)
            conversation.customer = customer
            var engine = ChatEngine(assistant: ParrotAssistant(), conversation: conversation)
            let first = opening ? engine.answer(.acts([.greet])) : nil
            do {
                let chat = try TerminalChat(
                    engine: engine, history: history, input: descriptor, output: descriptor, capabilities: capabilities)
                continuation.yield(chat.run(opening: first))
                continuation.finish()
            } catch {
                continuation.finish(throwing: error)
            }
        }
        return Task {
            for try await status in statuses { return status }
            throw CancellationError()
        }
    }

    private func temporaryHistory() -> HistoryFile {
        HistoryFile(path: FileManager.default.temporaryDirectory.path + "/dami-chat-\(UUID().uuidString)/history")
    }

    @Test func aConversationLooksRight() async throws {
        let terminal = try PseudoTerminal(columns: 60, rows: 20)
        let history = temporaryHistory()
        let running = chat(in: terminal, environment: ["NO_COLOR": "1"], history: history, opening: true)
        terminal.expect(line: "❯", column: 2)
        terminal.type("30대 여자야\r")
        terminal.expect(line: "30대 여성 ❯")
        terminal.type("우\t\r")
        terminal.expect(line: "30대 여성 · 1 ❯")
        terminal.type("바디\t")
        terminal.expect("candidates") { $0.lines.contains("바디 로션  바디워시") && $0.currentLine == "30대 여성 · 1 ❯ 바디" }
        terminal.type("워\t\u{15}/quit\r")
        #expect(try await running.value == 0)
        terminal.expect(lines: [
            "‘greet’라고 하셨어요.", "도움말 /help · 완성 Tab · 찾기 Ctrl-R · 끝내기 Ctrl-D", "❯ 30대 여자야",
            "‘30대 여자야’라고 하셨어요.", "30대 여성 ❯ 우유", "‘우유’라고 하셨어요.", "30대 여성 · 1 ❯ 바디",
            "바디 로션  바디워시", "30대 여성 · 1 ❯ /quit", "안녕히 가세요.",
        ])
        #expect(!String(decoding: terminal.output, as: UTF8.self).contains("m"), "no colour with NO_COLOR")
        #expect(try history.load() == ["30대 여자야", "우유", "/quit"])
        #expect(terminal.screen.unknown == [])
    }

    @Test func whatACustomerTypedLeavesTheHistoryWithThem() async throws {
        let terminal = try PseudoTerminal()
        let history = temporaryHistory()
        try history.append("어제")
        let running = chat(in: terminal, history: history)
        func say(_ line: String, prompt: String) {
            terminal.type(line + "\r")
            terminal.expect("answered \(line)") { $0.lines.suffix(2) == ["‘\(line)’라고 하셨어요.", prompt] }
        }
        terminal.expect(line: "❯", column: 2)
        say("추천", prompt: "❯")
        say("로그인", prompt: "7 ❯")
        say("우유", prompt: "7 · 1 ❯")
        #expect(try history.load() == ["어제", "추천", "로그인", "우유"])
        say("남으로 로그인", prompt: "8 · 1 ❯")
        #expect(try history.load() == ["어제", "추천"], "the next customer finds nothing of the one before")
        say("샴푸", prompt: "8 · 1 ❯")
        say("로그아웃", prompt: "1 ❯")
        #expect(try history.load() == ["어제", "추천"])
        terminal.type("\u{1B}[A")
        terminal.expect(line: "1 ❯ 추천")
        terminal.type("\u{1B}[A")
        terminal.expect(line: "1 ❯ 어제")
        terminal.type("\u{1B}[B\u{1B}[B")
        terminal.expect(line: "1 ❯")
        terminal.type("\u{12}샴")
        terminal.expect("not found") { $0.currentLine.hasPrefix("없음 ‘샴’") }
        terminal.type("\u{07}")
        terminal.expect(line: "1 ❯")
        say("다시", prompt: "1 ❯")
        terminal.type("/quit\r")
        #expect(try await running.value == 0)
        #expect(try history.load() == ["어제", "추천", "다시", "/quit"])
    }

    @Test func whoWasLoggedInFromTheStartLeavesNothingEither() async throws {
        let terminal = try PseudoTerminal()
        let history = temporaryHistory()
        try history.append("어제")
        let running = chat(in: terminal, history: history, customer: "7")
        terminal.expect(line: "7 ❯")
        terminal.type("추천\r로그아웃\r")
        terminal.expect(line: "❯", column: 2)
        terminal.type("\u{04}")
        #expect(try await running.value == 0)
        #expect(try history.load() == ["어제"])
    }

    @Test func controlCTwiceLeavesButNotWithALineBetween() async throws {
        let terminal = try PseudoTerminal()
        let running = chat(in: terminal, history: temporaryHistory())
        terminal.expect(line: "❯", column: 2)
        terminal.type("우유")
        terminal.expect(line: "❯ 우유")
        kill(getpid(), SIGINT)
        terminal.expect(line: "❯", column: 2)
        terminal.type("추천\r")
        terminal.expect("answered") { $0.lines.dropLast().last == "‘추천’라고 하셨어요." }
        kill(getpid(), SIGINT)
        terminal.expect("told how to leave") { $0.lines.dropLast().last == "한 번 더 Ctrl-C를 누르면 끝납니다." }
        kill(getpid(), SIGINT)
        #expect(try await running.value == 130)
        #expect(terminal.isCooked)
    }

    @Test(arguments: [(SIGTERM, Int32(143)), (SIGHUP, Int32(129))])
    func aKillSavesAndLeaves(signal: Int32, status: Int32) async throws {
        let terminal = try PseudoTerminal()
        let history = temporaryHistory()
        let running = chat(in: terminal, history: history)
        terminal.expect(line: "❯", column: 2)
        terminal.type("우유\r")
        terminal.expect(line: "1 ❯")
        kill(getpid(), signal)
        #expect(try await running.value == status)
        #expect(try history.load() == ["우유"])
        #expect(terminal.isCooked)
    }

    @Test func repliesFitANarrowWindow() async throws {
        let terminal = try PseudoTerminal(columns: 20, rows: 10)
        let running = chat(in: terminal, history: temporaryHistory())
        terminal.expect(line: "❯", column: 2)
        terminal.type("길게\r")
        terminal.expect(lines: ["❯ 길게", "아주 긴 대답이 한", "  줄에", "또 한 줄", "❯"])
        terminal.type("\u{04}")
        #expect(try await running.value == 0)
    }
}
