import Dialogue
import Foundation
import Shop

/// `dami chat` where it is not talked to at a terminal: lines in, replies out, no prompt and no escape code.
///
/// Replies of more than one line stand apart by an empty line; with JSON there is one line for each. Every line is
/// answered before the next is read, so a program may talk with it through a pair of pipes.
struct PipedChat {
    /// The longest line that is read, in bytes; the rest of a longer one is skipped.
    static let lineLimit = 65_536

    var engine: ChatEngine

    /// Answers all lines.
    ///
    /// - Returns: the exit status: 1 if a line was answered with an error, or an answer could not be written; else 0.
    mutating func run(input: Int32 = STDIN_FILENO, output: Int32 = STDOUT_FILENO) -> Int32 {
        var reader = LineReader(descriptor: input, limit: Self.lineLimit)
        var status: Int32 = 0
        var isFirst = true
        while let line = reader.next() {
            guard let answer = answer(line) else { continue }
            if answer.kind == .error { status = 1 }
            let separator = isFirst || engine.printsJSON ? "" : "\n"
            isFirst = false
            guard Descriptor.write("\(separator)\(answer.text)\n", to: output) else {
                // A reader that has heard enough is no failure of ours; a full disk is one.
                let reason = errno
                guard reason != EPIPE else { break }
                let text = String(cString: strerror(reason))
                Descriptor.write("dami: stdout: cannot be written: \(text)\n", to: STDERR_FILENO)
                return 1
            }
            if answer.isLast { break }
        }
        return status
    }

    private mutating func answer(_ line: LineReader.Line) -> ChatEngine.Answer? {
        switch line {
        case .text(let text): text.isBlank ? nil : engine.answer(.text(text))
        case .tooLong: engine.refuse(.lineTooLong, engine.texts.lineTooLong(limit: Self.lineLimit))
        case .notUTF8: engine.refuse(.notUTF8, engine.texts.notUTF8)
        }
    }
}

/// Lines of a descriptor, as they come: ended by LF or CRLF, or by the end of the file.
struct LineReader {
    enum Line: Equatable {
        case text(String)
        case tooLong
        case notUTF8
    }

    private let descriptor: Int32
    private let limit: Int
    private var bytes: [UInt8] = []
    private var position = 0
    private var isAtEnd = false
    private var isSkipping = false

    init(descriptor: Int32, limit: Int) {
        self.descriptor = descriptor
        self.limit = limit
    }

    mutating func next() -> Line? {
        while true {
            if let end = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) {
                let line = bytes[position..<end]
                position = end + 1
                if let line = take(line) { return line }
            } else if bytes.count - position > limit {
                // Only its end is still of interest.
                isSkipping = true
                bytes.removeAll(keepingCapacity: true)
                position = 0
            } else if isAtEnd {
                guard position < bytes.count || isSkipping else { return nil }
                let line = bytes[position...]
                position = bytes.count
                return take(line)
            } else {
                fill()
            }
        }
    }

    private mutating func take(_ line: ArraySlice<UInt8>) -> Line? {
        if isSkipping || line.count > limit {
            isSkipping = false
            return .tooLong
        }
        let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
        return String(validating: line, as: UTF8.self).map { .text($0) } ?? .notUTF8
    }

    private mutating func fill() {
        bytes.removeSubrange(..<position)
        position = 0
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = read(descriptor, &chunk, chunk.count)
        if count > 0 {
            bytes += chunk[..<count]
        } else if count == 0 || (errno != EINTR && errno != EAGAIN) {
            isAtEnd = true
        }
    }
}
