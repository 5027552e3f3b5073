import Shop

extension Act {
    /// The act on the wire: `{"act":"set_profile","gender":"F","age":30}`, slots in the order of `docs/ACTS.md`.
    ///
    /// ``ActRequest`` reads it back to the same act.
    public func json(in catalog: Catalog) -> String {
        var json = JSONText()
        append(to: &json, catalog: catalog)
        return json.text
    }

    package func append(to json: inout JSONText, catalog: Catalog) {
        json.text.append("{")
        json.append(key: "act")
        json.append(quoted: name)
        switch self {
        case .recommend(let count, let category):
            json.append(slot: "count", count)
            json.append(slot: "category", category)
        case .setProfile(let gender, let age):
            json.append(slot: "gender", gender?.rawValue)
            json.append(slot: "age", age)
        case .addToCart(let mention), .removeFromCart(let mention), .explain(let mention), .similar(let mention):
            json.append(mention, catalog: catalog)
        case .reject(let mention, let category):
            json.append(mention, catalog: catalog)
            json.append(slot: "category", category)
        case .more(let count):
            json.append(slot: "count", count)
        case .filter(let category):
            json.append(key: "category")
            if let category { json.append(quoted: category) } else { json.text.append("null") }
        case .login(let customer):
            json.append(slot: "customer", customer)
        case .language(let language):
            json.append(slot: "lang", language.rawValue)
        case .showCart, .clearCart, .checkout, .showProfile, .undo, .reset, .logout, .coupons, .help, .greet, .thanks,
            .quit, .unknown:
            break
        }
        json.text.append("}")
    }
}

extension Utterance {
    /// One line of `dami understand`: `{"text":"…","lang":"ko","acts":[…]}`.
    public func json(in catalog: Catalog) -> String {
        var json = JSONText()
        json.text.append("{")
        json.append(key: "text")
        json.append(quoted: text)
        json.append(key: "lang")
        json.append(quoted: language.rawValue)
        json.append(key: "acts")
        json.append(array: acts) { $1.append(to: &$0, catalog: catalog) }
        json.text.append("}")
        return json.text
    }
}

extension JSONText {
    fileprivate mutating func append(slot: String, _ value: String?) {
        guard let value else { return }
        append(key: slot)
        append(quoted: value)
    }

    fileprivate mutating func append(slot: String, _ value: Int?) {
        guard let value else { return }
        append(key: slot)
        text.append(String(value))
    }

    fileprivate mutating func append(_ mention: Mention, catalog: Catalog) {
        if !mention.items.isEmpty {
            append(key: "items")
            append(strings: mention.items.lazy.map(catalog.name(of:)))
        }
        switch mention.ordinals {
        case .positions(let positions):
            append(key: "ordinals")
            append(array: positions) { $0.text.append(String($1)) }
        case .all:
            append(key: "ordinals")
            text.append("[\"all\"]")
        case nil: break
        }
        if let ambiguous = mention.ambiguous {
            append(key: "ambiguous")
            text.append("{")
            append(slot: "text", ambiguous.text)
            append(key: "options")
            append(strings: ambiguous.options.lazy.map(catalog.name(of:)))
            text.append("}")
        }
        if !mention.unknownItems.isEmpty {
            append(key: "unknown_items")
            append(strings: mention.unknownItems)
        }
    }
}
