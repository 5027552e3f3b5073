/// An id as it stands in a file, with the key that finds it in an ``IdentifierTable``.
struct Identifier {
    /// The number itself; for other ids a hash with the highest bit set.
    let key: UInt64
    let bytes: UnsafeBufferPointer<UInt8>

    @inline(__always)
    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
        key = Self.key(of: bytes)
    }

    var isNumber: Bool { key >> 63 == 0 }
    var isASCII: Bool { bytes.allSatisfy { $0 < 0x80 } }

    /// A plain decimal of at most 18 digits without a leading zero is its own key.
    private static func key(of bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
        if bytes.count > 0, bytes.count <= 18, bytes[0] != 0x30 || bytes.count == 1 {
            var number: UInt64 = 0
            var isDecimal = true
            for byte in bytes {
                let digit = byte &- 0x30
                if digit > 9 {
                    isDecimal = false
                    break
                }
                number = number &* 10 &+ UInt64(digit)
            }
            if isDecimal { return number }
        }
        // FNV-1a.
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        return hash | 1 << 63
    }
}

/// Ids as people write them (in UTF-8), numbered from 0 in the order in which they were first seen.
///
/// Nearly all ids are plain decimals; those are compared as 64-bit numbers. Any other id (`"A-17"`, `"007"`, or more
/// than 18 digits) is compared byte by byte, its hash only finding the place. So `7` and `007` are two customers, as
/// they are to whoever wrote them. Open addressing with linear probing; find and insert are O(1).
struct IdentifierTable {
    private struct Slot {
        /// The number itself; for other ids the hash with the highest bit set.
        var key: UInt64
        /// The index of the id, or `vacant`.
        var index: UInt32
    }

    private static let vacant = UInt32.max

    private var slots: [Slot]
    private var mask: Int
    private(set) var count = 0
    /// By index: the number, or where the id lies in ``text``: offset << 20 | length, with the highest bit set.
    private var values: [UInt64] = []
    private var text: [UInt8] = []
    /// By number, the index + 1; 0 where no id is that number. Empty where the ids are not dense numbers.
    private var direct: [UInt32] = []

    /// The longest id that is not a number; longer ones are cut.
    static let longestText = 1 << 20 - 1

    init(minimumCapacity: Int = 16) {
        var capacity = 32
        while capacity * 3 < minimumCapacity * 5 { capacity *= 2 }
        slots = Array(repeating: Slot(key: 0, index: Self.vacant), count: capacity)
        mask = capacity - 1
        values.reserveCapacity(minimumCapacity)
    }

    /// Whether every id is a plain decimal.
    var isNumeric: Bool { text.isEmpty }

    /// The index of an id, or `nil`.
    func find(_ identifier: Identifier) -> UInt32? {
        let key = identifier.key
        let bytes = identifier.bytes
        if !direct.isEmpty {
            guard key < UInt64(direct.count) else { return nil }
            let found = direct[Int(key)]
            return found == 0 ? nil : found - 1
        }
        var place = Self.place(of: key) & mask
        return slots.withUnsafeBufferPointer { slots in
            while true {
                let slot = slots[place]
                if slot.index == Self.vacant { return nil }
                if slot.key == key, isSame(slot.index, key: key, bytes) { return slot.index }
                place = (place + 1) & mask
            }
        }
    }

    /// The index of an id, which is added where it is new.
    mutating func insert(_ identifier: Identifier) -> (index: UInt32, isNew: Bool) {
        precondition(direct.isEmpty, "a frozen table takes no more ids")
        let key = identifier.key
        let bytes = identifier.bytes
        var place = Self.place(of: key) & mask
        while slots[place].index != Self.vacant {
            if slots[place].key == key, isSame(slots[place].index, key: key, bytes) {
                return (slots[place].index, false)
            }
            place = (place + 1) & mask
        }
        let index = UInt32(count)
        slots[place] = Slot(key: key, index: index)
        count += 1
        if key >> 63 == 0 {
            values.append(key)
        } else {
            let kept = bytes.prefix(Self.longestText)
            values.append(1 << 63 | UInt64(text.count) << 20 | UInt64(kept.count))
            text.append(contentsOf: kept)
        }
        if count * 5 > slots.count * 3 { grow() }
        return (index, true)
    }

    /// Makes ``find(_:)`` a plain look into an array where the ids are numbers that lie close together, as those that a
    /// program has counted up do: a table of a million products then fits the processor's cache. To be called when no
    /// more ids come.
    mutating func freeze() {
        guard isNumeric, let largest = values.max(), largest < UInt64(count) * 8 + 1_024 else { return }
        direct = Array(repeating: 0, count: Int(largest) + 1)
        for (index, value) in values.enumerated() { direct[Int(value)] = UInt32(index) + 1 }
    }

    /// The id as it was written.
    subscript(index: UInt32) -> String {
        let value = values[Int(index)]
        if value >> 63 == 0 { return String(value) }
        return String(decoding: text[textRange(value)], as: UTF8.self)
    }

    /// Calls `body` with the bytes of an id, which are valid until it returns.
    func withBytes<Result>(of index: UInt32, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        let value = values[Int(index)]
        if value >> 63 == 0 { return Array(String(value).utf8).withUnsafeBufferPointer(body) }
        return text.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[textRange(value)])) }
    }

    /// Whether every id is made of digits alone, be they however many.
    var isDecimal: Bool {
        guard !isNumeric else { return true }
        return (0..<UInt32(count)).allSatisfy { index in
            withBytes(of: index) { bytes in !bytes.isEmpty && bytes.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } }
        }
    }

    /// All ids in order: by number where all are numbers (`7` before `007`), else by their bytes.
    func sorted() -> [UInt32] {
        let all = 0..<UInt32(count)
        if isNumeric {
            return all.map { (number: values[Int($0)], index: $0) }.sorted { $0.number < $1.number }.map(\.index)
        }
        let isDecimal = isDecimal
        return all.map { index -> (digits: Int, significant: Substring, id: String, index: UInt32) in
            let id = self[index]
            let significant = isDecimal ? id.drop { $0 == "0" } : Substring(id)
            return (isDecimal ? significant.utf8.count : 0, significant, id, index)
        }.sorted { a, b in
            if a.digits != b.digits { return a.digits < b.digits }
            if a.significant != b.significant {
                return a.significant.utf8.lexicographicallyPrecedes(b.significant.utf8)
            }
            return a.id.utf8.count < b.id.utf8.count
        }.map(\.index)
    }

    private func textRange(_ value: UInt64) -> Range<Int> {
        let start = Int((value & ~(1 << 63)) >> 20)
        return start..<start + Int(value & 0xFFFFF)
    }

    private func isSame(_ index: UInt32, key: UInt64, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        if key >> 63 == 0 { return true }
        return text[textRange(values[Int(index)])].elementsEqual(bytes.prefix(Self.longestText))
    }

    private mutating func grow() {
        let old = slots
        slots = Array(repeating: Slot(key: 0, index: Self.vacant), count: old.count * 2)
        mask = slots.count - 1
        for slot in old where slot.index != Self.vacant {
            var place = Self.place(of: slot.key) & mask
            while slots[place].index != Self.vacant { place = (place + 1) & mask }
            slots[place] = slot
        }
    }

    /// Fibonacci hashing, then the high bits folded down, for ids that count upwards.
    @inline(__always)
    private static func place(of key: UInt64) -> Int {
        let mixed = key &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: (mixed ^ mixed >> 32) & 0x7FFF_FFFF_FFFF_FFFF)
    }
}
