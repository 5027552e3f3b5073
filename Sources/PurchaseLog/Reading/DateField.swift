import Shop

extension FieldBytes {
    /// A day as days since 1970-01-01: `20180401`, `20180401.0`, `2018-04-01`, `2018/4/1`, `2018.04.01`, each with
    /// anything behind a blank or a `T` (a time of day) ignored. `nil` for anything else, and for days that no calendar has.
    var day: Int32? {
        var numbers = (0, 0, 0)
        var digits = 0
        var part = 0
        var p = start
        scan: while p < end {
            let byte = base[p]
            switch byte {
            case 0x30...0x39:
                let digit = Int(byte - 0x30)
                digits += 1
                guard digits <= 8 else { return nil }
                switch part {
                case 0: numbers.0 = numbers.0 * 10 + digit
                case 1: numbers.1 = numbers.1 * 10 + digit
                default: numbers.2 = numbers.2 * 10 + digit
                }
            case UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: "."):
                // "20180401.0" and "2018. 4. 1." aside, three parts.
                if part == 0, digits == 8 { break scan }
                guard digits > 0, part < 2 else { return nil }
                part += 1
                digits = 0
            case 0x20, UInt8(ascii: "T"):
                break scan
            default:
                return nil
            }
            p += 1
        }
        if part == 0 {
            guard digits == 8 else { return nil }
            numbers = (numbers.0 / 10_000, numbers.0 / 100 % 100, numbers.0 % 100)
        } else {
            guard part == 2, digits > 0 else { return nil }
        }
        return CivilDay.daysSince1970(year: numbers.0, month: numbers.1, day: numbers.2)
    }
}
