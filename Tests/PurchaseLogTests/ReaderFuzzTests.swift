import Foundation
import TestSupport
import Testing

@testable import PurchaseLog

/// Mutated logs: whatever the bytes, preparing them ends with a shop or with an error of one line.
///
/// The suite runs a few hundred. `DAMI_FUZZ_MUTATIONS=1000000 swift test --sanitize=address --filter ReaderFuzz` soaks.
@Suite("Mutated logs")
struct ReaderFuzzTests {
    @Test("never crash, and never make a shop that is wrong in itself")
    func mutatedLogsNeverCrash() throws {
        let count = ProcessInfo.processInfo.environment["DAMI_FUZZ_MUTATIONS"].flatMap { Int($0) } ?? 400
        let seed = ProcessInfo.processInfo.environment["DAMI_FUZZ_SEED"].flatMap { UInt64($0) } ?? 20_180_401
        let folder = try LogFolder.small()
        folder.product += (0..<20).map { "7,100,\($0),\($0 % 4),\"색, \"\"빨강\"\"\",b,\"1,\($0 + 100)\",2\n" }.joined()
        try folder.writeAll()
        let names = ["Product", "Custom", "Master", "Session"]
        let originals = try names.map { name in
            [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/\(name).csv")))
        }
        var random = SplitMix(state: seed)
        var prepared = 0
        var refused: [String: Int] = [:]
        for _ in 0..<count {
            let file = Int.random(in: 0..<4, using: &random)
            var bytes = originals[file]
            for _ in 0...Int.random(in: 0...6, using: &random) { mutate(&bytes, &random) }
            try folder.write(Data(bytes), as: names[file] + ".csv")
            do {
                let shop = try folder.prepareWritten()
                prepared += 1
                check(shop)
            } catch let error as PreparationError {
                #expect(!error.message.contains { $0.isNewline }, "\(error.message)")
                refused[String(error.message.prefix { $0 != ":" }), default: 0] += 1
            }
            try folder.write(Data(originals[file]), as: names[file] + ".csv")
        }
        // Both happen, or the mutations test nothing.
        #expect(prepared > count / 20)
        #expect(!refused.isEmpty)
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout SplitMix) {
        guard !bytes.isEmpty else { return }
        let place = Int.random(in: 0..<bytes.count, using: &random)
        let pieces: [[UInt8]] = [
            [0x22], [0x2C], [0x0A], [0x0D, 0x0A], [0x00], [0xFF], [0xEF, 0xBB, 0xBF], [0x22, 0x22], Array("-1".utf8),
            Array("99999999999999999999".utf8), Array("1e9".utf8), Array("NA".utf8), Array("우".utf8), [0xBF, 0xA9],
            Array(repeating: 0x2C, count: 300), Array(repeating: 0x41, count: 70_000),
        ]
        switch Int.random(in: 0...5, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(contentsOf: pieces.randomElement(using: &random)!, at: place)
        case 3: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...40, using: &random)))
        case 4: bytes = Array(bytes[..<place])
        default:
            let end = min(bytes.count, place + Int.random(in: 1...60, using: &random))
            bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 0...bytes.count, using: &random))
        }
    }

    /// What holds in every shop.
    private func check(_ shop: PreparedShop) {
        var nextLine = 0
        var nextSession = 0
        for customer in shop.customers {
            #expect(customer.sessions.lowerBound == nextSession)
            nextSession = customer.sessions.upperBound
            for session in shop.sessions[customer.sessions] {
                #expect(session.lines.lowerBound == nextLine)
                #expect(!session.lines.isEmpty)
                nextLine = session.lines.upperBound
                let items = shop.lines[session.lines].map(\.item)
                #expect(Set(items).count == items.count)
                #expect(items.allSatisfy { $0 < shop.catalog.count })
                #expect(session.split == .none || items.allSatisfy { shop.catalog.isLabel(Int($0)) })
            }
        }
        #expect(nextLine == shop.lines.count)
        #expect(nextSession == shop.sessions.count)
    }
}
