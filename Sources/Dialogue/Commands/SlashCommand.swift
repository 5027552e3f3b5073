import Shop
import Understanding

/// The commands that begin with a slash, in the REPL and on text lines alike.
///
///     SlashCommand.all.map(\.name)          // ["/help", "/recommend", …]
///     SlashCommand.named("/cart")?.usage    // "/cart"
public struct SlashCommand: Hashable, Sendable {
    /// With its slash.
    public let name: String
    /// As `/help` shows them: `[N]`, `A,B`.
    public let arguments: String
    /// Whether only staff may use it.
    public let isStaff: Bool
    let korean: String
    let english: String

    /// How the command is written.
    public var usage: String { arguments.isEmpty ? name : "\(name) \(arguments)" }

    public static func named(_ name: String) -> SlashCommand? { all.first { $0.name == name } }

    /// Every command, in the order in which `/help` lists them.
    public static let all: [SlashCommand] = [
        .init("/recommend", "[N]", "추천 목록", "a list of picks"),
        .init("/more", "", "더 보기", "more of them"),
        .init("/why", "[N]", "추천한 이유", "why it was picked"),
        .init("/similar", "ITEM", "비슷한 상품", "things like it"),
        .init("/filter", "CATEGORY", "한 분류만 보기", "one category only"),
        .init("/exclude", "ITEM", "추천에서 빼기", "never recommend it"),
        .init("/add", "A,B", "장바구니에 담기", "put in the cart"),
        .init("/remove", "A,B", "장바구니에서 빼기", "take out again"),
        .init("/cart", "", "장바구니 보기", "show the cart"),
        .init("/clear", "", "장바구니 비우기", "empty the cart"),
        .init("/checkout", "", "결제", "check out"),
        .init("/profile", "[F|M] [AGE]", "나이대와 성별", "age and gender"),
        .init("/undo", "", "되돌리기", "take it back"),
        .init("/reset", "", "처음부터", "start over"),
        .init("/login", "ID", "로그인", "log in"),
        .init("/logout", "", "로그아웃", "log out"),
        .init("/language", "ko|en", "답하는 말", "reply language"),
        .init("/suggest", "on|off", "먼저 추천하기", "unasked picks"),
        .init("/json", "on|off", "JSON으로 답하기", "reply in JSON"),
        .init("/help", "", "도움말", "this page"),
        .init("/quit", "", "끝내기", "leave"),
        .init("/features", "", "모델에 들어가는 특징", "features fed to the model", isStaff: true),
        .init("/score", "ITEM", "점수 뜯어보기", "an item's score, taken apart", isStaff: true),
        .init("/whatif", "F 30", "다른 사람이라면", "the list for another person", isStaff: true),
        .init("/trace", "on|off", "행위, 상태, 시간 보기", "acts, state and timings", isStaff: true),
    ]

    private init(_ name: String, _ arguments: String, _ korean: String, _ english: String, isStaff: Bool = false) {
        self.name = name
        self.arguments = arguments
        self.isStaff = isStaff
        self.korean = korean
        self.english = english
    }

    /// The command whose name is nearest to what was typed, at most two edits away or beginning with it.
    static func nearest(to typed: String, isStaff: Bool) -> SlashCommand? {
        let candidates = all.filter { isStaff || !$0.isStaff }
        if typed.count > 2, let completed = candidates.first(where: { $0.name.hasPrefix(typed) }) { return completed }
        let scored = candidates.map { (command: $0, distance: editDistance(Array(typed), Array($0.name))) }
        guard let best = scored.min(by: { $0.distance < $1.distance }), best.distance <= 2 else { return nil }
        return best.command
    }

    /// Levenshtein's distance, a swap of neighbours counting as one edit.
    private static func editDistance(_ a: [Character], _ b: [Character]) -> Int {
        guard a.count <= 32, !a.isEmpty, !b.isEmpty else { return Int.max }
        var beforeLast = [Int](repeating: 0, count: b.count + 1)
        var last = Array(0...b.count)
        for i in 1...a.count {
            var row = [i] + [Int](repeating: 0, count: b.count)
            for j in 1...b.count {
                let replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
                row[j] = min(replaced, last[j] + 1, row[j - 1] + 1)
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
                    row[j] = min(row[j], beforeLast[j - 2] + 1)
                }
            }
            (beforeLast, last) = (last, row)
        }
        return last[b.count]
    }
}
