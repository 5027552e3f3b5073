/// What the bytes of a field mean. Everything here looks at bytes; no `String` is made for a row.
///
/// Bytes are compared as ASCII, which holds in UTF-8 and in CP949 alike: the second byte of a CP949 character is never
/// a comma, a quote, a digit, a space or a line end.
struct FieldBytes {
    let base: UnsafePointer<UInt8>
    var start: Int
    var end: Int

    /// The bytes without blanks around them.
    init(_ field: Field, in base: UnsafePointer<UInt8>) {
        self.base = base
        start = field.start
        end = field.end
        while start < end, Self.isBlank(base[start]) { start += 1 }
        while end > start, Self.isBlank(base[end - 1]) { end -= 1 }
    }

    var count: Int { end - start }
    var buffer: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: base + start, count: count) }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }

    /// Whether nothing is said: blank, `NA`, `N/A`, `NULL`, `nan`, `None` or `\N`, in any case.
    var isMissing: Bool {
        switch count {
        case 0: true
        case 2: matches("na") || matches("\\n")
        case 3: matches("nan") || matches("n/a")
        case 4: matches("null") || matches("none")
        default: false
        }
    }

    /// Whether the bytes are these, in any case.
    func matches(_ lowercase: StaticString) -> Bool {
        guard lowercase.utf8CodeUnitCount == count else { return false }
        for index in 0..<count {
            let byte = base[start + index]
            let lower = byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
            if lower != lowercase.utf8Start[index] { return false }
        }
        return true
    }

    /// A number, exact up to 15 digits: `3`, `1,917`, `40.0`, `-2.5`. Commas may only stand before groups of three.
    ///
    /// What has more than 15 digits before the point is no number that a log means, but a lost comma or a code.
    var number: Double? {
        var p = start
        var isNegative = false
        if p < end, base[p] == 0x2D || base[p] == 0x2B {
            isNegative = base[p] == 0x2D
            p += 1
        }
        var value = 0.0
        var digits = 0
        var sinceComma = -1
        while p < end {
            let byte = base[p]
            if byte >= 0x30, byte <= 0x39 {
                value = value * 10 + Double(byte - 0x30)
                digits += 1
                if sinceComma >= 0 { sinceComma += 1 }
            } else if byte == 0x2C {
                guard digits > 0, sinceComma == 3 || (sinceComma < 0 && digits <= 3) else { return nil }
                sinceComma = 0
            } else {
                break
            }
            p += 1
        }
        guard digits > 0, sinceComma < 0 || sinceComma == 3, value < Self.numberLimit else { return nil }
        if p < end {
            guard base[p] == 0x2E else { return nil }
            p += 1
            var scale = 1.0
            while p < end {
                let byte = base[p]
                guard byte >= 0x30, byte <= 0x39 else { return nil }
                // Digits beyond what a Double holds would but spoil the others.
                if value < Self.numberLimit {
                    value = value * 10 + Double(byte - 0x30)
                    scale *= 10
                }
                p += 1
            }
            value /= scale
        }
        return isNegative ? -value : value
    }

    private static let numberLimit = 1e15

    /// How many were bought: a number within ±(2³¹−1), which a basket's quantity can hold.
    var quantity: Double? {
        guard let number, abs(number) <= 2_147_483_647 else { return nil }
        return number
    }

    /// A whole number in 0…2³¹−1, written as ``number`` is.
    var count32: UInt32? {
        // Most are one to nine plain digits.
        if count > 0, count < 10 {
            var value: UInt32 = 0
            var p = start
            while p < end {
                let byte = base[p]
                guard byte >= 0x30, byte <= 0x39 else { break }
                value = value &* 10 &+ UInt32(byte &- 0x30)
                p += 1
            }
            if p == end { return value }
        }
        guard let number, number >= 0, number <= 2_147_483_647, number == number.rounded(.down) else { return nil }
        return UInt32(number)
    }
}
