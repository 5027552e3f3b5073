import CEdit
import Foundation
import Shop

/// A line read at a terminal, edited with libedit: Hangul, history, completion, and signals taken as input.
///
///     let editor = try LineEditor(name: "dami", history: lines)
///     defer { editor.close() }
///     switch editor.readLine(prompt: Prompt(text: "❯ ")) {
///     case .line(let line): …
///     case .interrupted: …                    // Ctrl-C
///     case .endOfInput: …                     // Ctrl-D, or the terminal is gone
///     case .terminated(let signal): …         // SIGTERM, SIGHUP
///     }
///
/// libedit edits, and a ``Picture`` is drawn of what it holds whenever there is no key to be had at once: so the screen
/// is right for wide characters, and a pasted page is not drawn letter by letter.
///
/// All keys pass through ``nextKey()``, which waits for the keyboard and for signals at once. No signal handler does
/// more than note the signal, so a resize, Ctrl-Z or a kill never meets libedit halfway through its work.
///
/// One editor at a time in a process, used by one thread: the terminal and the signals are the process's own.
final class LineEditor {
    /// What ended a line.
    enum Input: Equatable {
        /// Without its line feed.
        case line(String)
        case interrupted
        case endOfInput
        case terminated(signal: Int32)
    }

    enum Failure: ReportableError {
        case noMemory
        case noUTF8Locale

        var message: String {
            switch self {
            case .noMemory: "not enough memory to edit lines"
            case .noUTF8Locale:
                "this machine has no UTF-8 locale to edit Hangul in; install one (C.UTF-8), or pipe lines into dami chat"
            }
        }
    }

    /// What Tab does; without it, Tab beeps.
    var complete: ((_ line: String, _ cursor: Int) -> Completion?)?
    /// What stands below a list of candidates that does not fit the window.
    var moreCandidates: (Int) -> String = { "(+\($0))" }
    /// What stands before the line while the history is searched.
    var searchPrompt: (_ query: String, _ found: Bool) -> String = { query, found in
        found ? "search '\(query)': " : "not found '\(query)': "
    }

    let input: Int32
    let output: Int32
    let capabilities: TerminalCapabilities
    var editor: OpaquePointer?
    let signals: Int32
    private var decoder = KeyDecoder()
    private var lines: [String]
    private var ending: Input?
    private var isOpen = true

    private var prompt = Prompt(text: "")
    /// What is on the screen; `nil` where nothing is yet.
    private var shown: Picture?
    /// What it was drawn of.
    private var drawn: (prompt: Prompt, line: [Unicode.Scalar], cursor: Int) = (Prompt(text: ""), [], 0)
    /// Whether the cursor can be moved by escape sequences.
    private var movesCursor = false
    private var inputEnded = false

    private var search: HistorySearch?
    private var pendingLine: (text: String, cursor: Int)?
    private var replayedKey: Unicode.Scalar?

    /// - Parameters:
    ///   - name: the program's name, which lines of `~/.editrc` may begin with.
    ///   - history: the lines that the arrow keys recall, oldest first.
    init(
        name: String, history: [String] = [], historySize: Int = 1000, input: Int32 = STDIN_FILENO,
        output: Int32 = STDOUT_FILENO, capabilities: TerminalCapabilities? = nil
    ) throws(Failure) {
        guard cedit_use_utf8() else { throw .noUTF8Locale }
        self.input = input
        self.output = output
        self.capabilities = capabilities ?? TerminalCapabilities(descriptor: output)
        lines = history
        signals = Self.takenSignals.withUnsafeBufferPointer { cedit_take_signals($0.baseAddress, $0.count) }
        Self.farewell(self.capabilities).withCString { farewell in
            // Lives as long as the process: it is read when the process dies.
            cedit_guard_terminal(input, strdup(farewell))
        }
        editor = cedit_open(name, input, output, callbacks, Int32(historySize))
        guard editor != nil else {
            cedit_forget_terminal()
            cedit_release_signals()
            throw .noMemory
        }
        movesCursor = self.capabilities.mayEscape && cedit_has_ansi_cursor(editor)
        for line in history { Self.withWide(line) { cedit_remember(editor, $0) } }
        beginBracketedPaste()
    }

    deinit { close() }

    /// Puts the terminal and the signals back.
    func close() {
        guard isOpen else { return }
        isOpen = false
        cedit_close(editor)
        editor = nil
        cedit_restore_terminal()
        cedit_forget_terminal()
        cedit_release_signals()
    }

    /// Shows the prompt and reads a line.
    func readLine(prompt: Prompt) -> Input {
        self.prompt = prompt
        ending = nil
        search = nil
        shown = nil
        if !cedit_is_editing(editor) { write(prompt.text) }
        var text: UnsafePointer<wchar_t>?
        let count = cedit_read_line(editor, &text)
        if let ending { return ending }
        guard count > 0, let text else {
            draw()
            leaveLine()
            return .endOfInput
        }
        var scalars = UnsafeBufferPointer(start: text, count: Int(count)).map(Self.scalar)
        while scalars.last == "\n" || scalars.last == "\r" { scalars.removeLast() }
        search = nil
        draw(scalars, cursor: scalars.count)
        leaveLine()
        return .line(String(String.UnicodeScalarView(scalars)))
    }

    /// Adds a line to what the arrow keys and Ctrl-R find.
    func remember(_ line: String) {
        lines.append(line)
        Self.withWide(line) { cedit_remember(editor, $0) }
    }

    /// How many lines the arrow keys and Ctrl-R find.
    var rememberedCount: Int { lines.count }

    /// Forgets the lines remembered since there were `count` of them.
    func forgetLines(from count: Int) {
        guard count < lines.count else { return }
        lines.removeSubrange(max(0, count)...)
        cedit_forget_lines(editor)
        for line in lines { Self.withWide(line) { cedit_remember(editor, $0) } }
    }

    /// Writes to the terminal, past libedit.
    func write(_ text: String) {
        Descriptor.write(text, to: output)
    }

    // MARK: - Keys

    /// The next key for libedit, or `nil` where the line ends without one: ``ending`` says why.
    private func nextKey() -> Unicode.Scalar? {
        if let key = replayedKey {
            replayedKey = nil
            return key
        }
        while true {
            switch takeSignals() {
            case .goOn: break
            case .redrawn: continue
            case .end(let reason):
                ending = reason
                return nil
            }
            switch decoder.next() {
            case .key(let key):
                guard search != nil else { return key }
                searchStep(key)
                return Self.applyKey
            case .empty:
                if !wait(milliseconds: 0), !inputEnded {
                    draw()
                    wait(milliseconds: -1)
                }
            case .incomplete(isEscape: true):
                // A terminal sends the whole sequence at once; a person who presses Esc sends no more.
                if !wait(milliseconds: 30), !inputEnded, case .key(let key) = decoder.next(isFinal: true) {
                    guard search != nil else { return key }
                    searchStep(key)
                    return Self.applyKey
                }
            case .incomplete(isEscape: false):
                wait(milliseconds: -1)
            }
        }
    }

    /// Waits for keys or signals, and takes the keys in. Returns whether keys came.
    @discardableResult
    private func wait(milliseconds: Int32) -> Bool {
        var watched = [
            pollfd(fd: input, events: Int16(POLLIN), revents: 0),
            pollfd(fd: signals, events: Int16(POLLIN), revents: 0),
        ]
        guard poll(&watched, nfds_t(watched.count), milliseconds) > 0, watched[0].revents != 0 else { return false }
        var chunk = [UInt8](repeating: 0, count: 4096)
        let count = read(input, &chunk, chunk.count)
        if count > 0 {
            decoder.append(chunk[..<count])
            return true
        }
        if count < 0, errno == EINTR || errno == EAGAIN { return false }
        // The terminal is gone.
        inputEnded = true
        return false
    }

    private enum SignalStep {
        case goOn, redrawn
        case end(Input)
    }

    private func takeSignals() -> SignalStep {
        var isRedrawn = false
        while let signal = nextSignal() {
            switch signal {
            case SIGINT:
                decoder.removeAll()
                draw()
                leaveLine(mark: "^C")
                return .end(.interrupted)
            case SIGTERM, SIGHUP:
                draw()
                leaveLine()
                return .end(.terminated(signal: signal))
            case SIGTSTP:
                suspend()
                isRedrawn = true
            case SIGCONT:
                resume()
                isRedrawn = true
            case SIGWINCH:
                resize()
                isRedrawn = true
            default: break
            }
        }
        if inputEnded { return .end(.endOfInput) }
        return isRedrawn ? .redrawn : .goOn
    }

    private func nextSignal() -> Int32? {
        var byte: UInt8 = 0
        return read(signals, &byte, 1) == 1 ? Int32(byte) : nil
    }

    private static let takenSignals: [Int32] = [SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGCONT, SIGWINCH]
    private static let applyKey = Unicode.Scalar(UInt32(cedit_apply_key))!

    // MARK: - Leaving and coming back

    /// Ends the picture as it is drawn: the cursor goes to the first column of the row below it.
    func leaveLine(mark: String = "") {
        defer { shown = nil }
        guard cedit_is_editing(editor) else { return write(mark.isEmpty ? "" : mark + "\r\n") }
        let end = movesCursor ? shown?.moveToEnd() : shown.map { "\r" + $0.rows[0] }
        write((end ?? "") + mark + "\r\n")
    }

    /// Ctrl-Z: hands the terminal back as it was, stops, and draws the line anew once the process goes on.
    private func suspend() {
        draw()
        leaveLine()
        cedit_restore_terminal()
        cedit_stop_process()
        // Continuing sent SIGCONT, too; the line is drawn once. What else came meanwhile comes again.
        var others: [Int32] = []
        while let signal = nextSignal() {
            if ![SIGCONT, SIGWINCH, SIGTSTP].contains(signal) { others.append(signal) }
        }
        for signal in others { kill(getpid(), signal) }
        resume()
    }

    private func resume() {
        guard cedit_is_editing(editor) else { return write(prompt.text) }
        cedit_enter_editing(editor)
        beginBracketedPaste()
        shown = nil
    }

    /// The window's size changed: nearly all terminals have wrapped the rows anew by now, so the prompt's first row is
    /// as far above the cursor as the text needs rows at the new width.
    private func resize() {
        guard movesCursor, shown != nil, cedit_is_editing(editor) else { return }
        let rewrapped = picture(drawn.prompt, drawn.line, drawn.cursor)
        write(rewrapped.moveToStart() + "\r\u{1B}[J")
        shown = nil
    }

    /// Ctrl-L.
    private func clear() -> UInt8 {
        if movesCursor { write("\u{1B}[H\u{1B}[2J") }
        shown = nil
        return UInt8(cedit_refresh_line)
    }

    // MARK: - Drawing

    func draw() {
        let (line, cursor) = currentLine()
        draw(line, cursor: cursor)
    }

    private func draw(_ line: [Unicode.Scalar], cursor: Int) {
        guard cedit_is_editing(editor) else { return }
        let prompt = search.map { Prompt(text: searchPrompt($0.query, !$0.hasFailed)) } ?? prompt
        let picture = picture(prompt, line, cursor)
        guard picture != shown else { return }
        if !movesCursor {
            write(picture.drawingPlainly(over: shown?.lastColumn ?? 0))
        } else if let shown {
            write(picture.drawing(over: shown, colour: capabilities.mayColour))
        } else {
            write("\r" + picture.drawing(colour: capabilities.mayColour))
        }
        shown = picture
        drawn = (prompt, line, cursor)
    }

    private func picture(_ prompt: Prompt, _ line: [Unicode.Scalar], _ cursor: Int) -> Picture {
        let size = TerminalCapabilities.size(of: input) ?? (80, 24)
        return movesCursor
            ? Picture(prompt: prompt, line: line, cursor: cursor, columns: size.columns).cropped(toRows: size.rows)
            : Picture(oneRowOf: prompt, line: line, cursor: cursor, columns: size.columns)
    }

    private func beginBracketedPaste() {
        if capabilities.mayEscape, cedit_is_editing(editor) { write("\u{1B}[?2004h") }
    }

    private static func farewell(_ capabilities: TerminalCapabilities) -> String {
        capabilities.mayEscape ? "\u{1B}[?2004l" : ""
    }

    // MARK: - The line at hand

    /// The line's code points, and the cursor's place among them.
    func currentLine() -> (scalars: [Unicode.Scalar], cursor: Int) {
        var length = 0
        var cursor = 0
        guard let text = cedit_line(editor, &length, &cursor) else { return ([], 0) }
        return (UnsafeBufferPointer(start: text, count: length).map(Self.scalar), cursor)
    }

    // MARK: - Ctrl-R

    private func startSearch() -> UInt8 {
        let (scalars, _) = currentLine()
        search = HistorySearch(lines: lines, line: String(String.UnicodeScalarView(scalars)))
        return UInt8(cedit_refresh_line)
    }

    private func searchStep(_ key: Unicode.Scalar) {
        guard var search else { return }
        let outcome = search.handle(key)
        pendingLine = (search.match, search.cursor)
        switch outcome {
        case .show: self.search = search
        case .nothingFound:
            write("\u{07}")
            self.search = search
        case .accept(let key):
            // Esc begins a sequence, such as an arrow key's, only where more bytes are there.
            if key != "\u{1B}" || !decoder.isEmpty { replayedKey = key }
            self.search = nil
        case .cancel:
            pendingLine = (search.original, search.original.unicodeScalars.count)
            self.search = nil
        }
    }

    private func applyPendingLine() -> UInt8 {
        guard let (text, cursor) = pendingLine else { return UInt8(cedit_normal) }
        pendingLine = nil
        Self.withWide(text) { cedit_set_line(editor, $0, cursor) }
        return UInt8(cedit_refresh_line)
    }

    // MARK: - libedit's callbacks

    private var callbacks: cedit_callbacks {
        cedit_callbacks(
            owner: Unmanaged.passUnretained(self).toOpaque(),
            read_key: { owner, key in
                guard let scalar = LineEditor.from(owner).nextKey() else { return -1 }
                key?.pointee = wchar_t(scalar.value)
                return 1
            },
            complete: { owner in LineEditor.from(owner).completeLine() },
            search: { owner in LineEditor.from(owner).startSearch() },
            clear: { owner in LineEditor.from(owner).clear() },
            apply: { owner in LineEditor.from(owner).applyPendingLine() })
    }

    private static func from(_ owner: UnsafeMutableRawPointer?) -> LineEditor {
        guard let owner else { preconditionFailure("libedit called back without its owner") }
        return Unmanaged<LineEditor>.fromOpaque(owner).takeUnretainedValue()
    }

    static func withWide(_ text: String, _ body: (UnsafePointer<wchar_t>) -> Void) {
        let wide = text.unicodeScalars.map { wchar_t($0.value) } + [0]
        wide.withUnsafeBufferPointer { body($0.baseAddress!) }
    }

    private static func scalar(_ wide: wchar_t) -> Unicode.Scalar {
        Unicode.Scalar(UInt32(bitPattern: wide)) ?? "\u{FFFD}"
    }

}
