/// Reads the JSON of a safetensors header: objects, strings and lists of whole numbers, nothing else.
///
/// A general JSON parser keeps one of two equal keys without a word, which this format forbids; and it builds a tree of
/// whatever a hostile file holds. This one reads in a single pass, with no recursion that the input decides.
struct HeaderScanner {
    typealias Refusal = SafetensorsHeader.Refusal

    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    init(bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    /// An object; `entry` reads the value of each key.
    mutating func object(_ entry: (inout HeaderScanner, String) throws(Refusal) -> Void) throws(Refusal) {
        try expect("{")
        if try next() == UInt8(ascii: "}") {
            position += 1
            return
        }
        while true {
            let key = try string()
            try expect(":")
            try entry(&self, key)
            if try next() == UInt8(ascii: ",") {
                position += 1
                continue
            }
            return try expect("}")
        }
    }

    /// A list of whole numbers from 0.
    mutating func integers(atMost limit: Int) throws(Refusal) -> [Int] {
        try expect("[")
        var numbers: [Int] = []
        if try next() == UInt8(ascii: "]") {
            position += 1
            return []
        }
        while true {
            numbers.append(try integer())
            guard numbers.count <= limit else { throw malformed("a list is too long") }
            if try next() == UInt8(ascii: ",") {
                position += 1
                continue
            }
            try expect("]")
            return numbers
        }
    }

    private mutating func integer() throws(Refusal) -> Int {
        var value = 0
        var digits = 0
        _ = try next()
        while position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) {
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tens.addingReportingOverflow(Int(bytes[position] - UInt8(ascii: "0")))
            guard !overflow, !carry else { throw malformed("a number is too large") }
            value = sum
            digits += 1
            position += 1
        }
        guard digits > 0 else { throw malformed("a whole number is missing") }
        return value
    }

    /// A string, its escapes undone.
    mutating func string() throws(Refusal) -> String {
        try expect("\"")
        var text: [UInt8] = []
        while position < bytes.count {
            let start = position
            while position < bytes.count, bytes[position] != UInt8(ascii: "\""), bytes[position] != UInt8(ascii: "\\"),
                bytes[position] >= 0x20
            {
                position += 1
            }
            text.append(contentsOf: bytes[start..<position])
            guard position < bytes.count, bytes[position] >= 0x20 else { break }
            position += 1
            if bytes[position - 1] == UInt8(ascii: "\"") {
                guard let string = String(validating: text, as: UTF8.self) else {
                    throw malformed("a text is not UTF-8")
                }
                return string
            }
            text.append(contentsOf: try escaped().utf8)
        }
        throw malformed("a text does not end")
    }

    /// What stands behind a backslash.
    private mutating func escaped() throws(Refusal) -> String {
        guard position < bytes.count else { throw malformed("a text does not end") }
        position += 1
        switch bytes[position - 1] {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicodeEscape()
        default: throw malformed("a text has an unknown escape")
        }
    }

    private mutating func unicodeEscape() throws(Refusal) -> String {
        var units = [try hexUnit()]
        if UTF16.isLeadSurrogate(units[0]) {
            guard position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
                bytes[position + 1] == UInt8(ascii: "u")
            else { throw malformed("a text has half a surrogate pair") }
            position += 2
            units.append(try hexUnit())
        }
        guard let text = String(validating: units, as: UTF16.self) else {
            throw malformed("a text has half a surrogate pair")
        }
        return text
    }

    private mutating func hexUnit() throws(Refusal) -> UInt16 {
        guard position + 4 <= bytes.count else { throw malformed("a text does not end") }
        let digits = String(decoding: bytes[position..<position + 4], as: UTF8.self)
        guard digits.utf8.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }),
            let unit = UInt16(digits, radix: 16)
        else { throw malformed("a text has an unknown escape") }
        position += 4
        return unit
    }

    /// Only white space is left.
    mutating func end() throws(Refusal) {
        skipSpace()
        guard position == bytes.count else { throw malformed("something follows its end") }
    }

    private mutating func skipSpace() {
        while position < bytes.count, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[position]) { position += 1 }
    }

    private mutating func next() throws(Refusal) -> UInt8 {
        skipSpace()
        guard position < bytes.count else { throw malformed("it ends too early") }
        return bytes[position]
    }

    private mutating func expect(_ character: Unicode.Scalar) throws(Refusal) {
        guard try next() == UInt8(ascii: character) else { throw malformed("'\(character)' is missing") }
        position += 1
    }

    private func malformed(_ what: String) -> Refusal {
        Refusal(reason: "its header is not as it must be: \(what) at byte \(position)")
    }
}
