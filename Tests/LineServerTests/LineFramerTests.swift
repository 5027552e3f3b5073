import NIOCore
import TestSupport
import Testing

@testable import LineServer

@Suite("Lines are cut from bytes however these come")
struct LineFramerTests {
    /// What a frame says, for comparison.
    private func frames(of chunks: [[UInt8]], limit: Int) -> [String] {
        var framer = LineFramer(limit: limit)
        var result: [String] = []
        for chunk in chunks {
            framer.append(ByteBuffer(bytes: chunk))
            while let frame = framer.next() {
                switch frame {
                case .line(let bytes): result.append(String(decoding: bytes.readableBytesView, as: UTF8.self))
                case .tooLong(let byte): result.append("too long \(byte)")
                }
            }
        }
        return result
    }

    @Test("LF and CRLF end a line, and are no part of it")
    func lineEnds() {
        #expect(frames(of: [Array("a\r\nb\n\n\r\nc\r\r\nd".utf8)], limit: 9) == ["a", "b", "", "", "c\r"])
    }

    @Test("A line of exactly the limit passes, whichever end it has", arguments: ["\n", "\r\n"])
    func limit(end: String) {
        #expect(frames(of: [Array(("12345678" + end).utf8)], limit: 8) == ["12345678"])
        #expect(frames(of: [Array(("123456789" + end).utf8)], limit: 8) == ["too long 49"])
        // Byte by byte, the CR of a fitting line must not look like its ninth byte.
        #expect(frames(of: Array(("12345678" + end).utf8).map { [$0] }, limit: 8) == ["12345678"])
    }

    @Test("A line that is too long is reported once, at once, and the next line is read")
    func tooLong() {
        var framer = LineFramer(limit: 4)
        framer.append(ByteBuffer(string: "{2345"))
        #expect(framer.next() == .tooLong(firstByte: UInt8(ascii: "{")))
        #expect(framer.pendingBytes == 0)
        framer.append(ByteBuffer(string: String(repeating: "x", count: 1000)))
        #expect(framer.next() == nil)
        #expect(framer.pendingBytes == 0)
        framer.append(ByteBuffer(string: "x\nok\n"))
        #expect(framer.next() == .line(ByteBuffer(string: "ok")))
        #expect(framer.next() == nil)
    }

    @Test("How the bytes are cut into reads makes no difference", arguments: 0..<50)
    func chopping(seed: Int) {
        var random = SplitMix(state: UInt64(seed))
        let alphabet = Array("ab\r\n{\n우".utf8)
        let bytes = (0..<400).map { _ in alphabet.randomElement(using: &random)! }
        var chunks: [[UInt8]] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Int.random(in: 1...9, using: &random)
            chunks.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        #expect(frames(of: chunks, limit: 12) == frames(of: [bytes], limit: 12))
        #expect(frames(of: bytes.map { [$0] }, limit: 12) == frames(of: [bytes], limit: 12))
    }

    @Test("A connection that waits holds no memory")
    func memory() {
        var framer = LineFramer(limit: 1 << 20)
        framer.append(ByteBuffer(string: String(repeating: "x", count: 500_000)))
        #expect(framer.next() == nil)
        framer.append(ByteBuffer(string: "\n"))
        #expect(framer.next() != nil)
        #expect(framer.pendingBytes == 0)
    }
}
