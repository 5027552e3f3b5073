import Shop

/// A line that a client sent, read but not yet understood.
struct RequestLine: Hashable, Sendable {
    /// How the reply is to be written: as the request was.
    enum Form: Hashable, Sendable {
        case text
        /// `id` is the JSON text to be given back.
        case json(id: String)

        /// For a JSON line whose `id` could not be read.
        static let anonymous = Form.json(id: "null")
    }

    enum Body: Hashable, Sendable {
        /// What a person would type.
        case text(String)
        /// A JSON array, not yet read as acts.
        case acts(String)
        case hello(Hello)
        case ping
    }

    /// Who speaks, in which conversation, in which language: everything may be left out.
    struct Hello: Hashable, Sendable {
        var token: String?
        var session: String?
        var language: String?
    }

    var form: Form
    var body: Body

    /// Why a line is no request, and how to answer that.
    struct Refusal: Error, Hashable {
        var form: Form
        var error: ProtocolError
    }

    /// Reads a line that is not blank. A line that begins with `{` is JSON, any other is text.
    init(_ line: String) throws(Refusal) {
        guard line.utf8.first == UInt8(ascii: "{") else {
            self.init(form: .text, body: .text(line))
            return
        }
        var reader = RequestReader()
        do {
            self = try reader.request(line)
        } catch let error as JSONScanner.SyntaxError {
            throw Refusal(
                form: .json(id: reader.id ?? "null"),
                error: ProtocolError(.badJSON, "not JSON at byte \(error.column) of the line: \(error.problem)"))
        } catch let error as ProtocolError {
            throw Refusal(form: .json(id: reader.id ?? "null"), error: error)
        } catch {
            throw Refusal(
                form: .json(id: reader.id ?? "null"), error: ProtocolError(.internal, "the line could not be read"))
        }
    }

    init(form: Form, body: Body) {
        self.form = form
        self.body = body
    }
}

/// Reads the members of a JSON request; what was read of the `id` is known also where the rest is wrong.
private struct RequestReader {
    private(set) var id: String?
    private var bodies: [(key: String, body: RequestLine.Body)] = []
    private var problem: ProtocolError?

    mutating func request(_ line: String) throws -> RequestLine {
        var scanner = JSONScanner(line)
        try scanner.forEachMember { (key, scanner) throws(JSONScanner.SyntaxError) in
            try readMember(key, from: &scanner)
        }
        try scanner.end()
        if let problem { throw problem }
        guard bodies.count == 1, let body = bodies.first?.body else {
            let problem =
                bodies.isEmpty
                ? "a request holds one of text, acts, hello, ping"
                : "a request holds one of text, acts, hello, ping; this one holds \(bodies.map(\.key).joined(separator: " and "))"
            throw ProtocolError(.badRequest, problem)
        }
        return RequestLine(form: .json(id: id ?? "null"), body: body)
    }

    private mutating func readMember(_ key: String, from scanner: inout JSONScanner) throws(JSONScanner.SyntaxError) {
        switch key {
        case "id":
            let value = try scanner.rawValue()
            if id != nil { refuse("id stands twice") }
            id = value
        case "text":
            guard let text = try scanner.string() else { return try refuse("text must be a string", &scanner) }
            if text.isBlank { refuse("text is blank") }
            bodies.append((key, .text(text)))
        case "acts":
            let value = try scanner.rawValue()
            if !value.hasPrefix("[") || value == "[]" { refuse("acts must be an array of at least one act") }
            bodies.append((key, .acts(value)))
        case "hello":
            guard let hello = try readHello(from: &scanner) else { return }
            bodies.append((key, .hello(hello)))
        case "ping":
            if try scanner.rawValue() != "true" { refuse("ping must be true") }
            bodies.append((key, .ping))
        default:
            // Room for clients of a later protocol.
            try scanner.skipValue()
        }
    }

    private mutating func readHello(
        from scanner: inout JSONScanner
    ) throws(JSONScanner.SyntaxError) -> RequestLine.Hello? {
        guard scanner.standsAt("{") else {
            try refuse("hello must be an object", &scanner)
            return nil
        }
        var hello = RequestLine.Hello()
        try scanner.forEachMember { (key, scanner) throws(JSONScanner.SyntaxError) in
            switch key {
            case "token": hello.token = try readOptionalString("hello.token", from: &scanner)
            case "session": hello.session = try readOptionalString("hello.session", from: &scanner)
            case "language":
                hello.language = try readOptionalString("hello.language", from: &scanner)
                if let language = hello.language, language != "ko", language != "en" {
                    refuse("hello.language must be ko or en")
                }
            default: try scanner.skipValue()
            }
        }
        return hello
    }

    private mutating func readOptionalString(
        _ name: String, from scanner: inout JSONScanner
    ) throws(JSONScanner.SyntaxError) -> String? {
        if let string = try scanner.string() { return string }
        if try scanner.rawValue() != "null" { refuse("\(name) must be a string") }
        return nil
    }

    /// Remembers the first thing that is wrong; the rest of the line is read all the same, so that JSON errors go first
    /// and an `id` further on is found.
    private mutating func refuse(_ message: String) {
        if problem == nil { problem = ProtocolError(.badRequest, message) }
    }

    private mutating func refuse(_ message: String, _ scanner: inout JSONScanner) throws(JSONScanner.SyntaxError) {
        refuse(message)
        try scanner.skipValue()
    }
}
