import Foundation
import Synchronization
import Testing

@testable import Terminal

/// A terminal to run an editor in: its far end, and the screen that a person would see.
final class PseudoTerminal {
    let near: Int32
    private let far: Int32
    private(set) var screen: Screen
    /// All bytes that came, for tests of what must never be written.
    private(set) var output: [UInt8] = []

    init(columns: Int = 80, rows: Int = 24) throws {
        var far: Int32 = -1
        var near: Int32 = -1
        var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        try #require(openpty(&far, &near, nil, nil, &size) == 0)
        self.far = far
        self.near = near
        screen = Screen(columns: columns, rows: rows)
    }

    deinit {
        close(far)
        close(near)
    }

    func type(_ text: String) {
        Descriptor.write(text, to: far)
    }

    /// Types on another thread: a terminal's input is a queue of a few kilobytes, so what is shown must be read
    /// meanwhile.
    func paste(_ text: String) {
        let far = far
        Thread.detachNewThread { Descriptor.write(text, to: far) }
    }

    func type(bytes: [UInt8]) {
        _ = bytes.withUnsafeBytes { write(far, $0.baseAddress, $0.count) }
    }

    /// Takes in what was written until the screen is as it should be; says what it shows otherwise.
    @discardableResult
    func expect(
        _ what: String, within seconds: Double = 4, sourceLocation: SourceLocation = #_sourceLocation,
        _ condition: (Screen) -> Bool
    ) -> Bool {
        let end = Date(timeIntervalSinceNow: seconds)
        while !condition(screen) {
            guard Date() < end else {
                Issue.record(
                    "\(what): the screen shows \(screen.lines), cursor in column \(screen.column); \(String(decoding: output.suffix(300), as: UTF8.self).debugDescription)",
                    sourceLocation: sourceLocation)
                return false
            }
            pump(milliseconds: 50)
        }
        return true
    }

    /// The line that the cursor is in, and the cursor's column.
    func expect(line: String, column: Int? = nil, sourceLocation: SourceLocation = #_sourceLocation) {
        expect("the line is \"\(line)\"", sourceLocation: sourceLocation) {
            $0.currentLine == line && (column == nil || $0.column == column)
        }
    }

    func expect(lines: [String], sourceLocation: SourceLocation = #_sourceLocation) {
        expect("the screen is \(lines)", sourceLocation: sourceLocation) { $0.lines == lines }
    }

    func resize(columns: Int, rows: Int) {
        pump(milliseconds: 0)
        var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        screen.resize(columns: columns, rows: rows)
        _ = ioctl(far, UInt(TIOCSWINSZ), &size)
        // The kernel tells the foreground group of a controlling terminal; this is not the test process's.
        kill(getpid(), SIGWINCH)
    }

    /// Whether the terminal echoes and takes whole lines, as a shell expects it.
    var isCooked: Bool {
        var state = termios()
        tcgetattr(near, &state)
        return state.c_lflag & tcflag_t(ICANON) != 0 && state.c_lflag & tcflag_t(ECHO) != 0
    }

    private func pump(milliseconds: Int32) {
        var watched = pollfd(fd: far, events: Int16(POLLIN), revents: 0)
        guard poll(&watched, 1, milliseconds) > 0 else { return }
        var chunk = [UInt8](repeating: 0, count: 65536)
        let count = read(far, &chunk, chunk.count)
        guard count > 0 else { return }
        output += chunk[..<count]
        screen.feed(chunk[..<count])
    }
}

/// An editor at work on a thread of its own, and what it has read.
final class EditorRun: @unchecked Sendable {
    private let condition = NSCondition()
    private var inputs: [LineEditor.Input] = []
    private var isOver = false

    /// Reads lines until the first that is none; the prompt is "❯ ".
    init(
        _ terminal: PseudoTerminal, term: String = "xterm-256color", environment: [String: String] = [:],
        history: [String] = [], prompt: Prompt = Prompt(text: "❯ "), stopsAtInterrupt: Bool = true,
        configure: @escaping @Sendable (LineEditor) -> Void = { _ in }
    ) {
        let descriptor = terminal.near
        setenv("TERM", term, 1)
        // libedit reads these itself.
        for name in ["LC_ALL", "LC_CTYPE", "LANG", "EDITRC", "NO_COLOR"] { unsetenv(name) }
        for (name, value) in environment { setenv(name, value, 1) }
        let all = ProcessInfo.processInfo.environment.merging(["TERM": term]) { $1 }
        Thread.detachNewThread { [self] in
            do {
                let editor = try LineEditor(
                    name: "dami", history: history, input: descriptor, output: descriptor,
                    capabilities: TerminalCapabilities(isTerminal: true, environment: all))
                configure(editor)
                reading: while true {
                    let input = editor.readLine(prompt: prompt)
                    if case .line(let line) = input { editor.remember(line) }
                    condition.withLock {
                        inputs.append(input)
                        condition.broadcast()
                    }
                    switch input {
                    case .line: continue
                    case .interrupted where !stopsAtInterrupt: continue
                    default: break reading
                    }
                }
                editor.close()
            } catch {
                Issue.record(error)
            }
            condition.withLock {
                isOver = true
                condition.broadcast()
            }
        }
    }

    /// All that was read, once `count` inputs are there or the editor is through.
    func inputs(count: Int, within seconds: Double = 20) -> [LineEditor.Input] {
        wait(seconds) { self.inputs.count >= count || self.isOver }
        return condition.withLock { inputs }
    }

    /// Waits for the editor to close.
    func finish(within seconds: Double = 20) -> [LineEditor.Input] {
        wait(seconds) { self.isOver }
        return condition.withLock { inputs }
    }

    private func wait(_ seconds: Double, until isTrue: () -> Bool) {
        let end = Date(timeIntervalSinceNow: seconds)
        condition.withLock {
            while !isTrue() { guard condition.wait(until: end) else { break } }
            if !isTrue() { Issue.record("the editor did not come to an end") }
        }
    }
}
