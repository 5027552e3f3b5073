import Crypto
import Dialogue
import Foundation
import NIOCore
import Testing

@testable import LineServer

@Suite("Tokens")
struct TokenBookTests {
    /// The hash of "secret", as `printf %s secret | sha256sum` prints it.
    private let secret = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"

    @Test("A file of roles, hashes and names is read, comments and blank lines left out")
    func reading() throws {
        let book = try TokenBook("# the shop's\n\nfrontend \(secret) web shop, first floor\n")
        #expect(book.count == 1)
        #expect(book.holder(of: "secret") == TokenBook.Holder(role: .frontend, name: "web shop, first floor"))
        #expect(book.holder(of: "Secret") == nil)
        #expect(book.holder(of: "") == nil)
    }

    @Test("A new token is what its line says, and no two are alike")
    func making() throws {
        let (token, line) = TokenBook.makeToken(role: .staff, name: "desk")
        #expect(token.count == 43)
        #expect(try TokenBook(line).holder(of: token) == TokenBook.Holder(role: .staff, name: "desk"))
        #expect(TokenBook.makeToken(role: .staff, name: "desk").token != token)
    }

    @Test(
        "What is wrong is told with its line",
        arguments: [
            ("\nfrontend x", "tokens:2: a token's line is `ROLE SHA256 NAME`"),
            ("customer SECRET me", "tokens:1:1: the role must be guest, frontend or staff"),
            ("staff 12ab me", "tokens:1: the second word must be a SHA-256"),
            ("staff SECRET me\n\nguest SECRET you", "tokens:3: the same token stands on line 1"),
        ])
    func errors(text: String, message: String) {
        do {
            _ = try TokenBook(text.replacingOccurrences(of: "SECRET", with: secret))
            Issue.record("nothing was wrong")
        } catch {
            #expect("\(error)".hasPrefix(message), "\(error)")
        }
    }

    @Test("An address that guessed too often waits; others don't, and it may go on later")
    func attempts() {
        let attempts = TokenAttempts()
        let start = NIODeadline.uptimeNanoseconds(1_000_000)
        for _ in 0..<TokenAttempts.burst {
            #expect(attempts.mayTry("10.0.0.1", at: start))
            attempts.failed("10.0.0.1", at: start)
        }
        #expect(!attempts.mayTry("10.0.0.1", at: start))
        #expect(attempts.mayTry("10.0.0.2", at: start))
        #expect(attempts.mayTry("10.0.0.1", at: start + .seconds(7)))
    }

    @Test(
        "Without tokens only this machine is served, unless that is asked for",
        arguments: [
            ("127.0.0.1", true), ("127.8.8.8", true), ("localhost", true), ("::1", true), ("0.0.0.0", false),
            ("::", false),
            ("192.168.1.7", false), ("127.0.0.1.example.com", false), ("127.example.com", false),
        ])
    func loopback(host: String, isAllowed: Bool) throws {
        var configuration = ServerConfiguration()
        configuration.host = host
        if isAllowed {
            try configuration.validate(hasTokens: false)
        } else {
            #expect(throws: ServerConfigurationError.openToAll(host: host)) {
                try configuration.validate(hasTokens: false)
            }
        }
        try configuration.validate(hasTokens: true)
        configuration.isInsecure = true
        try configuration.validate(hasTokens: false)
    }
}
