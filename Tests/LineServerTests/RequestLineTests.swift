import Dialogue
import Foundation
import Testing

@testable import LineServer

@Suite("A line is read as text or as a JSON request")
struct RequestLineTests {
    private func refusal(_ line: String) -> RequestLine.Refusal? {
        do throws(RequestLine.Refusal) {
            _ = try RequestLine(line)
            return nil
        } catch {
            return error
        }
    }

    @Test(
        "What does not begin with a brace is text, spaces and all", arguments: ["추천해줘", " {\"id\":1}", "[1]", "/cart"])
    func text(line: String) throws {
        #expect(try RequestLine(line) == RequestLine(form: .text, body: .text(line)))
    }

    @Test(
        "An id comes back as it was given",
        arguments: [
            ("1", "1"), ("1.50", "1.50"), ("-0", "-0"), ("1e400", "1e400"), ("12345678901234567890123", nil),
            ("null", nil),
            (#""a b""#, nil), (#""\u00e9\ud800""#, nil), (#"{ "a" : [1, 2, " x "] }"#, #"{"a":[1,2," x "]}"#),
            ("true", nil), (#""\" : ,""#, nil),
        ] as [(String, String?)])
    func id(given: String, returned: String?) throws {
        let request = try RequestLine(#"{"id": \#(given) ,"ping":true}"#)
        #expect(request.form == .json(id: returned ?? given))
    }

    @Test("Each kind of request is read; what it does not know is left alone")
    func kinds() throws {
        #expect(try RequestLine(#"{"text":"안녕","later":{"x":[]}}"#).body == .text("안녕"))
        #expect(try RequestLine(#"{"text":"\ud55c\uae00 \ud83d\ude00 \"\/\\\t"}"#).body == .text("한글 😀 \"/\\\t"))
        #expect(try RequestLine(#"{"acts":[ {"act" : "help"} ]}"#).body == .acts(#"[{"act":"help"}]"#))
        #expect(
            try RequestLine(#"{"hello":{"token":"t","session":null,"language":"ko","x":1}}"#).body
                == .hello(.init(token: "t", session: nil, language: "ko")))
        #expect(try RequestLine(#"{"hello":{}}"#).body == .hello(.init()))
        #expect(try RequestLine(#"{ "ping" : true }  "#) == RequestLine(form: .json(id: "null"), body: .ping))
    }

    @Test(
        "What is no JSON is bad_json",
        arguments: [
            "{", "{}}", "{\"id\":1", "{\"id\":01,\"ping\":true}", "{\"text\":\"\u{1}\"}", "{'text':'x'}",
            "{\"text\":\"\\x\"}",
            "{\"id\":1,}", "{\"id\":.5}", "{\"id\":1.}", "{\"id\":1e}", "{\"id\":+1}", "{\"id\":nul}",
            "{\"text\":\"\\ud800\"}",
            "{\"text\":\"\\u12g4\"}", "{\"id\":[1 2]}", "{\"id\" 1}", "{id:1}", "{\"text\":\"abc", "{\"ping\":true} x",
            "{\"id\":" + String(repeating: "[", count: 5000), "{\"id\":NaN}", "{\"text\":\"a\\",
        ])
    func badJSON(line: String) {
        #expect(refusal(line)?.error.code == .badJSON, "\(line.prefix(40))")
    }

    @Test(
        "What is JSON but no request is bad_request",
        arguments: [
            "{}", #"{"id":1}"#, #"{"text":1}"#, #"{"text":" "}"#, #"{"text":"a","ping":true}"#, #"{"acts":{}}"#,
            #"{"acts":[]}"#, #"{"ping":false}"#, #"{"hello":"x"}"#, #"{"hello":{"token":1}}"#,
            #"{"hello":{"language":"fr"}}"#, #"{"id":1,"id":2,"ping":true}"#,
        ])
    func badRequest(line: String) {
        #expect(refusal(line)?.error.code == .badRequest)
    }

    @Test("An id that was read is given back also where the rest is wrong; else null stands there")
    func idOfWrongRequests() {
        #expect(refusal(#"{"id":9,"text":}"#)?.form == .json(id: "9"))
        #expect(refusal(#"{"text":5,"id":9}"#)?.form == .json(id: "9"))
        #expect(refusal(#"{"text":}"#)?.form == .json(id: "null"))
        #expect(refusal(#"{"id":"#)?.form == .json(id: "null"))
    }

    @Test("An error says at which byte")
    func column() {
        #expect(refusal(#"{"id":1,"text":nope}"#)?.error.message == "not JSON at byte 17 of the line: a value expected")
    }

    @Test("It takes and refuses what Foundation's reader does")
    func agreesWithFoundation() {
        let fragments = [
            "{", "}", "[", "]", ",", ":", "\"a\"", "\"\\n\"", "1", "-2.5e+3", "true", "null", " ", "0", "\"\\u00e9\"",
        ]
        var random = SystemSeed.generator
        for _ in 0..<3000 {
            let length = Int.random(in: 1...8, using: &random)
            let value = (0..<length).map { _ in fragments.randomElement(using: &random)! }.joined()
            let ours = refusal(#"{"ping":true,"x":\#(value)}"#)?.error.code
            let theirs = try? JSONSerialization.jsonObject(with: Data(#"{"ping":true,"x":\#(value)}"#.utf8))
            // Foundation's reader lets a comma stand before the end of an object or array; RFC 8259 does not.
            let compact = value.replacingOccurrences(of: " ", with: "") + "}"
            let hasTrailingComma = compact.contains(",}") || compact.contains(",]")
            if !hasTrailingComma { #expect((ours == nil) == (theirs != nil), "\(value)") }
        }
    }
}
