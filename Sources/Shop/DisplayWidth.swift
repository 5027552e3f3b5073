/// How many columns of a terminal a text takes.
///
/// Hangul, Han and kana take two columns, combining marks none, so a table that counts characters is crooked as soon
/// as a name is Korean. The tables follow Unicode's East Asian Width (UAX #11: W and F are wide, ambiguous is narrow)
/// and are part of the program, so a reply looks the same whatever the machine's locale and libc.
///
///     "우유".displayWidth                     // 4
///     "우유".padded(toWidth: 6) + "|"         // "우유  |"
///     "바디워시".truncated(toWidth: 5)        // "바디…"
///     "바디워시".truncated(toWidth: 5, marker: "~")
extension StringProtocol {
    /// The columns that the text takes on one line. O(n).
    ///
    /// Control characters count as nothing: they have no place in what is shown.
    public var displayWidth: Int {
        // Nearly all that is shown is ASCII or precomposed Hangul; only the rest needs clusters.
        if let width = utf8.withContiguousStorageIfAvailable(DisplayWidth.ofPlain) ?? nil { return width }
        return reduce(0) { $0 + $1.displayWidth }
    }

    /// The text with spaces behind it until it takes `width` columns; itself where it takes as many already.
    public func padded(toWidth width: Int) -> String {
        String(self) + String(repeating: " ", count: Swift.max(0, width - displayWidth))
    }

    /// The text with spaces before it until it takes `width` columns: numbers of a table.
    public func leftPadded(toWidth width: Int) -> String {
        String(repeating: " ", count: Swift.max(0, width - displayWidth)) + String(self)
    }

    /// The text cut so that it takes at most `width` columns, `marker` included, which stands where it was cut.
    public func truncated(toWidth width: Int, marker: String = "…") -> String {
        guard displayWidth > width else { return String(self) }
        let room = width - marker.displayWidth
        guard room >= 0 else { return "" }
        var result = ""
        var used = 0
        for character in self {
            let columns = character.displayWidth
            guard used + columns <= room else { break }
            result.append(character)
            used += columns
        }
        return result + marker
    }
}

private enum DisplayWidth {
    /// The columns of UTF-8 text that is all printable ASCII, Latin-1, dashes, quotation marks and Hangul syllables; `nil` for
    /// any other.
    static func ofPlain(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        var width = 0
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte >= 0x20, byte < 0x7F {
                width += 1
                index += 1
            } else if byte == 0xC2 || byte == 0xC3, index + 1 < bytes.count, byte == 0xC3 || bytes[index + 1] > 0xA0 {
                // U+00A1…U+00FF
                width += 1
                index += 2
            } else if byte == 0xE2, index + 2 < bytes.count, bytes[index + 1] == 0x80,
                (0x90...0xA7).contains(bytes[index + 2])
            {
                // U+2010…U+2027
                width += 1
                index += 3
            } else {
                // U+AC00…U+D7A3, three bytes each.
                guard byte >= 0xEA, byte <= 0xED, index + 2 < bytes.count else { return nil }
                let value =
                    UInt32(byte & 0x0F) << 12 | UInt32(bytes[index + 1] & 0x3F) << 6 | UInt32(bytes[index + 2] & 0x3F)
                guard value >= 0xAC00, value <= 0xD7A3 else { return nil }
                width += 2
                index += 3
            }
        }
        return width
    }
}

extension Character {
    /// The columns of one grapheme cluster: those of its widest scalar, for the others are drawn over or into it.
    public var displayWidth: Int {
        unicodeScalars.reduce(0) { Swift.max($0, $1.displayWidth) }
    }
}

extension Unicode.Scalar {
    /// The columns of a scalar on its own: 0, 1 or 2.
    public var displayWidth: Int {
        switch value {
        case 0x20...0x7E: return 1
        case 0..<0x20, 0x7F..<0xA0: return 0
        case 0xAD: return 1  // a soft hyphen, where it is in a text at all, is drawn
        case 0x1160...0x11FF, 0xD7B0...0xD7FF: return 0  // vowels and finals join the initial before them
        default: break
        }
        if Self.isWide(value) || properties.isEmojiPresentation { return 2 }
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control, .lineSeparator, .paragraphSeparator: return 0
        default: return 1
        }
    }

    private static func isWide(_ value: UInt32) -> Bool {
        guard value >= 0x1100 else { return false }
        var low = 0
        var high = wideRanges.count
        while low < high {
            let middle = (low + high) / 2
            if value > wideRanges[middle].upperBound {
                low = middle + 1
            } else if value < wideRanges[middle].lowerBound {
                high = middle
            } else {
                return true
            }
        }
        return false
    }

    /// EastAsianWidth W and F (Unicode 16), ascending; emoji are told by their own property.
    private static let wideRanges: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2329...0x232A, 0x2630...0x2637, 0x268A...0x268F, 0x2E80...0x303E, 0x3041...0xA4CF,
        0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF01...0xFF60,
        0xFFE0...0xFFE6, 0x16FE0...0x16FF1, 0x17000...0x18D08, 0x1AFF0...0x1B2FF, 0x1D300...0x1D376,
        0x1F200...0x1F202, 0x1F210...0x1F23B, 0x1F240...0x1F248, 0x1F250...0x1F251, 0x1F260...0x1F265,
        0x20000...0x2FFFD, 0x30000...0x3FFFD,
    ]
}
