import Shop
import Testing

@testable import Terminal

@Suite struct CompleterTests {
    let completer = Completer(
        catalog: Catalog(
            subcategories: ["우유", "샴푸", "식빵", "스포츠음료", "바디워시", "바디 로션", "Milk", "TV", "Usual Suspects, The"].map {
                Subcategory(name: $0, middleCategory: nil, category: $0 == "우유" ? "유제품" : "생활용품")
            }), isStaff: false)

    func completed(_ line: String, cart: [String] = []) -> String? {
        let cursor = line.unicodeScalars.count
        guard let found = completer.completion(of: line, cursor: cursor, cart: cart) else { return nil }
        return String(line.unicodeScalars.dropLast(found.replaced)) + found.text
    }

    @Test(arguments: [
        // commands
        ("/che", "/checkout"), ("/rec", "/recommend "), ("/AD", "/add "), ("/c", "/c"), ("/ch", "/checkout"),
        // names by their beginning, anywhere in a sentence
        ("우", "우유"), ("식빵이랑 우", "식빵이랑 우유"), ("mi", "Milk"), ("우유,식", "우유,식빵"), ("바디워", "바디워시"),
        ("바디로", "바디 로션"), ("바디 로", "바디 로션"), ("유제", "유제품"),
        // a syllable that is not finished
        ("샤", "샴푸"), ("샴ㅍ", "샴푸"), ("시", "식빵"),
        // initial consonants
        ("ㅅㅍ", "샴푸"), ("ㅇㅇ", "우유"), ("ㅅㅍㅊ", "스포츠음료"), ("ㅂㄷㄹ", "바디 로션"),
        // the other layout
        ("tia", "샴푸"), ("dndb", "우유"), ("ㅡㅑ", "Milk"),
        // several
        ("바", "바디"), ("바디", "바디"), ("ㅅ", "ㅅ"),
        // arguments
        ("/add 우", "/add 우유"), ("/add 우유,ㅅㅍ", "/add 우유,샴푸"), ("/add 우유, 식", "/add 우유, 식빵"),
        ("/add Us", "/add \"Usual Suspects, The\""), ("/filter 생", "/filter 생활용품"), ("/language k", "/language ko"),
        ("/json o", "/json o"), ("/json of", "/json off"), ("/profile f", "/profile F"),
    ])
    func completes(typed: String, line: String) {
        #expect(completed(typed) == line)
    }

    @Test(arguments: ["/nothing", "없는이름", "", "/cart 우", "/tr", "/login 1", "우유 "])
    func leavesAloneWhatItDoesNotKnow(typed: String) {
        #expect(completed(typed) == nil)
    }

    @Test func removeCompletesWhatIsInTheCart() {
        #expect(completed("/remove ", cart: ["샴푸"]) == nil)
        #expect(completed("/remove 샤", cart: ["샴푸"]) == "/remove 샴푸")
        #expect(completed("/remove 우", cart: ["샴푸"]) == nil)
    }

    @Test func severalAreListedInOrder() {
        #expect(completer.completion(of: "바디", cursor: 2)?.candidates == ["바디 로션", "바디워시"])
        #expect(
            completer.completion(of: "ㅅㅍ 그리고", cursor: 2)?.text == "샴푸", "only what stands before the cursor counts")
    }

    @Test func staffCommandsAreForStaff() {
        let staff = Completer(catalog: Catalog(subcategories: []), isStaff: true)
        #expect(staff.completion(of: "/tr", cursor: 3)?.text == "/trace ")
    }

    @Test func listsFitTheWindow() {
        let names = (1...30).map { "상품이름\($0)" }
        for columns in [12, 40, 80, 200] {
            for limit in [1, 3, 10] {
                let rows = CandidateList.rows(names, columns: columns, rows: limit) { "+\($0)" }
                #expect(rows.count <= limit)
                #expect(rows.allSatisfy { $0.displayWidth < columns })
            }
        }
        #expect(CandidateList.rows(["가", "나나", "다"], columns: 20, rows: 5) { "+\($0)" } == ["가    나나  다"])
        #expect(CandidateList.rows(["가", "나나", "다"], columns: 11, rows: 5) { "+\($0)" } == ["가    다", "나나"])
    }
}
