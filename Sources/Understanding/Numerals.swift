/// A number read in a line.
struct NumberReading {
    var value: Int
    var end: Int
    /// Written in digits.
    var isDigits = false
    /// A native Korean numeral of ten or more (서른둘): said of years without a counter.
    var isNative = false
}

/// Numbers as people write them: digits, Korean native and Sino-Korean numerals, English words.
///
/// All readings that begin at a boundary are given, longest first; the grammar decides which one fits (십대 is ten,
/// 이십대 twenty, and 이 alone may be a particle).
struct Numerals: Sendable {
    private let trie: UnitTrie
    private let readings: [Int]

    private static let nativeTens = ["열", "스", "서른", "설흔", "마흔", "마은", "쉰", "예순", "일흔", "여든", "아흔"].map {
        ScannedLine($0).units
    }

    init() {
        var entries: [(key: [TextUnit], value: Int)] = []
        func add(_ word: String, _ value: Int) { entries.append((ScannedLine(word).units, value)) }
        let nativeOnes = ["", "하나", "둘", "셋", "넷", "다섯", "여섯", "일곱", "여덟", "아홉"]
        let nativeCounting = ["", "한", "두", "세", "네"]
        let nativeTens = ["", "열", "스물", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔"]
        for tens in 0..<10 {
            if tens > 0 { add(nativeTens[tens], tens * 10) }
            for ones in 1..<10 { add(nativeTens[tens] + nativeOnes[ones], tens * 10 + ones) }
            for ones in 1...4 { add(nativeTens[tens] + nativeCounting[ones], tens * 10 + ones) }
        }
        for (word, value) in [
            ("스무", 20), ("여덜", 8), ("설흔", 30), ("마은", 40), ("한두", 2), ("두세", 3), ("두어", 2), ("서너", 4), ("너댓", 5),
            ("네다섯", 5), ("대여섯", 6), ("세네", 4), ("석", 3), ("넉", 4), ("여섯일곱", 7),
        ] { add(word, value) }
        let sino = ["", "일", "이", "삼", "사", "오", "육", "칠", "팔", "구"]
        for ones in 1..<10 { add(sino[ones], ones) }
        for tens in 1..<10 {
            for ones in 0..<10 { add((tens == 1 ? "" : sino[tens]) + "십" + sino[ones], tens * 10 + ones) }
        }
        add("백", 100)
        let small = [
            "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
            "thirteen",
            "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
        ]
        for (value, word) in small.enumerated().dropFirst() { add(word, value) }
        let tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
        for (index, word) in tens.enumerated() {
            let value = (index + 2) * 10
            add(word, value)
            for ones in 1..<10 { add(word + small[ones], value + ones) }
        }
        for (word, value) in [
            ("fourty", 40), ("ninty", 90), ("couple", 2), ("pair", 2), ("dozen", 12), ("hundred", 100),
        ] { add(word, value) }
        entries.sort { $0.key.lexicographicallyPrecedes($1.key) }
        var keys: [ArraySlice<TextUnit>] = []
        var values: [Int] = []
        for entry in entries where keys.last.map(Array.init) != entry.key {
            keys.append(entry.key[...])
            values.append(entry.value)
        }
        trie = UnitTrie(sortedKeys: keys, values: values.indices.map(Int32.init))
        readings = values
    }

    /// The numbers that begin at a boundary, longest first. Digits beyond a billion are no number.
    func readings(in line: ScannedLine, at start: Int) -> [NumberReading] {
        guard start < line.count else { return [] }
        if line.units[start].isDigit {
            guard !(start > 0 && !line.marks[start].contains(.gap) && line.units[start - 1].isDigit) else { return [] }
            var (value, end) = (0, start)
            while end < line.count, line.units[end].isDigit, end == start || !line.marks[end].contains(.gap) {
                value = value * 10 + Int(line.units[end] - 0x30)
                end += 1
                if value > 1_000_000_000 { return [] }
            }
            return [NumberReading(value: value, end: end, isDigits: true)]
        }
        guard !line.isInsideWord(start) else { return [] }
        var found: [NumberReading] = []
        trie.forEachPrefix(of: line.units, from: start) { index, end in
            guard line.marks[end].contains(.cut), !line.isInsideWord(end) || line.units[end].isDigit else { return }
            let value = readings[Int(index)]
            let isNative = value > 10 && Self.nativeTens.contains { line.units[start...].starts(with: $0) }
            found.append(NumberReading(value: value, end: end, isNative: isNative))
        }
        return found.reversed()
    }
}
