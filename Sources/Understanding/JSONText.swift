/// Writes JSON by hand where a fixed order of keys and speed matter: one growing string, no intermediate tree.
package struct JSONText: Sendable {
    package var text = ""

    package init() {}

    /// A string literal, escaped by RFC 8259; U+2028 and U+2029 too, so that the line is safe in JavaScript.
    package mutating func append(quoted string: some StringProtocol) {
        text.append("\"")
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text.append("\\\"")
            case "\\": text.append("\\\\")
            case "\n": text.append("\\n")
            case "\r": text.append("\\r")
            case "\t": text.append("\\t")
            case "\u{0}"..."\u{1F}", "\u{7F}", "\u{2028}", "\u{2029}":
                let hex = String(scalar.value, radix: 16)
                text.append("\\u" + String(repeating: "0", count: 4 - hex.count) + hex)
            default: text.unicodeScalars.append(scalar)
            }
        }
        text.append("\"")
    }

    /// `,"key":` — the comma is left out after an opening bracket.
    package mutating func append(key: String) {
        if let last = text.utf8.last, last != UInt8(ascii: "{") { text.append(",") }
        append(quoted: key)
        text.append(":")
    }

    package mutating func append(strings: some Sequence<String>) {
        append(array: strings) { $0.append(quoted: $1) }
    }

    package mutating func append<Element>(
        array elements: some Sequence<Element>, _ body: (inout JSONText, Element) -> Void
    ) {
        text.append("[")
        var isFirst = true
        for element in elements {
            if !isFirst { text.append(",") }
            isFirst = false
            body(&self, element)
        }
        text.append("]")
    }
}
