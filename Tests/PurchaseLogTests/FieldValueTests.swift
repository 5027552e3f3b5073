import Shop
import Testing

@testable import PurchaseLog

@Suite("Values of a field")
struct FieldValueTests {
    private func with<Result>(_ text: String, _ body: (FieldBytes) -> Result) -> Result {
        let bytes = Array(text.utf8)
        return bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else {
                return body(
                    FieldBytes(Field(start: 0, end: 0, hasEscapes: false), in: UnsafePointer(bitPattern: 1)!))
            }
            return body(FieldBytes(Field(start: 0, end: bytes.count, hasEscapes: false), in: base))
        }
    }

    @Test(
        "numbers may have commas at the thousands",
        arguments: [
            ("0", 0.0), ("7", 7), ("1,917", 1917), ("1,234,567", 1_234_567), ("40.0", 40), ("-2.5", -2.5), (" 12 ", 12),
            ("1,917.50", 1917.5), ("5.", 5), ("+3", 3), ("999999999999999", 999_999_999_999_999), ("0.1", 0.1),
        ])
    func readsNumbers(text: String, expected: Double) {
        #expect(with(text) { $0.number } == expected)
    }

    @Test(
        "what is no number is none",
        arguments: ["", "abc", "1,2", "12,34", ",123", "1,,234", "1 2", "1.2.3", "-", "1,917,"])
    func refusesOthers(text: String) {
        #expect(with(text) { $0.number } == nil)
    }

    @Test("digits past those that a Double holds change nothing")
    func readsLongFractions() {
        let nines = String(repeating: "9", count: 400)
        #expect(with("0." + nines) { $0.number } == 1)
        #expect(with("1." + String(repeating: "0", count: 400) + "7") { $0.number } == 1)
        #expect(with("0.1234567890123456" + nines) { $0.number }.map { abs($0 - 0.1234567890123456) < 1e-15 } == true)
    }

    @Test("what has more than 15 digits before the point is no number", arguments: [16, 20, 309, 310, 5_000])
    func refusesAbsurdNumbers(digits: Int) {
        let nines = String(repeating: "9", count: digits)
        for text in [nines, "-" + nines, nines + "." + nines, "1" + String(repeating: ",000", count: digits / 3)] {
            #expect(with(text) { $0.number } == nil, "\(text.prefix(30))")
        }
    }

    @Test("a quantity is one that a basket can hold")
    func readsQuantities() {
        #expect(with("2,147,483,647") { $0.quantity } == 2_147_483_647)
        #expect(with("-0.5") { $0.quantity } == -0.5)
        #expect(with("2147483648") { $0.quantity } == nil)
    }

    @Test("counts are whole and fit 31 bits")
    func readsCounts() {
        #expect(with("2147483647") { $0.count32 } == 2_147_483_647)
        #expect(with("1,917") { $0.count32 } == 1917)
        #expect(with("3.0") { $0.count32 } == 3)
        for text in ["2147483648", "-1", "1.5", "", "x", "99999999999999999999999"] {
            #expect(with(text) { $0.count32 } == nil, "\(text)")
        }
    }

    @Test(
        "missing is blank, NA, NULL or nan, in any case",
        arguments: ["", "  ", "NA", "na", "N/A", "NULL", "null", "NaN", "nan", "None", "\\N"])
    func knowsMissing(text: String) {
        #expect(with(text) { $0.isMissing })
    }

    @Test(
        "dates come in several forms",
        arguments: [
            "20180401", "2018-04-01", "2018/4/1", "2018.04.01", "2018-04-01 13:05:00", "2018-04-01T13:05", "20180401.0",
        ])
    func readsDates(text: String) {
        #expect(with(text) { $0.day } == 17_622)
    }

    @Test(
        "days that no calendar has are none",
        arguments: ["20180431", "20190229", "2018-13-01", "201804", "2018-04", "yesterday", "", "0"])
    func refusesDates(text: String) {
        #expect(with(text) { $0.day } == nil)
    }

    @Test(
        "ages are decades",
        arguments: [
            ("40", 40), ("40.0", 40), ("40대", 40), ("45", 40), ("60대 이상", 60), ("30s", 30), ("5", 10), ("99", 90),
            ("110", 90), ("27세", 20),
        ])
    func readsAges(text: String, expected: Int) {
        guard case .known(let age) = with(text, { ProfileFields.age($0, encoding: .utf8) }) else {
            Issue.record("\(text) is not understood")
            return
        }
        #expect(age == expected)
    }

    @Test("ages that nobody has are not understood", arguments: ["0", "-20", "300", "old", "40kg"])
    func refusesAges(text: String) {
        guard case .unclear = with(text, { ProfileFields.age($0, encoding: .utf8) }) else {
            Issue.record("\(text) was understood")
            return
        }
    }

    @Test(
        "genders are read as documented",
        arguments: [
            ("F", Gender.female), ("f", .female), ("여", .female), ("여자", .female), ("여성", .female), ("2", .female),
            ("Female", .female), ("M", .male), ("m", .male), ("남", .male), ("남성", .male), ("1", .male), ("male", .male),
        ])
    func readsGenders(text: String, expected: Gender) {
        guard case .known(let gender) = with(text, { ProfileFields.gender($0, encoding: .utf8) }) else {
            Issue.record("\(text) is not understood")
            return
        }
        #expect(gender == expected)
    }

    @Test("other genders are not guessed", arguments: ["X", "0", "3", "woman?", "FM"])
    func refusesGenders(text: String) {
        guard case .unclear = with(text, { ProfileFields.gender($0, encoding: .utf8) }) else {
            Issue.record("\(text) was understood")
            return
        }
    }
}
