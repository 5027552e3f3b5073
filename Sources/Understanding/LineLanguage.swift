/// The language of a line: by the script of its words, names of the catalog and numbers left out.
enum LineLanguage {
    static func of(_ text: String) -> Utterance.Language { of(ScannedLine(text), names: []) }

    static func of(_ line: ScannedLine, names: [Range<Int>]) -> Utterance.Language {
        var isName = Array(repeating: false, count: line.count)
        for range in names { for index in range where index < line.count { isName[index] = true } }
        var (korean, english) = (false, false)
        var (koreanName, englishName) = (false, false)
        var index = 0
        while index < line.count {
            let unit = line.units[index]
            if Jamo.isJamo(unit) {
                if isName[index] { koreanName = true } else { korean = true }
                index += 1
            } else if unit.isLatin {
                var end = index + 1
                while end < line.count, line.units[end].isLatin, !line.marks[end].contains(.gap) { end += 1 }
                // A single letter (F, M) is a sign rather than a word.
                if isName[index] {
                    englishName = true
                } else if end - index > 1 || unit == 0x69 {
                    english = true
                } else {
                    englishName = true
                }
                index = end
            } else {
                index += 1
            }
        }
        switch (korean, english) {
        case (true, true): return .mixed
        case (true, false): return .korean
        case (false, true): return .english
        case (false, false): return koreanName || !englishName ? .korean : .english
        }
    }
}
