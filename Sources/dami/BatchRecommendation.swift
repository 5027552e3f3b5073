import Features
import Foundation
import Recommender
import Shop

/// `recommend --batch`: lines in, lines out, in the same order, as they come.
///
/// What has been read is cut into lines and answered by all threads at once before more is read: a caller that sends one
/// line and waits gets its answer, and one that sends a million is served at full speed in constant memory.
struct BatchRecommendation {
    let recommender: any Recommending
    let customers: ContextLine.CustomerLookup?
    let threads: Int

    /// Lines answered by one thread in one go.
    private static let grain = 64
    /// The longest line that is read, in bytes.
    static let lineLimit = 16 << 20

    func run(input: Int32 = STDIN_FILENO, output: Int32 = STDOUT_FILENO) throws {
        var rest: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 20)
        var skipping = false
        while true {
            let count = read(input, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            if skipping {
                guard let end = chunk[..<count].firstIndex(of: UInt8(ascii: "\n")) else { continue }
                skipping = false
                rest = Array(chunk[(end + 1)..<count])
            } else {
                rest.append(contentsOf: chunk[..<count])
            }
            if let end = rest.lastIndex(of: UInt8(ascii: "\n")) {
                try answer(rest[..<end], to: output)
                rest.removeSubrange(...end)
            }
            if rest.count > Self.lineLimit {
                let failure = ContextLine.Failure(
                    code: .badRequest, message: "the line is longer than \(Self.lineLimit) bytes")
                try StandardOutput.write(Array((ContextLine.answer(failure) + "\n").utf8), to: output)
                rest = []
                skipping = true
            }
        }
        if !rest.isEmpty { try answer(rest[...], to: output) }
    }

    private func answer(_ bytes: ArraySlice<UInt8>, to output: Int32) throws {
        let lines = bytes.split(separator: UInt8(ascii: "\n"))
        let chunks = (lines.count + Self.grain - 1) / Self.grain
        nonisolated(unsafe) let answers = UnsafeMutablePointer<String>.allocate(capacity: max(1, chunks))
        answers.initialize(repeating: "", count: chunks)
        defer {
            answers.deinitialize(count: chunks)
            answers.deallocate()
        }
        parallelForEach(count: chunks, threads: threads) { index in
            var text = ""
            for line in lines[index * Self.grain..<min(lines.count, (index + 1) * Self.grain)] {
                guard let answer = answer(to: line) else { continue }
                text += answer
                text += "\n"
            }
            answers[index] = text
        }
        for index in 0..<chunks { try StandardOutput.write(Array(answers[index].utf8), to: output) }
    }

    /// The answer to a line; `nil` for a blank one.
    func answer(to bytes: ArraySlice<UInt8>) -> String? {
        if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { return nil }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            return ContextLine.answer(.init(code: .notUTF8, message: "the line is not UTF-8"))
        }
        do {
            let line = try ContextLine(parsing: text, catalog: recommender.catalog, customers: customers)
            let list = recommender.recommend(for: line.context, options: line.options)
            return line.answer(list, catalog: recommender.catalog)
        } catch {
            return ContextLine.answer(error)
        }
    }
}
