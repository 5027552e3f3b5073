import Shop

/// The parts of a covered line to acts.
struct ActAssembly {
    private let grammar: Grammar
    private let line: ScannedLine
    private let today: CalendarDay
    private(set) var acts: [Utterance.SpannedAct] = []
    /// Stretches that are the catalog's own names, or numbers: no words of a language.
    private(set) var nameRanges: [Range<Int>] = []

    init(_ parts: [LineCover.Part], grammar: Grammar, line: ScannedLine, today: CalendarDay) {
        self.grammar = grammar
        self.line = line
        self.today = today
        var isCorrected = false
        for part in parts {
            switch part {
            case .correction: isCorrected = !acts.isEmpty
            case .sentence(let found):
                let isAlone = grammar.sentences[found.sentence].isAlone
                for act in self.acts(of: found) { add(act, isCorrection: isCorrected, isAlone: isAlone) }
                isCorrected = false
            }
        }
    }

    private mutating func add(_ act: Utterance.SpannedAct, isCorrection: Bool, isAlone: Bool) {
        var act = act
        guard let last = acts.last else {
            acts.append(act)
            return
        }
        if isCorrection {
            // "add milk, no, bread": a bare mention takes the act that it corrects.
            if isAlone, case .addToCart(let mention) = act.act, let corrected = last.act.replacingMention(by: mention) {
                act.act = corrected
            }
            if last.act.name == act.act.name { acts.removeLast() }
        }
        if case .setProfile(let gender, let age) = act.act,
            case .setProfile(let oldGender, let oldAge)? = acts.last?.act
        {
            let span = acts.removeLast().span
            act = .init(
                act: .setProfile(gender: gender ?? oldGender, age: age ?? oldAge),
                span: span.lowerBound..<act.span.upperBound)
        }
        // "뭘 살지 모르겠어, 추천해줘": the same wish in other words.
        if case .recommend(nil, nil)? = acts.last?.act, case .recommend = act.act {
            act.span = acts.removeLast().span.lowerBound..<act.span.upperBound
        } else if case .recommend? = acts.last?.act, case .recommend(nil, nil) = act.act {
            // "라면 중에, 추천해줄 거 있어?": the same, the other way round.
            let last = acts.count - 1
            acts[last].span = acts[last].span.lowerBound..<act.span.upperBound
            return
        } else if let last = acts.last, last.act == act.act, last.act.isIdempotent {
            return
        } else if let last = acts.last, act.act.saysOnlyIt, last.act.name == act.act.name {
            // "I don't want the bacon, take it out": it is what was just named.
            return
        }
        acts.append(act)
    }

    /// The acts of one sentence, its captures dealt out to them.
    private mutating func acts(of found: FoundSentence) -> [Utterance.SpannedAct] {
        let names = grammar.sentences[found.sentence].acts
        var slots = Array(repeating: ActSlots(), count: names.count)
        for capture in found.captures {
            switch capture {
            case .constant(let constant):
                let owner = names.firstIndex { ActSlots.takes(constant.slot, $0) } ?? 0
                slots[owner].set(constant)
            case .reading(let slot, let part, let reading, let start):
                note(reading, start: start)
                let owner = part > 0 ? min(part, names.count) - 1 : Self.owner(of: slot, among: names)
                slots[owner].set(slot, reading, today: today)
            }
        }
        let span = line.scalarRange(found.range)
        return zip(names, slots).map { name, slots in .init(act: slots.act(named: name), span: span) }
    }

    /// Things go to the first act that takes them, counts and categories to the last.
    private static func owner(of slot: Slot, among names: [String]) -> Int {
        switch slot {
        case .what, .item, .age, .years, .birth, .customer: names.firstIndex { ActSlots.takes(slot.rawValue, $0) } ?? 0
        case .category, .count: names.lastIndex { ActSlots.takes(slot.rawValue, $0) } ?? names.count - 1
        }
    }

    private mutating func note(_ reading: SlotReading, start: Int) {
        switch reading.value {
        case .category: nameRanges.append(start..<reading.end)
        case .mention(let mention):
            for case .name(_, _, let range, let isCatalogName) in mention.elements where isCatalogName {
                nameRanges.append(range)
            }
        default: break
        }
    }
}

extension Act {
    /// Whether saying it twice in a row means it once.
    fileprivate var isIdempotent: Bool {
        switch self {
        case .more, .undo, .unknown: false
        default: true
        }
    }

    /// Whether it is about "it", which names nothing.
    fileprivate var saysOnlyIt: Bool {
        switch self {
        case .addToCart(let mention), .removeFromCart(let mention): mention == Mention()
        default: false
        }
    }

    /// The same act about other things.
    fileprivate func replacingMention(by mention: Mention) -> Act? {
        switch self {
        case .addToCart: .addToCart(mention)
        case .removeFromCart: .removeFromCart(mention)
        case .explain: .explain(mention)
        case .similar: .similar(mention)
        case .reject: .reject(mention, category: nil)
        default: nil
        }
    }
}

/// The slots of an act while it is put together.
struct ActSlots {
    private var mention = Mention()
    private var category: String?
    private var count: Int?
    private var gender: Gender?
    private var age: Int?
    private var customer: String?
    private var language: ReplyLanguage?

    static func takes(_ slot: String, _ act: String) -> Bool {
        switch slot {
        case "what", "item", "ordinals":
            ["add_to_cart", "remove_from_cart", "explain", "similar", "reject"].contains(act)
        case "category": ["recommend", "reject", "filter"].contains(act)
        case "count": ["recommend", "more"].contains(act)
        case "gender", "age", "years", "birth": act == "set_profile"
        case "customer": act == "login"
        case "lang": act == "language"
        default: false
        }
    }

    mutating func set(_ constant: Grammar.Constant) {
        switch constant.slot {
        case "gender": gender = Gender(rawValue: constant.value)
        case "age": age = Int(constant.value)
        case "ordinals":
            if constant.value == "all" {
                mention.ordinals = .all
            } else {
                add(constant.value.split(separator: ",").compactMap { Int($0) })
            }
        case "lang": language = ReplyLanguage(rawValue: constant.value)
        case "count": count = Int(constant.value)
        default: break
        }
    }

    mutating func set(_ slot: Slot, _ reading: SlotReading, today: CalendarDay) {
        switch reading.value {
        case .number(let value):
            if slot == .age || slot == .years { age = Profile.decade(ofYears: value) } else { count = value }
        case .birthYear(let written):
            age = Self.decade(ofBirthYear: written, today: today)
        case .customer(let id): customer = id
        case .category(let name): category = name
        case .mention(let spoken):
            for element in spoken.elements { add(element) }
        }
    }

    /// Two digits above the current year's are 19xx, others 20xx; the age is the calendar year less the birth year.
    static func decade(ofBirthYear written: Int, today: CalendarDay) -> Int {
        let year = written >= 100 ? written : written > today.year % 100 ? 1900 + written : 2000 + written
        return Profile.decade(ofYears: today.year - year)
    }

    private mutating func add(_ element: SpokenMention.Element) {
        switch element {
        case .name(.item(let item), _, _, _):
            if !mention.items.contains(item) { mention.items.append(item) }
        case .name(.ambiguous(let options), let text, _, _):
            // One question at a time: the first unclear name is asked about.
            if mention.ambiguous == nil { mention.ambiguous = .init(text: text, options: options) }
        case .name(.missingGood, let text, _, _), .unknown(let text): mention.unknownItems.append(text)
        case .positions(let positions): add(positions)
        }
    }

    private mutating func add(_ positions: [Int]) {
        var all: [Int] = []
        if case .positions(let known)? = mention.ordinals { all = known }
        for position in positions where !all.contains(position) { all.append(position) }
        mention.ordinals = .positions(all)
    }

    func act(named name: String) -> Act {
        switch name {
        case "recommend": .recommend(count: count, category: category)
        case "set_profile": .setProfile(gender: gender, age: age)
        case "add_to_cart": .addToCart(mention)
        case "remove_from_cart": .removeFromCart(mention)
        case "show_cart": .showCart
        case "clear_cart": .clearCart
        case "checkout": .checkout
        case "explain": .explain(mention)
        case "more": .more(count: count)
        case "similar": .similar(mention)
        case "reject": .reject(mention, category: category)
        case "filter": .filter(category: category)
        case "show_profile": .showProfile
        case "undo": .undo
        case "reset": .reset
        case "login": customer.map { .login(customer: $0) } ?? .unknown
        case "logout": .logout
        case "language": language.map { .language($0) } ?? .unknown
        case "coupons": .coupons
        case "help": .help
        case "greet": .greet
        case "thanks": .thanks
        case "quit": .quit
        default: .unknown
        }
    }
}
