/// What text is matched by: the letters of a Korean keyboard, Latin letters, digits, anything else folded.
///
/// A Hangul syllable is several units, in the order in which they are typed: 줘 is ㅈㅜㅓ, 값 is ㄱㅏㅂㅅ. Initial and
/// final consonants are the same letter, so that an ending that begins with a final consonant (ㄹ게) follows any
/// stem, a typing error is one unit, and a line typed on the wrong layout maps unit by unit. Composed, decomposed
/// (NFD), half-width and compatibility Hangul all give the same units.
package typealias TextUnit = UInt16

package enum Jamo {
    /// The nineteen initial consonants, as compatibility jamo.
    static let initials: [TextUnit] = scalars("ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ")
    static let medials: [[TextUnit]] = [
        "ㅏ", "ㅐ", "ㅑ", "ㅒ", "ㅓ", "ㅔ", "ㅕ", "ㅖ", "ㅗ", "ㅗㅏ", "ㅗㅐ", "ㅗㅣ", "ㅛ", "ㅜ", "ㅜㅓ", "ㅜㅔ", "ㅜㅣ", "ㅠ", "ㅡ", "ㅡㅣ",
        "ㅣ",
    ].map(scalars)
    static let finals: [[TextUnit]] = [
        "", "ㄱ", "ㄲ", "ㄱㅅ", "ㄴ", "ㄴㅈ", "ㄴㅎ", "ㄷ", "ㄹ", "ㄹㄱ", "ㄹㅁ", "ㄹㅂ", "ㄹㅅ", "ㄹㅌ", "ㄹㅍ", "ㄹㅎ", "ㅁ", "ㅂ", "ㅂㅅ", "ㅅ",
        "ㅆ",
        "ㅇ", "ㅈ", "ㅊ", "ㅋ", "ㅌ", "ㅍ", "ㅎ",
    ].map(scalars)

    /// Compatibility jamo U+3131…U+3163, in code point order; clusters as the letters that type them.
    static let compatibility: [[TextUnit]] = [
        "ㄱ", "ㄲ", "ㄱㅅ", "ㄴ", "ㄴㅈ", "ㄴㅎ", "ㄷ", "ㄸ", "ㄹ", "ㄹㄱ", "ㄹㅁ", "ㄹㅂ", "ㄹㅅ", "ㄹㅌ", "ㄹㅍ", "ㄹㅎ", "ㅁ", "ㅂ", "ㅃ", "ㅂㅅ",
        "ㅅ",
        "ㅆ", "ㅇ", "ㅈ", "ㅉ", "ㅊ", "ㅋ", "ㅌ", "ㅍ", "ㅎ", "ㅏ", "ㅐ", "ㅑ", "ㅒ", "ㅓ", "ㅔ", "ㅕ", "ㅖ", "ㅗ", "ㅗㅏ", "ㅗㅐ", "ㅗㅣ", "ㅛ",
        "ㅜ",
        "ㅜㅓ", "ㅜㅔ", "ㅜㅣ", "ㅠ", "ㅡ", "ㅡㅣ", "ㅣ",
    ].map(scalars)

    private static func scalars(_ text: String) -> [TextUnit] { text.unicodeScalars.map { TextUnit($0.value) } }

    static func isJamo(_ unit: TextUnit) -> Bool { (0x3131...0x3163).contains(unit) }
    static func isConsonant(_ unit: TextUnit) -> Bool { (0x3131...0x314E).contains(unit) }
}

extension TextUnit {
    static let space: TextUnit = 0x20

    var isLatin: Bool { (0x61...0x7A).contains(self) || (self > 0x7F && !Jamo.isJamo(self)) }
    var isDigit: Bool { (0x30...0x39).contains(self) }
}

/// How one scalar of a text is read.
enum ScalarReading {
    /// One character's units.
    case units([TextUnit])
    /// The same for one unit, without an array.
    case unit(TextUnit)
    /// The vowel or final consonant of a decomposed syllable: belongs to the character before it.
    case continuation([TextUnit])
    /// A space, punctuation mark, emoji.
    case gap
    /// Control and format characters, combining marks, variation selectors: as if not there.
    case nothing
}

extension Unicode.Scalar {
    /// The scalar folded: width, case, marks and composition away.
    var reading: ScalarReading {
        switch value {
        case 0x61...0x7A, 0x30...0x39: return .unit(TextUnit(value))
        case 0x41...0x5A: return .unit(TextUnit(value + 0x20))
        case 0x09, 0x0A, 0x0D, 0x20...0x7E: return .gap
        case 0xAC00...0xD7A3:
            let index = Int(value - 0xAC00)
            return .units(
                [Jamo.initials[index / 588]] + Jamo.medials[index % 588 / 28] + Jamo.finals[index % 28])
        case 0x3131...0x3163: return .units(Jamo.compatibility[Int(value - 0x3131)])
        case 0x1100...0x1112: return .unit(Jamo.initials[Int(value - 0x1100)])
        case 0x1161...0x1175: return .continuation(Jamo.medials[Int(value - 0x1161)])
        case 0x11A8...0x11C2: return .continuation(Jamo.finals[Int(value - 0x11A7)])
        case 0xFF01...0xFF5E: return Unicode.Scalar(value - 0xFEE0)?.reading ?? .gap
        case 0xFFA1...0xFFBE: return .units(Jamo.compatibility[Int(value - 0xFFA1)])
        case 0xFFC2...0xFFC7: return .units(Jamo.compatibility[30 + Int(value - 0xFFC2)])
        case 0xFFCA...0xFFCF: return .units(Jamo.compatibility[36 + Int(value - 0xFFCA)])
        case 0xFFD2...0xFFD7: return .units(Jamo.compatibility[42 + Int(value - 0xFFD2)])
        case 0xFFDA...0xFFDC: return .units(Jamo.compatibility[48 + Int(value - 0xFFDA)])
        case 0...0x1F, 0x7F...0x9F: return .nothing
        default: return otherReading
        }
    }

    private var otherReading: ScalarReading {
        if let base = Self.latinBase(of: value) { return .unit(base) }
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control, .surrogate, .unassigned, .privateUse: return .nothing
        case .uppercaseLetter, .titlecaseLetter:
            let lower = properties.lowercaseMapping.unicodeScalars.first ?? self
            return .unit(Self.folded(lower.value))
        case .lowercaseLetter, .modifierLetter, .otherLetter, .decimalNumber, .letterNumber, .spacingMark:
            return .unit(Self.folded(value))
        default: return .gap
        }
    }

    private static func folded(_ value: UInt32) -> TextUnit {
        value <= 0xFFFF ? TextUnit(value) : TextUnit(0xE000 + value % 0x1000)
    }

    /// The letter under an accent, for the Latin letters of Latin-1 and Latin Extended-A.
    private static func latinBase(of value: UInt32) -> TextUnit? {
        guard (0xC0...0x17F).contains(value), value != 0xD7, value != 0xF7 else { return nil }
        let letter = latinBases[Int(value - 0xC0)]
        return letter == 0x2E ? nil : TextUnit(letter)
    }

    /// From U+00C0 to U+017F; a full stop where a letter has no plain base.
    private static let latinBases: [UInt8] = Array(
        ("aaaaaa.ceeeeiiiidnooooo.ouuuuy..aaaaaa.ceeeeiiiidnooooo.ouuuuy.y"
            + "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii..jjkk.llllllllllnnnnnn...oooooo..rrrrrr"
            + "ssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs").utf8)
}
