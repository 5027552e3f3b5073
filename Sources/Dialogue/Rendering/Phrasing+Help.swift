import Shop

extension KoreanPhrasing {
    /// An item to name in an example.
    var exampleItem: String? { exampleItem { $0.isHangul } }

    /// One screen: what to say, and the commands in two columns.
    func help(isStaff: Bool) -> [String] {
        let item = exampleItem ?? "상품"
        let category = exampleCategory { $0.isHangul } ?? "분류"
        var lines = [
            "이렇게 말씀해 보세요.",
            "  추천해줘 · \(category) 중에서 3개만 추천해줘 · 더 보여줘 · 2번은 왜?",
            "  30대 여자야 · 내 정보 보여줘 · \(category)만 보여줘 · 전체 보여줘",
            "  \(item) 담아줘 · 2번 담아줘 · \(item) 빼줘 · 장바구니 보여줘 · 결제할게",
            "  \(item.with(.with)) 비슷한 거 · \(item.with(.topic)) 빼고 추천해줘",
            "  방금 거 취소 · 처음부터 다시 · 영어로 말해줘",
        ]
        lines += SlashCommand.table(isStaff: isStaff) { $0.korean }
        return lines
    }
}

extension EnglishPhrasing {
    /// An item to name in an example.
    var exampleItem: String? { exampleItem { !$0.isHangul } }

    /// One screen: what to say, and the commands in two columns.
    func help(isStaff: Bool) -> [String] {
        let item = exampleItem ?? "an item"
        let category = exampleCategory { !$0.isHangul } ?? "a category"
        var lines = [
            "You can say:",
            "  recommend something · 3 things from \(category) · more · why the second one?",
            "  woman in her 30s · what do you know about me? · only \(category) · everything",
            "  add \(item) · add the second one · take \(item) out · check out",
            "  something like \(item) · no \(item), please · what's in my cart?",
            "  undo that · start over · speak Korean",
        ]
        lines += SlashCommand.table(isStaff: isStaff) { $0.english }
        return lines
    }
}

extension Phrasing {
    /// A short name of the catalog, in the reader's script where there is one, so that an example is one that works.
    fileprivate func exampleItem(where suits: (Unicode.Scalar) -> Bool) -> String? {
        let labels = catalog.subcategories.prefix(min(catalog.labelCount, Self.exampleLimit))
        return example(of: labels.map(\.name), where: suits)
    }

    fileprivate func exampleCategory(where suits: (Unicode.Scalar) -> Bool) -> String? {
        example(of: catalog.categories, where: suits)
    }

    /// Every line that is not understood is answered with an example: it must not cost a pass over a large catalog.
    private static var exampleLimit: Int { 200 }

    private func example(of names: [String], where suits: (Unicode.Scalar) -> Bool) -> String? {
        let short = names.lazy.map(\.printable).filter { $0.displayWidth <= 12 }
        let suiting = short.first { name in name.unicodeScalars.first.map(suits) ?? false }
        return suiting ?? short.first ?? names.first?.printable.truncated(toWidth: 12)
    }
}

extension Unicode.Scalar {
    fileprivate var isHangul: Bool { (0xAC00...0xD7A3).contains(value) }
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
