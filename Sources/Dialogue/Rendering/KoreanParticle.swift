/// A Korean particle, whose form depends on the sound that the word before it ends in.
///
///     "우유".with(.object)            // "우유를"
///     "식빵".with(.object)            // "식빵을"
///     "TV".with(.subject)            // "TV가"
///     "생수 2L".with(.topic)          // "생수 2L는": read as 리터
///     "우유(1번)".with(.object)       // "우유(1번)를": a bracket is passed over
///
/// Digits and Latin letters are taken as Koreans read them: numbers by their last sound, capitals letter by letter,
/// words and units by how they are borrowed.
enum KoreanParticle: Sendable, CaseIterable {
    /// 을/를
    case object
    /// 이/가
    case subject
    /// 은/는
    case topic
    /// 과/와
    case with
    /// 으로/로
    case direction
    /// 이에요/예요
    case copula

    fileprivate func form(after ending: KoreanEnding) -> String {
        switch self {
        case .object: ending == .vowel ? "를" : "을"
        case .subject: ending == .vowel ? "가" : "이"
        case .topic: ending == .vowel ? "는" : "은"
        case .with: ending == .vowel ? "와" : "과"
        case .direction: ending == .consonant ? "으로" : "로"
        case .copula: ending == .vowel ? "예요" : "이에요"
        }
    }
}

/// What a word ends in, as far as particles care: ㄹ counts as a consonant but for 으로.
enum KoreanEnding: Sendable {
    case vowel, rieul, consonant
}

extension String {
    func with(_ particle: KoreanParticle) -> String {
        self + particle.form(after: koreanEnding)
    }

    /// The sound that the text ends in when a Korean reads it aloud.
    var koreanEnding: KoreanEnding {
        let scalars = pronounced(Array(unicodeScalars)[...])
        guard let last = scalars.last else { return .vowel }
        switch last.value {
        case 0xAC00...0xD7A3:
            let final = (last.value - 0xAC00) % 28
            return final == 0 ? .vowel : final == 8 ? .rieul : .consonant
        case 0x3131...0x314E: return last == "ㄹ" ? .rieul : .consonant
        case 0x30...0x39: return Self.ending(ofDigits: scalars)
        case 0x41...0x5A, 0x61...0x7A: return Self.ending(ofLatin: scalars)
        default: return .vowel
        }
    }

    /// Without closing quotes, punctuation, and a bracket at the end with what it holds.
    private func pronounced(_ text: ArraySlice<Unicode.Scalar>) -> ArraySlice<Unicode.Scalar> {
        var text = text
        while let last = text.last {
            if last == ")" || last == "]" || last == "）" {
                let opening: Unicode.Scalar = last == ")" ? "(" : last == "]" ? "[" : "（"
                guard let start = text.lastIndex(of: opening), start > text.startIndex else {
                    text.removeLast()
                    continue
                }
                text = text[..<start]
            } else if last.value > 0x7F
                ? last.properties.generalCategory.isSilent
                : !(last.properties.isAlphabetic || last.isASCIIDigit || last == "%")
            {
                text.removeLast()
            } else {
                break
            }
        }
        return text
    }

    private static func ending(ofDigits text: ArraySlice<Unicode.Scalar>) -> KoreanEnding {
        let digits = text.reversed().prefix { $0.isASCIIDigit || $0 == "," }.filter(\.isASCIIDigit)
        switch digits.first {
        case "1", "7", "8": return .rieul  // 일, 칠, 팔
        case "2", "4", "5", "9": return .vowel  // 이, 사, 오, 구
        case "3", "6": return .consonant  // 삼, 육
        default: break
        }
        // 영, 십, 백, 천, 만, 억 end in a consonant; 조 in a vowel.
        let zeros = digits.prefix { $0 == "0" }.count
        return (12..<16).contains(zeros) && digits.count > zeros ? .vowel : .consonant
    }

    private static func ending(ofLatin text: ArraySlice<Unicode.Scalar>) -> KoreanEnding {
        let word = String(
            String.UnicodeScalarView(text.reversed().prefix { $0.isASCII && $0.properties.isAlphabetic }.reversed()))
        let isAfterDigit = text.dropLast(word.unicodeScalars.count).last?.isASCIIDigit ?? false
        let lower = word.lowercased()
        if isAfterDigit, let unit = units[lower] { return unit }
        if word.count == 1 || word == word.uppercased() && word.count <= 4 {
            // Letter by letter: 엘, 엠, 엔, 알.
            switch lower.last {
            case "l", "r": return .rieul
            case "m", "n": return .consonant
            default: return .vowel
            }
        }
        return ending(ofWord: Array(lower))
    }

    /// Words as they are borrowed: 밀크, 오일, 크림, 콘, 링, 백, 헬멧, 컵, 팩.
    private static func ending(ofWord word: [Character]) -> KoreanEnding {
        let last = word[word.count - 1]
        let before = word.count > 1 ? word[word.count - 2] : " "
        let vowels: Set<Character> = ["a", "e", "i", "o", "u", "y"]
        switch last {
        case "l": return .rieul
        case "m", "n": return .consonant
        case "g": return before == "n" || before == "a" ? .consonant : .vowel
        case "t": return before == "e" && word.count > 4 ? .consonant : .vowel
        case "e":
            // A silent e after l, m, n: 타일, 크림(creme), 와인.
            guard word.count > 3, vowels.contains(word[word.count - 3]) else {
                return before == "l" && word.count > 3 ? .rieul : .vowel
            }
            return before == "l" ? .rieul : before == "m" || before == "n" ? .consonant : .vowel
        case "k", "p", "c", "b":
            // After one short vowel the consonant closes the syllable (컵); after anything else 으 follows (수프).
            let bare = before == "c" ? Array(word.dropLast(2)) : Array(word.dropLast())
            guard let vowel = bare.last, vowels.contains(vowel) else { return .vowel }
            let isLong = bare.count > 1 && vowels.contains(bare[bare.count - 2])
            let isLongOo = isLong && vowel == "o" && bare[bare.count - 2] == "o" && last == "k"
            return !isLong || isLongOo ? .consonant : .vowel
        default: return .vowel
        }
    }

    private static let units: [String: KoreanEnding] = [
        "l": .vowel, "ml": .vowel, "g": .consonant, "kg": .consonant, "mg": .consonant, "m": .vowel, "cm": .vowel,
        "mm": .vowel, "km": .vowel, "kb": .vowel, "gb": .vowel, "w": .vowel, "p": .vowel, "ea": .vowel,
    ]
}

extension Unicode.Scalar {
    fileprivate var isASCIIDigit: Bool { (0x30...0x39).contains(value) }
}

extension Unicode.GeneralCategory {
    /// Quotes, brackets, marks and spaces that nobody reads aloud.
    fileprivate var isSilent: Bool {
        switch self {
        case .finalPunctuation, .initialPunctuation, .closePunctuation, .openPunctuation, .otherPunctuation,
            .dashPunctuation, .connectorPunctuation, .spaceSeparator, .format, .control, .nonspacingMark,
            .otherSymbol, .mathSymbol, .modifierSymbol:
            true
        default: false
        }
    }
}
