import Foundation
import Shop

/// A structured act as a client sent it: well-formed JSON, not yet checked against the acts and the catalog.
///
///     let requests = try JSONDecoder().decode([ActRequest].self, from: data)
///     let acts = try requests.map { try $0.act(in: catalog) }       // throws ActError
///
/// Decoding accepts any JSON value, so that everything that can be wrong with an act is told by ``act(in:)``, in one
/// line that names the act and the slot.
public struct ActRequest: Decodable, Sendable {
    private let value: JSONValue

    public init(from decoder: any Decoder) throws {
        value = try JSONValue(from: decoder)
    }

    /// The acts of a JSON array, checked. At least one is needed.
    ///
    /// - Throws: ``ActError``.
    public static func acts(fromJSON data: Data, in catalog: Catalog) throws -> [Act] {
        let requests: [ActRequest]
        do {
            requests = try JSONDecoder().decode([ActRequest].self, from: data)
        } catch {
            throw ActError.malformed("acts must be a JSON array of objects")
        }
        return try acts(of: requests, in: catalog)
    }

    /// The same for requests already decoded.
    public static func acts(of requests: [ActRequest], in catalog: Catalog) throws -> [Act] {
        guard !requests.isEmpty else { throw ActError.malformed("acts must hold at least one act") }
        return try requests.map { try $0.act(in: catalog) }
    }

    /// The act that the request stands for.
    ///
    /// - Throws: ``ActError/malformed(_:)`` for an act or slot that does not exist or has a wrong value,
    ///   ``ActError/unknownItem(_:)`` for an item that is not in the catalog.
    public func act(in catalog: Catalog) throws -> Act {
        guard case .object(let members) = value else {
            throw ActError.malformed("an act must be an object like {\"act\":\"recommend\"}")
        }
        guard case .string(let name)? = members["act"] else {
            throw ActError.malformed("an act needs its name: {\"act\":\"recommend\"}")
        }
        var slots = SlotReader(act: name, slots: members, catalog: catalog)
        slots.slots["act"] = nil
        let act = try Self.act(named: name, slots: &slots)
        try slots.finish()
        return act
    }

    private static func act(named name: String, slots: inout SlotReader) throws -> Act {
        switch name {
        case "recommend": .recommend(count: try slots.count(), category: try slots.category())
        case "set_profile": try slots.profile()
        case "add_to_cart": .addToCart(try slots.mention())
        case "remove_from_cart": .removeFromCart(try slots.mention())
        case "show_cart": .showCart
        case "clear_cart": .clearCart
        case "checkout": .checkout
        case "explain": .explain(try slots.mention())
        case "more": .more(count: try slots.count())
        case "similar": .similar(try slots.mention())
        case "reject": .reject(try slots.mention(), category: try slots.category())
        case "filter": .filter(category: try slots.filterCategory())
        case "show_profile": .showProfile
        case "undo": .undo
        case "reset": .reset
        case "login": .login(customer: try slots.customer())
        case "logout": .logout
        case "language": .language(try slots.language())
        case "coupons": .coupons
        case "help": .help
        case "greet": .greet
        case "thanks": .thanks
        case "quit": .quit
        case "unknown": .unknown
        default: throw ActError.malformed("there is no act \(quoted(name))")
        }
    }
}

/// Takes an act's slots one by one; what is left at the end is a slot that the act does not have.
private struct SlotReader {
    let act: String
    var slots: [String: JSONValue]
    let catalog: Catalog

    /// The slot's value, removed; `nil` where it is absent or null.
    mutating func take(_ slot: String) -> JSONValue? {
        guard let value = slots.removeValue(forKey: slot), value != .null else { return nil }
        return value
    }

    func wrong(_ slot: String, _ expected: String) -> ActError {
        .malformed("\(act): \(slot) must be \(expected)")
    }

    func finish() throws {
        guard let left = slots.keys.min() else { return }
        throw ActError.malformed("\(quoted(act)) has no slot \(quoted(left))")
    }

    mutating func count() throws -> Int? {
        guard let value = take("count") else { return nil }
        guard case .integer(let count) = value, count >= 1 else { throw wrong("count", "a positive integer") }
        return count
    }

    mutating func category() throws -> String? {
        guard let value = take("category") else { return nil }
        guard case .string(let name) = value else { throw wrong("category", "a category's name") }
        guard catalog.hasCategory(named: name) else {
            throw ActError.malformed("\(act): \(quoted(name)) is no category of this shop")
        }
        return name
    }

    mutating func filterCategory() throws -> String? {
        guard slots["category"] != nil else { throw wrong("category", "a category's name, or null for no filter") }
        return try category()
    }

    mutating func profile() throws -> Act {
        var gender: Gender?
        if let value = take("gender") {
            guard case .string(let letter) = value, let known = Gender(rawValue: letter) else {
                throw wrong("gender", "\"F\" or \"M\"")
            }
            gender = known
        }
        var age: Int?
        if let value = take("age") {
            guard case .integer(let years) = value, (10...99).contains(years) else {
                throw wrong("age", "a decade from 10 to 90")
            }
            age = Profile.decade(ofYears: years)
        }
        guard gender != nil || age != nil else {
            throw ActError.malformed("set_profile needs a gender, an age, or both")
        }
        return .setProfile(gender: gender, age: age)
    }

    mutating func customer() throws -> String {
        guard case .string(let id)? = take("customer"), !id.isEmpty else {
            throw wrong("customer", "the customer's id as a string")
        }
        return id
    }

    mutating func language() throws -> ReplyLanguage {
        guard case .string(let name)? = take("lang"), let language = ReplyLanguage(rawValue: name) else {
            throw wrong("lang", "\"ko\" or \"en\"")
        }
        return language
    }

    mutating func mention() throws -> Mention {
        var mention = Mention()
        if let value = take("items") { mention.items = try strings(value, slot: "items").map(item(named:)) }
        if let value = take("ordinals") { mention.ordinals = try ordinals(value) }
        if let value = take("ambiguous") {
            guard case .object(let members) = value, case .string(let text)? = members["text"],
                let options = members["options"]
            else { throw wrong("ambiguous", "an object with \"text\" and \"options\"") }
            mention.ambiguous = .init(text: text, options: try strings(options, slot: "options").map(item(named:)))
        }
        if let value = take("unknown_items") { mention.unknownItems = try strings(value, slot: "unknown_items") }
        return mention
    }

    private func item(named name: String) throws -> ItemID {
        guard let item = catalog.item(named: name) else { throw ActError.unknownItem(name) }
        return item
    }

    private func strings(_ value: JSONValue, slot: String) throws -> [String] {
        guard case .array(let elements) = value else { throw wrong(slot, "an array of names") }
        return try elements.map {
            guard case .string(let string) = $0 else { throw wrong(slot, "an array of names") }
            return string
        }
    }

    private func ordinals(_ value: JSONValue) throws -> Mention.Ordinals {
        let expected = "an array of positions (1 is the first, -1 the last), or [\"all\"]"
        guard case .array(let elements) = value, !elements.isEmpty else { throw wrong("ordinals", expected) }
        if elements == [.string("all")] { return .all }
        return .positions(
            try elements.map {
                guard case .integer(let position) = $0, position != 0 else { throw wrong("ordinals", expected) }
                return position
            })
    }
}

/// Any JSON value.
private enum JSONValue: Decodable, Hashable, Sendable {
    case null
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int.self) {
            self = .integer(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }
}
