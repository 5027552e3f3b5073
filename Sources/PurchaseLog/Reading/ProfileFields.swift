import Shop

/// How Custom's two columns are read.
enum ProfileFields {
    /// A value of Custom: said, left blank, or said in a way that is not understood.
    enum Value<Meaning> {
        case known(Meaning)
        case missing
        case unclear
    }

    /// `F`, `f`, `여`, `여자`, `여성`, `female`, `2` are female; `M`, `m`, `남`, `남자`, `남성`, `male`, `1` male.
    ///
    /// The digits are those of Korean resident numbers (KS X 1001 aside, 1 is male and 2 female in statistics, too).
    static func gender(_ bytes: FieldBytes, encoding: LogEncoding) -> Value<Gender> {
        if bytes.isMissing { return .missing }
        if bytes.count == 1 {
            switch bytes.buffer[0] {
            case UInt8(ascii: "F"), UInt8(ascii: "f"), UInt8(ascii: "2"): return .known(.female)
            case UInt8(ascii: "M"), UInt8(ascii: "m"), UInt8(ascii: "1"): return .known(.male)
            default: return .unclear
            }
        }
        guard let text = encoding.decode(bytes.buffer) else { return .unclear }
        switch text.lowercased() {
        case "여", "여자", "여성", "female", "2.0": return .known(.female)
        case "남", "남자", "남성", "male", "1.0": return .known(.male)
        default: return .unclear
        }
    }

    /// `40`, `40.0`, `40대`, `40s`, `60대 이상`: the decade, 10 to 90. Years are read as the decade that they fall in.
    static func age(_ bytes: FieldBytes, encoding: LogEncoding) -> Value<Int> {
        if bytes.isMissing { return .missing }
        var years: Double?
        if let number = bytes.number {
            years = number
        } else {
            let digits = bytes.buffer.prefix { $0 >= 0x30 && $0 <= 0x39 }
            if (1...3).contains(digits.count), let text = encoding.decode(bytes.buffer) {
                let suffix = text.dropFirst(digits.count).filter { $0 != " " }
                if ["대", "대이상", "세", "살", "s", "+", "대+"].contains(suffix.lowercased()) {
                    years = digits.reduce(0.0) { $0 * 10 + Double($1 - 0x30) }
                }
            }
        }
        guard let years else { return .unclear }
        guard years > 0, years < 130 else { return .unclear }
        return .known(Profile.decade(ofYears: Int(years)))
    }
}
