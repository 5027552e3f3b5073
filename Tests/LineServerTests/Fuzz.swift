import Foundation
import NIOCore
import TestSupport

@testable import LineServer

/// Makes what a client could send, right and wrong, and knows how many replies it must get.
struct Fuzz {
    var random: SplitMix
    private(set) var frames = 0

    /// In the suite as many as take a second; `DAMI_FUZZ_FRAMES=1000000` for the whole bar.
    static var frameCount: Int { ProcessInfo.processInfo.environment["DAMI_FUZZ_FRAMES"].flatMap { Int($0) } ?? 20_000 }

    init(state: UInt64) { random = SplitMix(state: state) }

    /// Some frames with their ends, and the number of requests among them.
    mutating func nextFrames(limit: Int) -> (bytes: [UInt8], requests: Int) {
        var bytes: [UInt8] = []
        var requests = 0
        for _ in 0..<Int.random(in: 1...40, using: &random) {
            var frame = frame(limit: limit).filter { $0 != 0x0A }
            if Bool.random(using: &random), frame.last != 0x0D { frame.append(0x0D) }
            frames += 1
            let content = frame.last == 0x0D ? frame.dropLast() : frame[...]
            if Self.isRequest(Array(content)) { requests += 1 }
            bytes += frame + [0x0A]
        }
        return (bytes, requests)
    }

    /// Whether a line gets a reply: all but those of white space do.
    private static func isRequest(_ line: [UInt8]) -> Bool {
        guard let text = String(validating: line, as: UTF8.self) else { return true }
        return !text.unicodeScalars.allSatisfy(\.properties.isWhitespace)
    }

    private mutating func frame(limit: Int) -> [UInt8] {
        switch Int.random(in: 0..<10, using: &random) {
        case 0:
            return (0..<Int.random(in: 0...30, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        case 1:
            return [UInt8](
                repeating: UInt8.random(in: 0x21...0x7E, using: &random),
                count: limit + Int.random(in: -1...50, using: &random))
        case 2:
            return (0..<Int.random(in: 0...4, using: &random)).map { _ in
                [0x20, 0x09, 0x0D].randomElement(using: &random)!
            }
        case 3: return Array("{\"id\":\(Int.random(in: 0...99, using: &random)),\"ping\":true}".utf8)
        case 4, 5: return mutated(Array(#"{"id":"a\u00e9","text":"30대 여자야 우유 담고 추천해줘","x":[1,{"y":null}]}"#.utf8))
        case 6: return mutated(Array(#"{"hello":{"token":"x","session":"s-1","language":"ko"},"id":{"a":[1]}}"#.utf8))
        case 7: return mutated(Array(#"{"acts":[{"act":"recommend","count":5}]}"#.utf8))
        case 8: return mutated(Array("우유랑 식빵 담아줘".utf8))
        default:
            return Array(
                ["추천해줘", "/cart", "hello", "{", "}", "{}", "\u{FEFF}", "\0", "\u{85}"].randomElement(using: &random)!
                    .utf8)
        }
    }

    /// A few bytes changed, dropped or doubled.
    private mutating func mutated(_ source: [UInt8]) -> [UInt8] {
        var bytes = source
        for _ in 0..<Int.random(in: 0...3, using: &random) where !bytes.isEmpty {
            let index = bytes.indices.randomElement(using: &random)!
            switch Int.random(in: 0..<3, using: &random) {
            case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.remove(at: index)
            default: bytes.insert(bytes[index], at: index)
            }
        }
        return bytes
    }

    /// The bytes as the network could deliver them.
    mutating func chunks(of bytes: [UInt8]) -> [[UInt8]] {
        var result: [[UInt8]] = []
        var rest = bytes[...]
        let most = [1, 7, 100, 5000].randomElement(using: &random)!
        while !rest.isEmpty {
            let count = Int.random(in: 1...most, using: &random)
            result.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        return result
    }

    static func answer(to ticket: LineConnection.Ticket) -> LineConnection.Answer {
        LineConnection.Answer(refusing: ProtocolError(.internal, "x"), form: ticket.form)
    }

    /// A text reply here is one line and an empty one, a JSON reply is one line.
    static func countReplies(in bytes: ByteBuffer) -> Int {
        let lines = String(buffer: bytes).split(separator: "\n", omittingEmptySubsequences: false)
        return lines.count { $0.hasPrefix("!") || $0.hasPrefix("{") }
    }
}
