/// The two layouts of a Korean keyboard: what was typed on one, read on the other.
///
///     KeyboardLayout.hangul(typedAsLatin: "cncjsgo")   // "추천해"
///     KeyboardLayout.latin(typedAsHangul: "ㅡㅑㅣㅏ")     // "milk"
package enum KeyboardLayout {
    private static let keys: [(Character, TextUnit)] = Array(
        zip(
            "rRseEfaqQtTdwWczxvgkoiOjpuPhynbml",
            "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎㅏㅐㅑㅒㅓㅔㅕㅖㅗㅛㅜㅠㅡㅣ".unicodeScalars.map { TextUnit($0.value) }))
    private static let jamoByKey: [Character: TextUnit] = Dictionary(uniqueKeysWithValues: keys)
    private static let keyByJamo: [TextUnit: Character] = Dictionary(uniqueKeysWithValues: keys.map { ($1, $0) })

    /// Latin letters as the Hangul that the same keys type, composed; all else as it is.
    package static func hangul(typedAsLatin text: String) -> String {
        var result = ""
        var jamo: [TextUnit] = []
        let isShouted = !text.contains { $0.isLowercase } && text.contains { $0.isUppercase }
        func flush() {
            result += HangulComposer.compose(jamo)
            jamo.removeAll()
        }
        for character in text {
            let key = isShouted ? Character(character.lowercased()) : character
            if let unit = jamoByKey[key] ?? jamoByKey[Character(key.lowercased())] {
                jamo.append(unit)
            } else {
                flush()
                result.append(character)
            }
        }
        flush()
        return result
    }

    /// Hangul as the Latin letters that the same keys type; all else as it is.
    package static func latin(typedAsHangul text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar.reading {
            case .unit(let unit) where Jamo.isJamo(unit): result.append(keyByJamo[unit] ?? "?")
            case .units(let units), .continuation(let units):
                for unit in units { if let key = keyByJamo[unit] { result.append(key) } }
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result.lowercased()
    }
}

/// Jamo in typing order to syllables, as an input method composes them.
enum HangulComposer {
    static func compose(_ jamo: [TextUnit]) -> String {
        var scalars = String.UnicodeScalarView()
        var index = 0
        while index < jamo.count {
            guard let initial = Jamo.initials.firstIndex(of: jamo[index]),
                let (medial, afterMedial) = cluster(jamo, at: index + 1, in: Jamo.medials)
            else {
                scalars.append(Unicode.Scalar(UInt32(jamo[index])) ?? " ")
                index += 1
                continue
            }
            var (final, end) = (0, afterMedial)
            // The longest final consonant that leaves an initial for a vowel behind it.
            for length in stride(from: 2, through: 1, by: -1) {
                guard afterMedial + length <= jamo.count else { continue }
                let candidate = Array(jamo[afterMedial..<afterMedial + length])
                guard let found = Jamo.finals.firstIndex(of: candidate), found > 0 else { continue }
                let next = afterMedial + length
                if next < jamo.count, !Jamo.isConsonant(jamo[next]) { continue }
                (final, end) = (found, next)
                break
            }
            scalars.append(Unicode.Scalar(UInt32(0xAC00 + (initial * 21 + medial) * 28 + final)) ?? " ")
            index = end
        }
        return String(scalars)
    }

    /// The longest vowel (one or two letters) that begins at a position.
    private static func cluster(
        _ jamo: [TextUnit], at start: Int, in table: [[TextUnit]]
    ) -> (index: Int, end: Int)? {
        for length in stride(from: 2, through: 1, by: -1) where start + length <= jamo.count {
            if let index = table.firstIndex(of: Array(jamo[start..<start + length])) { return (index, start + length) }
        }
        return nil
    }
}
