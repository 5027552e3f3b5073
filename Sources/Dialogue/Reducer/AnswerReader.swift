import Shop

/// Reads a line as the answer to "which one?" where only the question makes it one: "both", "no", "2", a part of an
/// option's name. Everything else is left to the acts.
struct AnswerReader {
    let catalog: Catalog
    let question: ItemQuestion

    func answer(in line: String) -> Dialogue.Answer? {
        let said = folded(line)
        guard !said.isEmpty, said.count <= 60 else { return nil }
        let options = question.options
        if let exact = options.first(where: { folded(catalog.name(of: $0)) == said }) { return .options([exact]) }
        if Self.declining.contains(said) { return Dialogue.Answer.none }
        if Self.both.contains(said), options.count == 2 { return .options(options) }
        if Self.all.contains(said) { return .options(options) }
        if let position = position(said) {
            let pointed = options.at([position])
            return pointed.items.isEmpty ? nil : .options(pointed.items)
        }
        // "the low-fat one": a part that only one option has, and that is not the very word asked about.
        guard said != folded(question.said), said.count > 1, catalog.item(named: line) == nil else { return nil }
        let fitting = options.filter { folded(catalog.name(of: $0)).contains(stem(said)) }
        return fitting.count == 1 ? .options(fitting) : nil
    }

    /// Lower case, without spaces and marks.
    private func folded(_ text: String) -> String {
        text.lowercased().filter { $0.isLetter || $0.isNumber }
    }

    private func position(_ said: String) -> Int? {
        if let words = Self.positions[said] { return words }
        for suffix in ["번이요", "번으로", "번", "번째", "번째거", "번째요", "번요"] where said.hasSuffix(suffix) {
            return Int(said.dropLast(suffix.count))
        }
        return Int(said)
    }

    /// Without the ending that a bare name takes when it is an answer.
    private func stem(_ said: String) -> String {
        for ending in ["이에요", "으로요", "이요", "예요", "로요", "으로", "거요", "요", "거", "로"]
        where said.hasSuffix(ending) && said.count > ending.count + 1 {
            return String(said.dropLast(ending.count))
        }
        return said
    }

    private static let declining: Set<String> = [
        "아니", "아니야", "아니요", "아뇨", "아니에요", "아냐", "됐어", "됐어요", "됐습니다", "둘다아니야", "둘다아니에요", "다아니야",
        "다아니에요", "괜찮아", "괜찮아요", "취소", "아무것도", "그만둬", "no", "nope", "nothanks", "nothankyou", "neither", "none",
        "noneofthem", "noneofthese", "nevermind", "cancel", "nothing",
    ]
    private static let both: Set<String> = [
        "둘다", "둘다요", "둘다담아줘", "둘다담아주세요", "둘다빼줘", "두개다", "both", "bothofthem", "bothplease", "thetwoofthem",
    ]
    private static let all: Set<String> = [
        "다", "다요", "전부", "전부요", "전부다", "모두", "모두요", "다담아줘", "다담아주세요", "전부담아줘", "모두담아줘", "all", "allofthem",
        "allofthese", "everything", "allplease",
    ]
    private static let positions: [String: Int] = [
        "첫번째": 1, "첫번째거": 1, "첫째": 1, "처음거": 1, "두번째": 2, "두번째거": 2, "둘째": 2, "세번째": 3, "세번째거": 3, "셋째": 3,
        "네번째": 4, "네번째거": 4, "마지막": -1, "마지막거": -1, "first": 1, "thefirst": 1, "firstone": 1, "thefirstone": 1,
        "second": 2, "thesecond": 2, "secondone": 2, "thesecondone": 2, "third": 3, "thethird": 3, "thirdone": 3,
        "thethirdone": 3, "last": -1, "thelast": -1, "lastone": -1, "thelastone": -1,
    ]
}
