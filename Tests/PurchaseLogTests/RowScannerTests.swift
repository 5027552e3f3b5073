import Foundation
import TestSupport
import Testing

@testable import PurchaseLog

@Suite("Rows of a CSV")
struct RowScannerTests {
    /// All rows of a text, read from front to back.
    static func rows(_ text: String, columns: Int) -> [[String]] {
        let bytes = Array(text.utf8)
        return bytes.withUnsafeBytes { bytes in
            let fields = UnsafeMutableBufferPointer<Field>.allocate(capacity: 16)
            defer { fields.deallocate() }
            var scanner = RowScanner(bytes: bytes, from: 0, to: bytes.count, columnCount: columns, fields: fields)
            var rows: [[String]] = []
            while scanner.next() {
                rows.append(
                    (0..<min(scanner.fieldCount, fields.count)).map { index in
                        let field = scanner[index]
                        let text = String(decoding: bytes[field.start..<field.end], as: UTF8.self)
                        return field.hasEscapes ? text.replacingOccurrences(of: "\"\"", with: "\"") : text
                    })
            }
            return rows
        }
    }

    @Test(
        "fields are split as RFC 4180 says",
        arguments: [
            ("a,b\n", [["a", "b"]]),
            ("a,b", [["a", "b"]]),
            ("a,b\r\nc,d\r\n", [["a", "b"], ["c", "d"]]),
            ("\"a\",\"b,c\"\n", [["a", "b,c"]]),
            ("\"a\"\"b\",c\n", [["a\"b", "c"]]),
            ("\"two\nlines\",c\n", [["two\nlines", "c"]]),
            (",\n", [["", ""]]),
            ("\"\",\"\"\r\n", [["", ""]]),
            ("a,\"b\"", [["a", "b"]]),
            ("\n\r\na,b\n\n", [["a", "b"]]),
            ("", []),
        ])
    func splitsByTheStandard(text: String, expected: [[String]]) {
        #expect(Self.rows(text, columns: 2) == expected)
    }

    @Test(
        "what is not RFC 4180 does as little harm as possible",
        arguments: [
            // A quote within a field is a character.
            ("27\" TV,b\n", [["27\" TV", "b"]]),
            // A closing quote that something follows closes nothing.
            ("\"27\" TV,b\n", [["\"27\" TV", "b"]]),
            // A quote that is never closed does not swallow the next row.
            ("\"open,b\nc,d\n", [["\"open", "b"], ["c", "d"]]),
            ("\"open,b\nc,\"d\"\n", [["\"open", "b"], ["c", "d"]]),
            ("a,\"open\nc,d\n", [["a", "\"open"], ["c", "d"]]),
            // More fields than columns are counted.
            ("a,b,c\n", [["a", "b", "c"]]),
            ("a\rb,c\n", [["a\rb", "c"]]),
        ])
    func toleratesStrayQuotes(text: String, expected: [[String]]) {
        #expect(Self.rows(text, columns: 2) == expected)
    }

    @Test("what a writer of RFC 4180 wrote is read as it was", arguments: 0..<200)
    func readsWhatIsWritten(seed: UInt64) {
        var random = SplitMix(state: seed)
        let columns = Int.random(in: 2...6, using: &random)
        let alphabet = ["a", "가", ",", "\"", "\n", "\r\n", " ", "7", "\"\""]
        let table = (0..<Int.random(in: 1...20, using: &random)).map { _ in
            (0..<columns).map { _ in
                (0..<Int.random(in: 0...5, using: &random)).map { _ in alphabet.randomElement(using: &random)! }
                    .joined()
            }
        }
        let end = Bool.random(using: &random) ? "\n" : "\r\n"
        let text = table.map { row in
            row.map { "\"" + $0.replacingOccurrences(of: "\"", with: "\"\"") + "\"" }.joined(separator: ",") + end
        }.joined()
        #expect(Self.rows(text, columns: columns) == table)
    }

    @Test("cutting a file into chunks changes nothing", arguments: 0..<150)
    func chunksDoNotMatter(seed: UInt64) throws {
        var random = SplitMix(state: seed)
        let pieces = ["a", ",", "\n", "\"", "\"\"", "\r\n", "b,c\n", "\"x\ny\",z\n", "\"open,", "가"]
        var text = "A,B\n"
        for _ in 0..<Int.random(in: 1...120, using: &random) { text += pieces.randomElement(using: &random)! }
        let file = FileManager.default.temporaryDirectory.path + "/dami-chunks-\(UUID().uuidString)"
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        defer { try? FileManager.default.removeItem(atPath: file) }
        let log = try LogBytes(path: file)
        func read(_ chunkSize: Int) throws -> ([String], [Int]) {
            let reader = try LogReader(log, required: ["A", "B"], chunkSize: chunkSize)
            let (parts, tally) = reader.read(
                make: { _ in [String]() },
                row: { part, row in
                    part.append(
                        String(decoding: row.bytes(0).buffer, as: UTF8.self) + "|"
                            + String(decoding: row.bytes(1).buffer, as: UTF8.self))
                    return nil
                }, advanced: { _, _ in })
            return (parts.flatMap { $0 }, tally.rejected.map(\.offset))
        }
        let whole = try read(1 << 20)
        for chunkSize in [1, 2, 3, 7, 20, 64] {
            let chunked = try read(chunkSize)
            #expect(chunked.0 == whole.0, "chunks of \(chunkSize) bytes")
            #expect(chunked.1 == whole.1)
        }
    }
}
