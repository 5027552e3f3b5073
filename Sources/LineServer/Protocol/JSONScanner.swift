/// Reads JSON (RFC 8259) out of the bytes of a line: strictly, without recursion into strangers' depth, and without
/// turning values into something else, so that a request's `id` can be given back as it came.
///
///     var scanner = JSONScanner(#"{"id": 1.50, "text": "안녕"}"#)
///     try scanner.skipValue()            // checks the grammar
///     try scanner.end()                  // nothing may follow
package struct JSONScanner {
    /// Where the text stops being JSON.
    package struct SyntaxError: Error, Equatable {
        /// Counted in bytes from 1.
        package var column: Int
        package var problem: String
    }

    /// Arrays and objects inside one another; more is refused, as it can only be an attack on the stack.
    static let maximumDepth = 64

    private let bytes: [UInt8]
    private var position = 0

    package init(_ text: String) {
        bytes = Array(text.utf8)
    }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func advance() { position += 1 }

    package func failure(_ problem: String) -> SyntaxError {
        SyntaxError(column: position + 1, problem: problem)
    }

    package mutating func skipWhitespace() {
        while let byte = current, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { advance() }
    }

    /// Consumes `byte` after white space, if it comes next.
    package mutating func consume(_ byte: Unicode.Scalar) -> Bool {
        skipWhitespace()
        guard current == UInt8(ascii: byte) else { return false }
        advance()
        return true
    }

    package mutating func expect(_ byte: Unicode.Scalar, _ what: String) throws(SyntaxError) {
        guard consume(byte) else { throw failure("\(what) expected") }
    }

    /// Whether `byte` comes next: `{` begins an object, `[` an array.
    package mutating func standsAt(_ byte: Unicode.Scalar) -> Bool {
        skipWhitespace()
        return current == UInt8(ascii: byte)
    }

    /// Only white space may be left.
    package mutating func end() throws(SyntaxError) {
        skipWhitespace()
        if current != nil { throw failure("nothing may follow the object") }
    }

    /// The source of a value, without the white space between its tokens.
    package mutating func rawValue() throws(SyntaxError) -> String {
        skipWhitespace()
        let start = position
        try skipValue()
        let source = bytes[start..<position]
        var compact: [UInt8] = []
        compact.reserveCapacity(source.count)
        var isInString = false
        var isEscaped = false
        for byte in source {
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
            } else if byte == UInt8(ascii: "\"") {
                isInString = true
            } else if byte <= 0x20 {
                continue
            }
            compact.append(byte)
        }
        return String(decoding: compact, as: UTF8.self)
    }

    /// Checks one value of any kind and stands behind it. Iterative: what is open is one bit a level.
    package mutating func skipValue() throws(SyntaxError) {
        var openObjects: UInt64 = 0
        var depth = 0
        while true {
            skipWhitespace()
            // A value starts here.
            switch current {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                let isObject = current == UInt8(ascii: "{")
                guard depth < Self.maximumDepth else { throw failure("nested deeper than \(Self.maximumDepth)") }
                advance()
                openObjects = openObjects << 1 | (isObject ? 1 : 0)
                depth += 1
                if !consume(isObject ? "}" : "]") {
                    if isObject { try skipKey() }
                    continue
                }
                openObjects >>= 1
                depth -= 1
            case UInt8(ascii: "\""): try skipString()
            case UInt8(ascii: "t"): try skipWord("true")
            case UInt8(ascii: "f"): try skipWord("false")
            case UInt8(ascii: "n"): try skipWord("null")
            default: try skipNumber()
            }
            // A value ended here: close what it closes, or go on to the next one.
            while true {
                guard depth > 0 else { return }
                let isObject = openObjects & 1 == 1
                if consume(",") {
                    if isObject { try skipKey() }
                    break
                }
                guard consume(isObject ? "}" : "]") else {
                    throw failure(isObject ? "',' or '}' expected" : "',' or ']' expected")
                }
                openObjects >>= 1
                depth -= 1
            }
        }
    }

    private mutating func skipKey() throws(SyntaxError) {
        skipWhitespace()
        guard current == UInt8(ascii: "\"") else { throw failure("a key in quotes expected") }
        try skipString()
        try expect(":", "':'")
    }

    private mutating func skipWord(_ word: StaticString) throws(SyntaxError) {
        for index in 0..<word.utf8CodeUnitCount {
            guard current == word.utf8Start[index] else { throw failure("a value expected") }
            advance()
        }
    }

    private mutating func skipNumber() throws(SyntaxError) {
        if current == UInt8(ascii: "-") { advance() }
        if current == UInt8(ascii: "0") {
            advance()
        } else {
            try skipDigits("a value expected")
        }
        if current == UInt8(ascii: ".") {
            advance()
            try skipDigits("a digit expected after the point")
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            advance()
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { advance() }
            try skipDigits("a digit expected in the exponent")
        }
    }

    private mutating func skipDigits(_ problem: String) throws(SyntaxError) {
        guard let first = current, (0x30...0x39).contains(first) else { throw failure(problem) }
        while let byte = current, (0x30...0x39).contains(byte) { advance() }
    }

    private mutating func skipString() throws(SyntaxError) {
        advance()
        while let byte = current {
            switch byte {
            case UInt8(ascii: "\""):
                advance()
                return
            case UInt8(ascii: "\\"):
                advance()
                guard let escaped = current, Self.escapes.contains(escaped) else { throw failure("no such escape") }
                advance()
                if escaped == UInt8(ascii: "u") { _ = try hexadecimal() }
            case 0..<0x20: throw failure("a control character must be escaped in a string")
            default: advance()
            }
        }
        throw failure("the string has no end")
    }

    private static let escapes = Array(#""\/bfnrtu"#.utf8)

    private mutating func hexadecimal() throws(SyntaxError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = current, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw failure("four hexadecimal digits expected after \\u")
            }
            value = value << 4 | UInt32(digit)
            advance()
        }
        return value
    }
}

extension JSONScanner {
    /// The string that stands here, unescaped; `nil` where another kind of value stands, which is left where it is.
    package mutating func string() throws(SyntaxError) -> String? {
        skipWhitespace()
        guard current == UInt8(ascii: "\"") else { return nil }
        let start = position + 1
        try skipString()
        let end = position - 1
        let source = bytes[start..<end]
        guard source.contains(UInt8(ascii: "\\")) else { return String(decoding: source, as: UTF8.self) }
        let after = position
        position = start
        defer { position = after }
        return try unescaped(until: end)
    }

    private mutating func unescaped(until end: Int) throws(SyntaxError) -> String {
        var result: [UInt8] = []
        while position < end {
            let byte = bytes[position]
            guard byte == UInt8(ascii: "\\") else {
                result.append(byte)
                advance()
                continue
            }
            let escapeStart = position
            advance()
            let escaped = bytes[position]
            advance()
            switch escaped {
            case UInt8(ascii: "b"): result.append(0x08)
            case UInt8(ascii: "f"): result.append(0x0C)
            case UInt8(ascii: "n"): result.append(0x0A)
            case UInt8(ascii: "r"): result.append(0x0D)
            case UInt8(ascii: "t"): result.append(0x09)
            case UInt8(ascii: "u"):
                guard let scalar = try escapedScalar(until: end) else {
                    position = escapeStart
                    throw failure("half of a surrogate pair")
                }
                result.append(contentsOf: Array(String(Character(scalar)).utf8))
            default: result.append(escaped)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// The scalar of `\uXXXX`, whose `\u` is consumed, or of a surrogate pair of two of them.
    private mutating func escapedScalar(until end: Int) throws(SyntaxError) -> Unicode.Scalar? {
        let first = try hexadecimal()
        guard (0xD800..<0xDC00).contains(first) else { return Unicode.Scalar(first) }
        guard position < end, bytes[position] == UInt8(ascii: "\\") else { return nil }
        advance()
        guard position < end, bytes[position] == UInt8(ascii: "u") else { return nil }
        advance()
        let second = try hexadecimal()
        guard (0xDC00..<0xE000).contains(second) else { return nil }
        return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    }

    /// The members of the object that stands here: `body` is called for each key and must consume its value.
    package mutating func forEachMember(_ body: (String, inout JSONScanner) throws(SyntaxError) -> Void)
        throws(SyntaxError)
    {
        try expect("{", "'{'")
        if consume("}") { return }
        repeat {
            guard let key = try string() else { throw failure("a key in quotes expected") }
            try expect(":", "':'")
            skipWhitespace()
            try body(key, &self)
        } while consume(",")
        guard consume("}") else { throw failure("',' or '}' expected") }
    }
}
