import Dialogue
import Foundation
import Shop

/// `dami chat` at a terminal: a prompt, a line, a reply, until somebody leaves.
final class TerminalChat {
    private var engine: ChatEngine
    private let history: HistoryFile
    private let editor: LineEditor
    private let isStaff: Bool
    private var visit: Visit?
    /// Made at the first Tab: a prompt need not wait for what may never be asked for.
    private lazy var completer = Completer(catalog: engine.assistant.catalog, isStaff: isStaff)

    /// What was typed while a customer is logged in, the login included: it leaves the history with them.
    private struct Visit {
        /// How many lines the editor remembered before.
        var remembered: Int
        /// The lines that this chat has added to the history's file since.
        var kept: [String] = []
    }

    init(
        engine: ChatEngine, history: HistoryFile, input: Int32 = STDIN_FILENO, output: Int32 = STDOUT_FILENO,
        capabilities: TerminalCapabilities? = nil
    ) throws {
        self.engine = engine
        self.history = history
        isStaff = engine.conversation.role.mayUseStaffCommands
        // A history that can't be read is one that begins now.
        let lines = (try? history.load()) ?? []
        editor = try LineEditor(
            name: "dami", history: lines, historySize: HistoryFile.limit, input: input, output: output,
            capabilities: capabilities)
        editor.complete = { [unowned self] line, cursor in
            completer.completion(
                of: line, cursor: cursor,
                cart: self.engine.conversation.cart.map(self.engine.assistant.catalog.name(of:)))
        }
        editor.moreCandidates = { [unowned self] in self.engine.texts.moreCandidates($0) }
        editor.searchPrompt = { [unowned self] in self.engine.texts.searchPrompt($0, isFound: $1) }
    }

    /// Talks until the end.
    ///
    /// - Parameter opening: what dami says first, if anything.
    /// - Returns: the exit status: 0, 130 after Ctrl-C twice, 128 and the signal's number after a signal.
    func run(opening: ChatEngine.Answer? = nil) -> Int32 {
        defer { editor.close() }
        if let opening {
            show(opening)
            if !engine.printsJSON {
                for row in TextLayout.wrapped(engine.texts.hint, width: max(20, columns)) { write(dim(row)) }
            }
        }
        if engine.conversation.customer != nil { visit = Visit(remembered: editor.rememberedCount) }
        var wasInterrupted = false
        while true {
            let prompt = ChatTexts.prompt(
                for: engine.conversation, showsUnicode: editor.capabilities.showsUnicode, columns: columns)
            switch editor.readLine(prompt: prompt) {
            case .line(let line):
                wasInterrupted = false
                guard line.contains(where: { !$0.isWhitespace }) else { continue }
                let answer = answer(line)
                show(answer)
                if answer.isLast { return 0 }
            case .interrupted:
                if wasInterrupted { return 130 }
                wasInterrupted = true
                write(dim(engine.texts.interruptAgain))
            case .endOfInput:
                return 0
            case .terminated(let signal):
                return 128 + signal
            }
        }
    }

    private func answer(_ line: String) -> ChatEngine.Answer {
        let before = engine.conversation.customer
        var started = Visit(remembered: editor.rememberedCount)
        // Before it is answered: should that go wrong, the line can be had back.
        started.kept = remember(line) ? [line] : []
        visit?.kept += started.kept
        let answer = engine.answer(.text(line))
        let customer = engine.conversation.customer
        guard customer != before else { return answer }
        if let visit {
            forget(visit)
            started = Visit(remembered: editor.rememberedCount)
        }
        visit = customer == nil ? nil : started
        return answer
    }

    /// - Returns: whether the line was added to the history's file.
    private func remember(_ line: String) -> Bool {
        guard HistoryFile.isKept(line) else { return false }
        editor.remember(line)
        // A home that can't be written is no reason to stop talking.
        return (try? history.append(line)) ?? false
    }

    private func forget(_ visit: Visit) {
        editor.forgetLines(from: visit.remembered)
        try? history.remove(visit.kept)
    }

    // MARK: - Showing

    private var columns: Int { TerminalCapabilities.size(of: editor.output)?.columns ?? TextLayout.width }

    private func show(_ answer: ChatEngine.Answer) {
        guard !engine.printsJSON, !engine.conversation.settings.printsJSON else { return write(answer.text) }
        let width = max(20, columns)
        for line in answer.text.split(separator: "\n") {
            for row in TextLayout.wrapped(String(line), width: width) {
                write(answer.kind == .error ? red(row) : row)
            }
        }
    }

    private func write(_ line: String) { editor.write(line + "\n") }

    private func dim(_ text: String) -> String { coloured(text, "\u{1B}[2m") }
    private func red(_ text: String) -> String { coloured(text, "\u{1B}[31m") }

    private func coloured(_ text: String, _ start: String) -> String {
        editor.capabilities.mayColour ? start + text + "\u{1B}[0m" : text
    }
}
