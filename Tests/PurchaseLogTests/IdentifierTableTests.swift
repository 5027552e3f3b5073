import TestSupport
import Testing

@testable import PurchaseLog

@Suite("Ids")
struct IdentifierTableTests {
    private func insert(_ id: String, into table: inout IdentifierTable) -> UInt32 {
        Array(id.utf8).withUnsafeBufferPointer { table.insert(Identifier($0)).index }
    }

    private func find(_ id: String, in table: IdentifierTable) -> UInt32? {
        Array(id.utf8).withUnsafeBufferPointer { table.find(Identifier($0)) }
    }

    @Test("an id is what its characters are: 7, 07 and 7.0 are three")
    func idsAreTexts() {
        var table = IdentifierTable()
        let ids = ["7", "07", "7.0", "A-7", "", "123456789012345678", "1234567890123456789", "0"]
        #expect(ids.map { insert($0, into: &table) } == Array(0..<UInt32(ids.count)))
        #expect(ids.map { insert($0, into: &table) } == Array(0..<UInt32(ids.count)))
        #expect((0..<UInt32(ids.count)).map { table[$0] } == ids)
        #expect(find("8", in: table) == nil)
    }

    @Test("a table agrees with a dictionary", arguments: [UInt64(1), 2, 3, 4])
    func agreesWithADictionary(seed: UInt64) {
        var random = SplitMix(state: seed)
        var table = IdentifierTable()
        var dictionary: [String: UInt32] = [:]
        for _ in 0..<3_000 {
            let number = Int.random(in: 0...2_000, using: &random)
            let id = seed > 2 && number % 7 == 0 ? "x\(number)" : String(number)
            let known = dictionary[id] ?? UInt32(dictionary.count)
            dictionary[id] = known
            #expect(insert(id, into: &table) == known)
        }
        table.freeze()
        for number in 0...4_000 {
            #expect(find(String(number), in: table) == dictionary[String(number)])
            #expect(find("x\(number)", in: table) == dictionary["x\(number)"])
        }
    }

    @Test("numbers are ordered by size, also those with zeros before them; others by their bytes")
    func ordersIds() {
        func sorted(_ ids: [String]) -> [String] {
            var table = IdentifierTable()
            for id in ids { _ = insert(id, into: &table) }
            return table.sorted().map { table[$0] }
        }
        #expect(sorted(["10", "9", "100", "1"]) == ["1", "9", "10", "100"])
        #expect(sorted(["10", "09", "9", "1234567890123456789012"]) == ["9", "09", "10", "1234567890123456789012"])
        #expect(sorted(["10", "9", "A"]) == ["10", "9", "A"])
    }

    @Test("two customers may have sessions of the same id")
    func sessionsBelongToCustomers() {
        var table = SessionTable()
        func insert(_ customer: UInt32, _ session: String, _ sequence: UInt32) -> Bool {
            Array(session.utf8).withUnsafeBufferPointer {
                table.insert(customer: customer, session: Identifier($0), sequence: sequence, day: 0)
            }
        }
        #expect(insert(0, "5", 3))
        #expect(insert(1, "5", 4))
        #expect(insert(1, "s-5", 9))
        #expect(!insert(1, "s-5", 2))
        #expect(!insert(0, "5", 8))
        #expect(table.entries.map(\.sequence) == [3, 4, 2])
    }
}
