import Recommender
import Shop
import Understanding

/// Replies in Korean: polite, short.
struct KoreanPhrasing: Phrasing {
    let catalog: Catalog
    private let helpScreens: HelpScreens

    init(catalog: Catalog) {
        self.catalog = catalog
        helpScreens = .korean(catalog)
    }

    let profileOptions = ["20대 여자", "30대 여자", "40대 여자", "20대 남자", "30대 남자", "40대 남자"]

    func andMore(_ names: String, _ count: Int) -> String { "\(names) 외 \(count)개" }

    func lines(for part: ReplyPart, isBrief: Bool) -> [String] {
        switch part {
        case .list(let list): lines(for: list, isBrief: isBrief)
        case .nothingLeft(let nothing): [line(for: nothing)]
        case .missed(let misses): lines(for: misses)
        case .added(let change): lines(forAdded: change)
        case .removed(let change): lines(forRemoved: change)
        case .cart(let items): [cartLine(items)]
        case .cleared(let items):
            [items.isEmpty ? "장바구니는 이미 비어 있어요." : "장바구니를 비웠어요. (\(items.count)개를 뺐어요)"]
        case .checkedOut(let items, let again): lines(forCheckOut: items, again: again)
        case .nothingToCheckOut: ["장바구니가 비어 있어서 결제할 것이 없어요."]
        case .profileSet(let profile, let changed):
            [changed ? "\(person(profile).with(.direction)) 기억할게요." : "이미 \(person(profile).with(.direction)) 알고 있어요."]
        case .profile(let card): lines(for: card)
        case .explained(let explained): lines(for: explained)
        case .rejected(let rejection): lines(for: rejection)
        case .filtered(let category, let changed): [line(forFilter: category, changed: changed)]
        case .undone(let from, let to): lines(forUndo: from, to: to)
        case .undoBarred(let barrier): [line(for: barrier)]
        case .nothingToUndo: ["되돌릴 것이 없어요."]
        case .reset(let customer):
            ["처음부터 다시 시작할게요." + (customer == nil ? "" : " 로그인은 그대로예요.")]
        case .loggedIn(let card, let due, let coupons, let today):
            lines(forLogin: card, due: due, coupons: coupons, today: today)
        case .loggedOut(let customer):
            [
                customer == nil
                    ? "로그인되어 있지 않았어요. 지금까지의 대화는 지웠어요." : "로그아웃했어요. 이 자리에는 아무것도 남지 않아요."
            ]
        case .customerLost: ["고객 정보가 지워져서 로그아웃되었어요. 이 자리에는 아무것도 남지 않아요."]
        case .language: ["이제 한국어로 말씀드릴게요."]
        case .coupons(let items): [line(forCoupons: items)]
        case .help(let isStaff): helpScreens.lines(isStaff: isStaff)
        case .greeting: ["안녕하세요, 담이예요. 무엇을 찾으세요? “추천해줘”라고 하시면 골라 드릴게요."]
        case .thanks: ["천만에요. 더 필요하시면 말씀해 주세요."]
        case .goodbye: ["안녕히 가세요."]
        case .unknown(let example): [line(forUnknown: example)]
        case .unknownCommand(let command, let nearest):
            [
                "\(command.quotable.with(.topic)) 없는 명령이에요."
                    + (nearest.map { " 혹시 \($0)인가요?" } ?? " /help를 보세요.")
            ]
        case .question(let question): lines(for: question)
        case .questionDropped: ["알겠어요, 그대로 둘게요."]
        case .refused(let reason): [message(for: reason)]
        case .toggled(let toggle, let isOn): [line(for: toggle, isOn)]
        case .features(let listing): StaffTables(phrasing: self).lines(for: listing, titles: ("Wide 특징", "Deep 특징"))
        case .score(let breakdown, let rank):
            StaffTables(phrasing: self).lines(for: breakdown, rank: rank.map { "\($0)위" } ?? "순위 밖")
        case .whatIf(let whatIf):
            StaffTables(phrasing: self).lines(
                for: whatIf, titles: ("지금: \(person(whatIf.today))", "만약: \(person(whatIf.other))"))
        }
    }

    // MARK: Lists

    private func lines(for list: RecommendedList, isBrief: Bool) -> [String] {
        let heading = heading(of: list)
        if isBrief { return [brief(heading, list)] }
        var lines = [heading + (list.isCapped ? " (한 번에 \(list.recommendations.count)개까지예요)" : "")]
        lines += rows(of: list)
        if list.asksProfile { lines.append("나이대와 성별을 알려 주시면 더 잘 골라 드려요. (예: 30대 여자)") }
        return lines
    }

    private func heading(of list: RecommendedList) -> String {
        let basis = rests(on: list.basis)
        let category = list.basis.category.map { "\($0.printable) " } ?? ""
        switch list.occasion {
        case .asked: return "\(category)추천이에요. (\(basis))"
        case .more: return "\(category)추천을 더 보여 드릴게요. (\(basis))"
        case .filtered: return "\(category)추천이에요. (\(basis))"
        case .sharpened: return "다시 골랐어요. (\(basis))"
        case .cartChanged: return "함께 보시면 좋아요. (\(basis))"
        case .checkedOut: return "이번에 사신 것과 어울리는 상품이에요."
        case .loggedIn: return "오늘의 추천이에요. (\(basis))"
        case .similar(let items): return "\(names(items, limit: 3).with(.with)) 비슷한 상품이에요."
        case .moreSimilar(let items): return "\(names(items, limit: 3).with(.with)) 비슷한 상품을 더 보여 드릴게요."
        case .sameCategory(let item):
            return "\(name(item).with(.topic)) 아직 팔린 적이 적어서, 같은 분류에서 골랐어요."
        }
    }

    /// "30대 여성, 장바구니 2개 기준".
    func rests(on basis: Basis) -> String {
        var facts: [String] = []
        if !basis.profile.isEmpty { facts.append(person(basis.profile)) }
        if basis.historyCount > 0 { facts.append("지난 구매 \(basis.historyCount)번") }
        if basis.cartCount > 0 { facts.append("장바구니 \(basis.cartCount)개") }
        return facts.isEmpty ? "많은 고객이 찾는 순서" : facts.joined(separator: ", ") + " 기준"
    }

    private func line(for nothing: NothingLeft) -> String {
        switch nothing {
        case .shownAll(let category?): "\(category.printable)에서는 모두 보여 드렸어요."
        case .shownAll(nil): "추천할 것을 모두 보여 드렸어요."
        case .category(let category):
            "\(category.printable)에는 장바구니에 있거나 제외하신 것 말고는 추천할 것이 없어요."
        case .similar(let items): "\(names(items, limit: 3).with(.with)) 비슷한 상품을 찾지 못했어요."
        case .nothing: "추천할 것이 남아 있지 않아요."
        }
    }

    // MARK: Cart

    private func lines(forAdded change: CartChange) -> [String] {
        var lines: [String] = []
        if !change.changed.isEmpty {
            lines.append("\(names(change.changed).with(.object)) 담았어요. (장바구니 \(change.cartCount)개)")
        }
        if !change.unchanged.isEmpty {
            lines.append("\(names(change.unchanged).with(.topic)) 이미 장바구니에 있어요.")
        }
        return lines + self.lines(for: change.misses)
    }

    private func lines(forRemoved change: CartChange) -> [String] {
        var lines: [String] = []
        if !change.changed.isEmpty {
            let left = change.cartCount == 0 ? "장바구니가 비었어요" : "장바구니 \(change.cartCount)개"
            lines.append("\(names(change.changed).with(.object)) 뺐어요. (\(left))")
        }
        if !change.unchanged.isEmpty {
            lines.append("\(names(change.unchanged).with(.topic)) 장바구니에 없어요.")
        }
        lines += self.lines(for: change.misses)
        return lines.isEmpty ? ["장바구니에서 뺄 것이 없어요."] : lines
    }

    private func cartLine(_ items: [ItemID], limit: Int = 40) -> String {
        items.isEmpty ? "장바구니가 비어 있어요." : "장바구니 \(items.count)개: \(names(items, limit: limit))"
    }

    private func lines(forCheckOut items: [ItemID], again: [Repurchase]) -> [String] {
        var lines = ["\(names(items).with(.object)) 결제했어요. (\(items.count)개)"]
        if !again.isEmpty {
            let days = again.prefix(3).map { "\(name($0.item)) \($0.days)일 뒤" }.joined(separator: ", ")
            lines.append("다시 사실 때: \(days)쯤이에요.")
        }
        return lines
    }

    func lines(for misses: Misses) -> [String] {
        var lines: [String] = []
        if !misses.positions.isEmpty {
            let positions = misses.positions.map { "\($0)번" }.joined(separator: ", ")
            lines.append("\(positions.with(.topic)) 목록에 없어요. (\(misses.listCount)번까지 있어요)")
        }
        for unknown in misses.unknown {
            let near = unknown.near.isEmpty ? "" : " 비슷한 이름: \(names(unknown.near))"
            lines.append("“\(unknown.text.quotable)”\(unknown.text.quotable.with(.object).suffix(1)) 찾지 못했어요.\(near)")
        }
        return lines
    }

    // MARK: Profile and customer

    /// "30대 여성", "여성", "30대", or that nothing is known.
    func person(_ profile: Profile) -> String {
        let age = profile.age.map { "\($0)대" }
        let gender = profile.gender.map { $0 == .female ? "여성" : "남성" }
        let known = [age, gender].compactMap(\.self)
        return known.isEmpty ? "모르는 분" : known.joined(separator: " ")
    }

    private func lines(for card: ProfileCard) -> [String] {
        var facts: [String] = []
        if let customer = card.customer { facts.append("고객 번호 \(customer.quotable)") }
        if !card.profile.isEmpty { facts.append(person(card.profile)) }
        if card.historyCount > 0 { facts.append("지난 구매 \(card.historyCount)번") }
        let missing = card.profile.isEmpty && !facts.isEmpty ? " 나이대와 성별은 몰라요." : ""
        let known = facts.isEmpty ? "아직 아는 것이 없어요" : facts.joined(separator: ", ").with(.copula)
        var lines = ["\(known).\(missing)"]
        if !card.cart.isEmpty { lines.append(cartLine(card.cart)) }
        if !card.excluded.isEmpty { lines.append("추천에서 제외: \(names(card.excluded))") }
        if let filter = card.filter { lines.append("보는 분류: \(filter.printable)") }
        return lines
    }

    private func lines(
        forLogin card: ProfileCard, due: [CustomerRecord.DueItem], coupons: [ItemID], today: Int
    ) -> [String] {
        let customer = card.customer?.quotable ?? ""
        let history = card.historyCount > 0 ? " 지난 구매 \(card.historyCount)번을 참고할게요." : ""
        var lines = ["고객 \(customer)님, 반가워요.\(history)"]
        if !card.cart.isEmpty { lines.append(cartLine(card.cart, limit: 12)) }
        if !due.isEmpty {
            let items = due.prefix(5).map { "\(name($0.item))(\(when($0.dueDay - today)))" }
            lines.append("곧 다시 사실 때예요: \(items.joined(separator: ", "))")
        }
        if !coupons.isEmpty { lines.append("쓰실 수 있는 쿠폰: \(couponNames(coupons))") }
        return lines
    }

    private func when(_ days: Int) -> String {
        switch days {
        case ..<0: "\(-days)일 지남"
        case 0: "오늘"
        case 1: "내일"
        default: "\(days)일 뒤"
        }
    }

    private func line(forCoupons items: [ItemID]?) -> String {
        guard let items else { return "쿠폰은 로그인한 고객에게 있어요." }
        return items.isEmpty ? "지금은 쿠폰이 없어요." : "쓰실 수 있는 쿠폰 \(items.count)장: \(names(items))"
    }

    // MARK: Critique

    private func lines(for rejection: Rejection) -> [String] {
        var lines: [String] = []
        if let category = rejection.category {
            lines.append("\(category.printable.with(.topic)) 추천에서 뺄게요. (\(rejection.categoryCount)개)")
        }
        if !rejection.items.isEmpty { lines.append("\(names(rejection.items).with(.topic)) 이제 추천하지 않을게요.") }
        if !rejection.already.isEmpty { lines.append("\(names(rejection.already).with(.topic)) 이미 제외했어요.") }
        return lines + self.lines(for: rejection.misses)
    }

    private func line(forFilter category: String?, changed: Bool) -> String {
        guard let category else { return changed ? "이제 모든 분류에서 골라요." : "이미 모든 분류에서 고르고 있어요." }
        return changed ? "\(category.printable)만 볼게요." : "이미 \(category.printable)만 보고 있어요."
    }

    private func lines(forUndo from: Conversation.Known, to: Conversation.Known) -> [String] {
        var now: [String] = []
        if from.profile != to.profile {
            now.append(to.profile.isEmpty ? "나이대와 성별은 모르는 것으로 할게요" : person(to.profile))
        }
        if from.cart != to.cart { now.append(to.cart.isEmpty ? "장바구니 비어 있음" : "장바구니: \(names(to.cart))") }
        if from.excluded != to.excluded {
            now.append(to.excluded.isEmpty ? "제외한 것 없음" : "제외: \(names(to.excluded))")
        }
        if from.filter != to.filter { now.append(to.filter.map { "\($0.printable)만" } ?? "모든 분류") }
        return ["되돌렸어요. (\(now.joined(separator: ", ")))"]
    }

    private func line(for barrier: UndoStack.Barrier) -> String {
        switch barrier {
        case .checkout: "결제는 되돌릴 수 없어요."
        case .login: "로그인은 되돌릴 수 없어요. “로그아웃”이라고 하시면 나가실 수 있어요."
        case .logout: "로그아웃은 되돌릴 수 없어요."
        }
    }

    // MARK: Questions and the rest

    private func lines(for question: ItemQuestion) -> [String] {
        let verb =
            switch question.purpose {
            case .add: "담을까요"
            case .remove: "뺄까요"
            case .explain: "설명할까요"
            case .similar: "기준으로 찾을까요"
            case .reject: "제외할까요"
            }
        let said = question.said.quotable
        let opening = said.isEmpty ? "" : "“\(said)”\(said.with(.subject).suffix(1)) 여러 가지예요. "
        return ["\(opening)어느 것을 \(verb)?", "  " + numbered(question.options)]
    }

    private func line(forUnknown example: ItemID?) -> String {
        let item = example.map(name) ?? helpScreens.exampleItem
        let examples = ["“추천해줘”"] + (item.map { ["“\($0) 담아줘”"] } ?? ["“도움말”"])
        return "무슨 말씀인지 모르겠어요. \(examples.joined(separator: "나 "))처럼 말씀해 주세요."
    }

    private func line(for toggle: Toggle, _ isOn: Bool) -> String {
        switch (toggle, isOn) {
        case (.json, true): "이제 JSON으로 답해요."
        case (.json, false): "이제 글로 답해요."
        case (.trace, true): "이제 답마다 행위와 상태, 걸린 시간을 보여요."
        case (.trace, false): "행위와 상태를 더 보이지 않아요."
        case (.suggest, true): "이제 먼저 추천해 드릴게요."
        case (.suggest, false): "물으실 때만 추천할게요."
        }
    }

    func message(for refusal: RefusalReason) -> String {
        switch refusal {
        case .mayNotLogIn: "여기에서는 그 고객으로 로그인할 수 없어요."
        case .staffOnly(let command): "\(command.quotable.with(.topic)) 직원만 쓸 수 있어요."
        case .noSuchCustomer(let id): "고객 “\(id.quotable)”\(id.quotable.with(.object).suffix(1)) 찾지 못했어요."
        case .lookupFailed(let message): "고객 정보를 읽지 못했어요: \(message)"
        case .nothingListed: "가리키시는 목록이 아직 없어요. 먼저 “추천해줘”라고 해 보세요."
        case .noSuchCategory(let name): "“\(name.quotable)” 분류는 이 가게에 없어요."
        case .usage(let usage): "이렇게 쓰세요: \(usage)"
        }
    }
}
