import Features
import LineServer
import Recommender
import Shop
import Understanding

/// One line of `recommend --batch`: a context in, and what the line is answered.
///
///     {"id":any,"gender":"F","age":30,"history":[["우유","식빵"]],"cart":["계란"],"exclude":[],"category":"식품","count":10}
///
/// All keys are optional and may be null; others are passed over. `id` is given back as it came. A past basket
/// that is given empty is as if it were not there: it would count as a purchase of nothing.
struct ContextLine {
    /// JSON source; `null` where there was none to read.
    var id = "null"
    var context = Context()
    var options = RecommendationOptions()
    /// Names in the history that the catalog does not know.
    var skipped: [String] = []

    /// Why a line has no list.
    struct Failure: Error {
        enum Code: String {
            case badJSON = "bad_json"
            case badRequest = "bad_request"
            case unknownItem = "unknown_item"
            case notUTF8 = "not_utf8"
        }
        var code: Code
        var message: String
        var id = "null"
    }

    /// Looks a customer's profile and history up.
    typealias CustomerLookup = @Sendable (String) throws -> (profile: Profile, history: [Basket])?

    /// Reads a line.
    ///
    /// - Parameter customers: `nil` where no shop was given.
    init(parsing line: String, catalog: Catalog, customers: CustomerLookup?) throws(Failure) {
        var reader = ContextLineReader(catalog: catalog)
        do {
            try reader.read(line)
        } catch {
            throw Failure(code: .badJSON, message: "column \(error.column): \(error.problem)", id: reader.id)
        }
        if var failure = reader.failure {
            failure.id = reader.id
            throw failure
        }
        self = reader.result
        id = reader.id
        guard let code = reader.customer else { return }
        guard let customers else {
            throw Failure(code: .badRequest, message: "a customer can be named only with --data", id: id)
        }
        if reader.hasHistory {
            throw Failure(code: .badRequest, message: "name a customer or a history, not both", id: id)
        }
        let found: (profile: Profile, history: [Basket])?
        do { found = try customers(code) } catch {
            throw Failure(code: .badRequest, message: "the customer cannot be read", id: id)
        }
        guard let found else {
            throw Failure(code: .badRequest, message: "no such customer: \(code)", id: id)
        }
        context.history = found.history
        context.profile.gender = context.profile.gender ?? found.profile.gender
        context.profile.age = context.profile.age ?? found.profile.age
    }

    fileprivate init() {}

    /// The line's answer.
    func answer(_ recommendations: [Recommendation], catalog: Catalog) -> String {
        var json = JSONText()
        json.text = "{\"id\":\(id),\"items\":"
        json.append(strings: recommendations.map { catalog.name(of: $0.item) })
        json.text += ",\"scores\":"
        json.append(array: recommendations) { $0.text += Self.number($1.score) }
        if !skipped.isEmpty {
            json.text += ",\"skipped\":"
            json.append(strings: skipped)
        }
        json.text += "}"
        return json.text
    }

    static func answer(_ failure: Failure) -> String {
        var json = JSONText()
        json.text = "{\"id\":\(failure.id),\"error\":{\"code\":\"\(failure.code.rawValue)\",\"message\":"
        json.append(quoted: failure.message)
        json.text += "}}"
        return json.text
    }

    /// A probability with as many digits as a float has.
    static func number(_ score: Double) -> String { Float(score).description }
}

/// Reads the members of a line; what was read of the `id` is known also where the rest is wrong.
private struct ContextLineReader {
    let catalog: Catalog
    var id = "null"
    var result = ContextLine()
    var customer: String?
    var hasHistory = false
    var failure: ContextLine.Failure?

    init(catalog: Catalog) { self.catalog = catalog }

    mutating func read(_ line: String) throws(JSONScanner.SyntaxError) {
        var scanner = JSONScanner(line)
        try scanner.forEachMember { (key, scanner) throws(JSONScanner.SyntaxError) in
            try readMember(key, from: &scanner)
        }
        try scanner.end()
    }

    private mutating func refuse(_ code: ContextLine.Failure.Code = .badRequest, _ message: String) {
        if failure == nil { failure = ContextLine.Failure(code: code, message: message) }
    }

    private mutating func readMember(_ key: String, from scanner: inout JSONScanner) throws(JSONScanner.SyntaxError) {
        switch key {
        case "id": id = try scanner.rawValue()
        case "gender":
            guard let text = try optionalString(key, from: &scanner) else { return }
            guard let gender = Gender(rawValue: text) else {
                return refuse(.badRequest, "gender must be \"F\" or \"M\"")
            }
            result.context.profile.gender = gender
        case "age":
            guard let value = try wholeNumber(key, from: &scanner) else { return }
            guard (0...150).contains(value) else { return refuse(.badRequest, "age must be between 0 and 150") }
            result.context.profile.age = Profile.decade(ofYears: value)
        case "count":
            guard let value = try wholeNumber(key, from: &scanner) else { return }
            guard value > 0 else { return refuse(.badRequest, "count must be at least 1") }
            result.options.count = value
        case "cart":
            for name in try names(key, from: &scanner) {
                guard let item = item(named: name, in: key) else { continue }
                if !result.context.cart.contains(item) { result.context.cart.append(item) }
            }
        case "exclude":
            for name in try names(key, from: &scanner) {
                if let item = item(named: name, in: key) { result.options.excluded.insert(item) }
            }
        case "category":
            guard let name = try optionalString(key, from: &scanner) else { return }
            if !catalog.hasCategory(named: name) { return refuse(.unknownItem, "no such category: \(name)") }
            result.options.category = name
        case "customer":
            if let text = try scanner.string() {
                customer = text
            } else {
                let source = try scanner.rawValue()
                if source == "null" { return }
                guard source.allSatisfy(\.isNumber) else { return refuse(.badRequest, "customer must be an id") }
                customer = source
            }
        case "history": try readHistory(from: &scanner)
        default: try scanner.skipValue()
        }
    }

    private mutating func item(named name: String, in key: String) -> ItemID? {
        if let item = catalog.item(named: name) { return item }
        refuse(.unknownItem, "no such item in \(key): \(name)")
        return nil
    }

    private mutating func readHistory(from scanner: inout JSONScanner) throws(JSONScanner.SyntaxError) {
        guard scanner.consume("[") else {
            if try scanner.rawValue() != "null" { refuse(.badRequest, Self.historyShape) }
            return
        }
        hasHistory = true
        if scanner.consume("]") { return }
        repeat {
            var basket = Basket(items: [])
            let names = try pastBasket(from: &scanner)
            for name in names {
                if let item = catalog.item(named: name) {
                    if !basket.items.contains(item) { basket.items.append(item) }
                } else if !result.skipped.contains(name) {
                    result.skipped.append(name)
                }
            }
            if !names.isEmpty { result.context.history.append(basket) }
        } while scanner.consume(",")
        try scanner.expect("]", "',' or ']'")
    }

    /// Unlike a member, a basket can't be left out by `null`: there is no telling what was meant.
    private mutating func pastBasket(from scanner: inout JSONScanner) throws(JSONScanner.SyntaxError) -> [String] {
        if scanner.standsAt("[") { return try names("history", from: &scanner) }
        try scanner.skipValue()
        refuse(.badRequest, Self.historyShape)
        return []
    }

    private static let historyShape = "history must be an array of baskets, each an array of names"

    private mutating func names(_ key: String, from scanner: inout JSONScanner) throws(JSONScanner.SyntaxError)
        -> [String]
    {
        guard scanner.consume("[") else {
            if try scanner.rawValue() != "null" { refuse(.badRequest, "\(key) must be an array of names") }
            return []
        }
        if scanner.consume("]") { return [] }
        var names: [String] = []
        repeat {
            if let name = try scanner.string() {
                names.append(name)
            } else {
                try scanner.skipValue()
                refuse(.badRequest, "\(key) must hold names")
            }
        } while scanner.consume(",")
        try scanner.expect("]", "',' or ']'")
        return names
    }

    private mutating func optionalString(
        _ key: String, from scanner: inout JSONScanner
    ) throws(JSONScanner.SyntaxError) -> String? {
        if let text = try scanner.string() { return text }
        if try scanner.rawValue() != "null" { refuse(.badRequest, "\(key) must be a string") }
        return nil
    }

    private mutating func wholeNumber(
        _ key: String, from scanner: inout JSONScanner
    ) throws(JSONScanner.SyntaxError) -> Int? {
        let source = try scanner.rawValue()
        if source == "null" { return nil }
        if let value = Int(source) { return value }
        // 30.0, as spreadsheets write it.
        if let value = Double(source), let whole = Int(exactly: value) { return whole }
        refuse(.badRequest, "\(key) must be a whole number")
        return nil
    }
}
