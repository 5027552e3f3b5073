import Shop

extension Act {
    /// The act in one short line, as test sentences write it: `add_to_cart items=우유|식빵 ordinals=2`.
    package func notation(in catalog: Catalog) -> String {
        var text = name
        switch self {
        case .recommend(let count, let category):
            if let count { text += " count=\(count)" }
            if let category { text += " category=\(category)" }
        case .setProfile(let gender, let age):
            if let gender { text += " gender=\(gender.rawValue)" }
            if let age { text += " age=\(age)" }
        case .addToCart(let mention), .removeFromCart(let mention), .explain(let mention), .similar(let mention):
            text += mention.notation(in: catalog)
        case .reject(let mention, let category):
            text += mention.notation(in: catalog)
            if let category { text += " category=\(category)" }
        case .more(let count):
            if let count { text += " count=\(count)" }
        case .filter(let category): text += " category=\(category ?? "null")"
        case .login(let customer): text += " customer=\(customer)"
        case .language(let language): text += " lang=\(language.rawValue)"
        default: break
        }
        return text
    }
}

extension Mention {
    fileprivate func notation(in catalog: Catalog) -> String {
        var text = ""
        func names(_ items: [ItemID]) -> String { items.map(catalog.name(of:)).joined(separator: "|") }
        if !items.isEmpty { text += " items=\(names(items))" }
        switch ordinals {
        case .positions(let positions): text += " ordinals=\(positions.map(String.init).joined(separator: "|"))"
        case .all: text += " ordinals=all"
        case nil: break
        }
        if let ambiguous { text += " ambiguous=\(ambiguous.text):\(names(ambiguous.options))" }
        if !unknownItems.isEmpty { text += " unknown=\(unknownItems.joined(separator: "|"))" }
        return text
    }
}

extension Utterance {
    /// All acts in one line: `set_profile gender=F + recommend`.
    package func notation(in catalog: Catalog) -> String {
        acts.map { $0.notation(in: catalog) }.joined(separator: " + ")
    }
}
