import Foundation

/// Bytes from a terminal to keys: UTF-8 to code points, with pasted text told from typed.
///
/// - What is pasted (between `ESC [200~` and `ESC [201~`, where the terminal marks it) is text: a tab in it is a space
///   and completes nothing, line ends of all kinds are line feeds, other control characters are dropped.
/// - Letters that come taken apart (NFD, as in macOS file names) are put together where one code point stands for
///   them, for an editor that moves by code points must never stand inside a syllable. Marks and invisible characters
///   that join nothing are dropped, and so are bytes that are not UTF-8.
///
///     var decoder = KeyDecoder()
///     decoder.append("우유\r".utf8)
///     decoder.next()      // .key("우")
struct KeyDecoder {
    enum Step: Equatable {
        case key(Unicode.Scalar)
        /// All bytes are used up.
        case empty
        /// Bytes are there, but what they mean depends on the next: wait for it, a moment where `isEscape`, for a
        /// person may have pressed the Esc key alone.
        case incomplete(isEscape: Bool)
    }

    private var bytes: [UInt8] = []
    private var position = 0
    private var isPasting = false
    private var lastPastedWasReturn = false

    private static let pasteStart = Array("\u{1B}[200~".utf8)
    private static let pasteEnd = Array("\u{1B}[201~".utf8)

    mutating func append(_ chunk: some Sequence<UInt8>) {
        if position > 0 {
            bytes.removeSubrange(..<position)
            position = 0
        }
        bytes.append(contentsOf: chunk)
    }

    /// Whether no byte is left.
    var isEmpty: Bool { position >= bytes.count }

    /// Forgets what was not asked for yet, as the kernel does with its own queue at Ctrl-C.
    mutating func removeAll() {
        self = KeyDecoder()
    }

    /// The next key.
    ///
    /// - Parameter isFinal: nothing follows for now: what is incomplete is taken as it stands.
    mutating func next(isFinal: Bool = false) -> Step {
        while position < bytes.count {
            switch skipPasteMarker(isFinal: isFinal) {
            case .skipped: continue
            case .incomplete: return .incomplete(isEscape: true)
            case .none: break
            }
            guard let (scalar, length) = decode(at: position) else {
                if isIncompleteScalar(at: position), !isFinal { return .incomplete(isEscape: false) }
                position += 1
                continue
            }
            position += length
            if let key = isPasting ? pasted(scalar) : typed(scalar) { return .key(key) }
        }
        return .empty
    }

    // MARK: - Pasting

    private enum Marker { case none, skipped, incomplete }

    private mutating func skipPasteMarker(isFinal: Bool) -> Marker {
        guard bytes[position] == 0x1B else { return .none }
        let marker = isPasting ? Self.pasteEnd : Self.pasteStart
        let rest = bytes[position...].prefix(marker.count)
        guard marker.starts(with: rest) else { return .none }
        if rest.count < marker.count { return isFinal ? .none : .incomplete }
        position += marker.count
        isPasting.toggle()
        lastPastedWasReturn = false
        return .skipped
    }

    private mutating func pasted(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
        defer { lastPastedWasReturn = scalar == "\r" }
        switch scalar {
        case "\r", "\u{2028}", "\u{2029}": return "\n"
        case "\n": return lastPastedWasReturn ? nil : "\n"
        case "\t": return " "
        case _ where scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value): return nil
        default: return typed(scalar)
        }
    }

    // MARK: - Composing

    /// The scalar together with the marks and jamo that follow it, or `nil` where it shows nothing by itself.
    private mutating func typed(_ first: Unicode.Scalar) -> Unicode.Scalar? {
        if first.value < 0x20 || first.value == 0x7F { return first }
        if (0x80..<0xA0).contains(first.value) { return nil }
        var scalar = first
        while let (mark, length) = decode(at: position), mark.value >= 0x300 {
            let joined = (String(scalar) + String(mark)).precomposedStringWithCanonicalMapping.unicodeScalars
            guard joined.count == 1, let composed = joined.first else {
                if mark.displayWidth > 0 { break }
                position += length
                continue
            }
            scalar = composed
            position += length
        }
        return scalar.displayWidth > 0 ? scalar : nil
    }

    // MARK: - UTF-8

    private func decode(at index: Int) -> (Unicode.Scalar, length: Int)? {
        guard index < bytes.count else { return nil }
        let length = Self.length(leading: bytes[index])
        guard length > 0, index + length <= bytes.count else { return nil }
        if length == 1 { return (Unicode.Scalar(bytes[index]), 1) }
        var iterator = bytes[index..<index + length].makeIterator()
        var decoder = UTF8()
        guard case .scalarValue(let scalar) = decoder.decode(&iterator) else { return nil }
        return (scalar, length)
    }

    private func isIncompleteScalar(at index: Int) -> Bool {
        let length = Self.length(leading: bytes[index])
        let rest = bytes[index...].dropFirst()
        return length > rest.count + 1 && rest.allSatisfy { $0 & 0xC0 == 0x80 }
    }

    private static func length(leading byte: UInt8) -> Int {
        switch byte {
        case 0x00...0x7F: 1
        case 0xC2...0xDF: 2
        case 0xE0...0xEF: 3
        case 0xF0...0xF4: 4
        default: 0
        }
    }
}
