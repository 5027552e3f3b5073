import Shop

/// What `help` shows, put into words once for a catalog: anybody may ask for it, as often as they like.
struct HelpScreens: Sendable {
    /// An item to name in an example, in the reader's script where there is one.
    let exampleItem: String?
    private let guest: [String]
    private let staff: [String]

    /// - Parameter opening: what to say, given an item and a category to name; the commands follow it.
    init(
        catalog: Catalog, suits: (Unicode.Scalar) -> Bool, summary: (SlashCommand) -> String,
        opening: (_ item: String?, _ category: String?) -> [String]
    ) {
        let labels = catalog.subcategories.prefix(min(catalog.labelCount, Self.exampleLimit))
        exampleItem = Self.example(of: labels.map(\.name), where: suits)
        let lines = opening(exampleItem, Self.example(of: catalog.categories, where: suits))
        guest = lines + SlashCommand.table(isStaff: false, summary: summary)
        staff = lines + SlashCommand.table(isStaff: true, summary: summary)
    }

    /// One screen: what to say, and the commands in two columns.
    func lines(isStaff: Bool) -> [String] { isStaff ? staff : guest }

    /// Names looked at for a short one: a shop with a hundred thousand must not start later for it.
    private static let exampleLimit = 200

    private static func example(of names: [String], where suits: (Unicode.Scalar) -> Bool) -> String? {
        let short = names.lazy.map(\.printable).filter { $0.displayWidth <= 12 }
        let suiting = short.first { name in name.unicodeScalars.first.map(suits) ?? false }
        return suiting ?? short.first ?? names.first?.printable.truncated(toWidth: 12)
    }
}

extension HelpScreens {
    static func korean(_ catalog: Catalog) -> HelpScreens {
        HelpScreens(catalog: catalog, suits: { $0.isHangul }, summary: { $0.korean }) { item, category in
            let item = item ?? "상품"
            let category = category ?? "분류"
            return [
                "이렇게 말씀해 보세요.",
                "  추천해줘 · \(category) 중에서 3개만 추천해줘 · 더 보여줘 · 2번은 왜?",
                "  30대 여자야 · 내 정보 보여줘 · \(category)만 보여줘 · 전체 보여줘",
                "  \(item) 담아줘 · 2번 담아줘 · \(item) 빼줘 · 장바구니 보여줘 · 결제할게",
                "  \(item.with(.with)) 비슷한 거 · \(item.with(.topic)) 빼고 추천해줘",
                "  방금 거 취소 · 처음부터 다시 · 영어로 말해줘",
            ]
        }
    }

    static func english(_ catalog: Catalog) -> HelpScreens {
        HelpScreens(catalog: catalog, suits: { !$0.isHangul }, summary: { $0.english }) { item, category in
            let item = item ?? "an item"
            let category = category ?? "a category"
            return [
                "You can say:",
                "  recommend something · 3 things from \(category) · more · why the second one?",
                "  woman in her 30s · what do you know about me? · only \(category) · everything",
                "  add \(item) · add the second one · take \(item) out · check out",
                "  something like \(item) · no \(item), please · what's in my cart?",
                "  undo that · start over · speak Korean",
            ]
        }
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
