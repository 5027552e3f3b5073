/// The (customer, session) pairs of the Session log, numbered from 0 in the order of the file.
///
/// Two customers may use the same session id. Open addressing over a 64-bit token of the session id (the number, or a
/// number given to its text) and the customer's index.
struct SessionTable {
    private struct Slot {
        var token: UInt64
        var customer: UInt32
        var session: UInt32
    }

    private static let vacant = UInt32.max

    private var slots: [Slot]
    private var mask: Int
    /// Session ids that are not plain decimals.
    private var texts = IdentifierTable()

    /// What the log says of a session: together, for they are looked up together, by the million, in no order.
    struct Entry {
        /// The session id.
        fileprivate var token: UInt64
        /// A position among the customers.
        var customer: UInt32
        /// `SESS_SEQ`.
        var sequence: UInt32
        /// Days since 1970-01-01, or ``SessionTable/noDay`` where the log does not say.
        var day: Int32
    }

    static let noDay = Int32.min

    /// By session.
    private(set) var entries: [Entry] = []

    init(minimumCapacity: Int = 16) {
        var capacity = 32
        while capacity * 3 < minimumCapacity * 5 { capacity *= 2 }
        slots = Array(repeating: Slot(token: 0, customer: 0, session: Self.vacant), count: capacity)
        mask = capacity - 1
        entries.reserveCapacity(minimumCapacity)
    }

    var count: Int { entries.count }

    /// The number of a pair, or `nil`.
    func find(customer: UInt32, session: Identifier) -> UInt32? {
        let token: UInt64
        if session.isNumber {
            token = session.key
        } else if let text = texts.find(session) {
            token = 1 << 63 | UInt64(text)
        } else {
            return nil
        }
        var place = Self.place(token, customer) & mask
        return slots.withUnsafeBufferPointer { slots in
            while true {
                let slot = slots[place]
                if slot.session == Self.vacant { return nil }
                if slot.token == token, slot.customer == customer { return slot.session }
                place = (place + 1) & mask
            }
        }
    }

    /// Adds a session. Where it is known already, the row with the lower `SESS_SEQ` counts, with the date beside it.
    ///
    /// - Returns: whether it was new.
    mutating func insert(customer: UInt32, session: Identifier, sequence: UInt32, day: Int32) -> Bool {
        let token = session.isNumber ? session.key : 1 << 63 | UInt64(texts.insert(session).index)
        var place = Self.place(token, customer) & mask
        while slots[place].session != Self.vacant {
            let slot = slots[place]
            if slot.token == token, slot.customer == customer {
                if sequence < entries[Int(slot.session)].sequence {
                    entries[Int(slot.session)].sequence = sequence
                    entries[Int(slot.session)].day = day
                }
                return false
            }
            place = (place + 1) & mask
        }
        slots[place] = Slot(token: token, customer: customer, session: UInt32(count))
        entries.append(Entry(token: token, customer: customer, sequence: sequence, day: day))
        if count * 5 > slots.count * 3 { grow() }
        return true
    }

    /// The session id, in a form that is small, and that ``withIdentifier(_:_:)`` reads.
    func token(_ session: UInt32) -> UInt64 { entries[Int(session)].token }

    /// Calls `body` with the bytes of `SESS_ID`, which are valid until it returns.
    func withIdentifier<Result>(_ token: UInt64, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        if token >> 63 == 1 { return texts.withBytes(of: UInt32(truncatingIfNeeded: token), body) }
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var start = 20
            var left = token
            repeat {
                start -= 1
                digits[start] = UInt8(0x30 + left % 10)
                left /= 10
            } while left > 0
            return body(UnsafeBufferPointer(rebasing: digits[start...]))
        }
    }

    /// Whether one session id comes before another of the same customer: numbers first, by size, then texts.
    func precedes(_ a: UInt32, _ b: UInt32) -> Bool {
        let (first, second) = (entries[Int(a)].token, entries[Int(b)].token)
        if first >> 63 == 0 || second >> 63 == 0 { return first < second }
        return texts.withBytes(of: UInt32(truncatingIfNeeded: first)) { first in
            texts.withBytes(of: UInt32(truncatingIfNeeded: second)) { first.lexicographicallyPrecedes($0) }
        }
    }

    private mutating func grow() {
        let old = slots
        slots = Array(repeating: Slot(token: 0, customer: 0, session: Self.vacant), count: old.count * 2)
        mask = slots.count - 1
        for slot in old where slot.session != Self.vacant {
            var place = Self.place(slot.token, slot.customer) & mask
            while slots[place].session != Self.vacant { place = (place + 1) & mask }
            slots[place] = slot
        }
    }

    @inline(__always)
    private static func place(_ token: UInt64, _ customer: UInt32) -> Int {
        let mixed = (token ^ UInt64(customer) &* 0xC2B2_AE3D_27D4_EB4F) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: (mixed ^ mixed >> 32) & 0x7FFF_FFFF_FFFF_FFFF)
    }
}
