extension StringProtocol {
    /// Whether nothing but white space is in the text; `true` for the empty one.
    public var isBlank: Bool {
        let start = utf8.withContiguousStorageIfAvailable(Blank.start(of:)) ?? .unclear
        switch start {
        case .end: return true
        case .letter: return false
        case .unclear: return allSatisfy(\.isWhitespace)
        }
    }
}

private enum Blank {
    /// What comes after the blanks that a text begins with.
    enum Start {
        case end
        case letter
        /// A space of another script, or a letter: only Unicode's tables tell.
        case unclear
    }

    static func start(of bytes: UnsafeBufferPointer<UInt8>) -> Start {
        for byte in bytes {
            switch byte {
            case 0x09...0x0D, 0x20: continue
            case 0..<0x80: return .letter
            // Hangul syllables and the characters of their rows.
            case 0xEA...0xED: return .letter
            default: return .unclear
            }
        }
        return .end
    }
}
