import Shop

extension KoreanPhrasing {
    /// One screen: what to say, and the commands in two columns.
    func help(isStaff: Bool) -> [String] {
        let item = catalog.count > 0 ? name(0).truncated(toWidth: 20) : "상품"
        let category = catalog.categories.first?.printable.truncated(toWidth: 20) ?? "분류"
        var lines = [
            "이렇게 말씀해 보세요.",
            "  추천해줘 · \(category) 중에서 3개만 추천해줘 · 더 보여줘 · 2번은 왜?",
            "  30대 여자야 · \(item) 담아줘 · 2번 담아줘 · \(item) 빼줘 · 결제할게",
            "  \(item.with(.with)) 비슷한 거 · \(item.with(.topic)) 빼고 추천해줘 · \(category)만 보여줘 · 전체 보여줘",
            "  장바구니 보여줘 · 내 정보 보여줘 · 방금 거 취소 · 처음부터 다시 · 영어로 말해줘",
        ]
        lines += SlashCommand.table(isStaff: isStaff) { $0.korean }
        return lines
    }
}

extension EnglishPhrasing {
    /// One screen: what to say, and the commands in two columns.
    func help(isStaff: Bool) -> [String] {
        let item = catalog.count > 0 ? name(0).truncated(toWidth: 20) : "an item"
        let category = catalog.categories.first?.printable.truncated(toWidth: 20) ?? "a category"
        var lines = [
            "You can say:",
            "  recommend something · 3 things from \(category) · more · why the second one?",
            "  I'm a woman in her 30s · add \(item) · add the second one · take \(item) out",
            "  something like \(item) · no \(item), please · only \(category) · everything · check out",
            "  what's in my cart? · what do you know about me? · undo that · start over",
        ]
        lines += SlashCommand.table(isStaff: isStaff) { $0.english }
        return lines
    }
}

extension SlashCommand {
    /// The commands in two columns, what they do beside them.
    static func table(isStaff: Bool, summary: (SlashCommand) -> String) -> [String] {
        let commands = all.filter { isStaff || !$0.isStaff }
        let half = (commands.count + 1) / 2
        return TextLayout.table(
            (0..<half).map { row in
                let left = commands[row]
                var cells = ["  " + left.usage, summary(left)]
                if commands.indices.contains(row + half) {
                    let right = commands[row + half]
                    cells += [right.usage, summary(right)]
                }
                return cells
            })
    }
}
