extension LineMatcher {
    func read(_ slot: Slot, at start: Int) -> [SlotReading] {
        switch slot {
        case .what: mentions(at: start, allowsUnknown: true)
        case .item: mentions(at: start, allowsUnknown: false)
        case .category:
            lexicon.categoryMatches(in: line, at: start).map {
                SlotReading(value: .category($0.name), end: $0.end, cost: $0.cost)
            }
        case .count: numberReadings(at: start, in: 1...1000)
        case .age: numberReadings(at: start, in: 1...120)
        case .years:
            numbers(at: start).filter(\.isNative).map { SlotReading(value: .number($0.value), end: $0.end, cost: 0) }
        case .birth: birthYears(at: start)
        case .customer: customer(at: start).map { [$0] } ?? []
        }
    }

    /// A numeral of one syllable may be another word (네 is four and yes): it costs more than to be read over.
    private func numberReadings(at start: Int, in range: ClosedRange<Int>) -> [SlotReading] {
        numbers(at: start).filter { range.contains($0.value) }.map { number in
            let isShort = !number.isDigits && number.end - start <= 3 && Jamo.isJamo(line.units[start])
            return SlotReading(value: .number(number.value), end: number.end, cost: isShort ? 5 : 0)
        }
    }

    /// Four digits, two digits, or a Korean numeral of two.
    private func birthYears(at start: Int) -> [SlotReading] {
        sinoDigits(at: start)
            + numbers(at: start).compactMap { number in
                let digits = number.end - start
                let isYear = number.isDigits ? digits == 4 && (1900...2100).contains(number.value) : false
                let isShort = number.isDigits ? digits == 2 : number.value < 100 && number.value >= 10
                guard isYear || isShort else { return nil }
                return SlotReading(value: .birthYear(number.value), end: number.end, cost: 0)
            }
    }

    /// Two digits read out, as years are: 구육년생, 공일년생.
    private func sinoDigits(at start: Int) -> [SlotReading] {
        guard start < count, line.marks[start].contains(.gap) else { return [] }
        var (value, end) = (0, start)
        for _ in 0..<2 {
            guard
                let digit = Self.sinoDigits.first(where: { line.units[end...].starts(with: $0.units) && isCut(end) })
            else { return [] }
            value = value * 10 + digit.value
            end += digit.units.count
        }
        return isCut(end) ? [SlotReading(value: .birthYear(value), end: end, cost: 0)] : []
    }

    private static let sinoDigits: [(units: [TextUnit], value: Int)] = [
        ("공", 0), ("영", 0), ("일", 1), ("이", 2), ("삼", 3), ("사", 4), ("오", 5), ("육", 6), ("륙", 6), ("칠", 7), ("팔", 8),
        ("구", 9),
    ].map { (ScannedLine($0.0).units, $0.1) }

    /// Letters, digits, hyphens and underscores with at least one digit among them.
    private func customer(at start: Int) -> SlotReading? {
        guard line.marks[start].contains(.gap) || !line.units[start - 1].isLatin else { return nil }
        var end = start
        while end < count, line.units[end] < 0x80, end == start || isJoined(end) { end += 1 }
        guard (start..<end).contains(where: { line.units[$0].isDigit }) else { return nil }
        let text = String(String.UnicodeScalarView(scalars[line.scalarRange(start..<end)]))
        return SlotReading(value: .customer(text), end: end, cost: 0)
    }

    /// Whether nothing, or a hyphen alone, stands before a unit.
    private func isJoined(_ boundary: Int) -> Bool {
        if !line.marks[boundary].contains(.gap) { return true }
        let (before, after) = (Int(line.origins[boundary - 1]), Int(line.origins[boundary]))
        return after == before + 2 && (scalars[before + 1] == "-" || scalars[before + 1] == "_")
    }

    /// The words of a stretch as they were typed.
    func text(_ range: Range<Int>) -> String {
        String(String.UnicodeScalarView(scalars[line.scalarRange(range)]))
    }

    private var scalars: [Unicode.Scalar] { line.scalars }
}
