import Dialogue
import Foundation
import NIOConcurrencyHelpers
import NIOCore
import Shop
import TestSupport
import Testing

@testable import LineServer

@Suite("The server, over sockets", .serialized)
struct LineServerTests {
    @Test("Text and JSON are answered on one connection, in order, also where the bytes dribble in")
    func textAndJSON() async throws {
        try await withServer { _, address, _ in
            let client = try await LineClient(to: address)
            for byte in "안녕\r\n{\"id\":1,\"text\":\"hi\"}\n".utf8 { try await client.send([byte]) }
            #expect(try await client.reply() == ["안녕"])
            let reply = try await client.json()
            #expect(reply["id"] as? Int == 1)
            #expect(reply["text"] as? String == "hi")
            #expect(reply["ok"] as? Bool == true)
            #expect((reply["session"] as? String)?.hasPrefix("s-") == true)
        }
    }

    @Test("A client that sends all its lines and ends its side gets every reply")
    func halfClosed() async throws {
        try await withServer { _, address, _ in
            let client = try await LineClient(to: address)
            try await client.send((0..<3000).map { "line \($0)\n" }.joined())
            try await client.endSending()
            try await client.waitForClose()
            let lines = client.received.split(separator: "\n")
            #expect(lines == (0..<3000).map { "line \($0)" })
        }
    }

    @Test("A long line, a wrong one and one that is no UTF-8 leave the connection usable")
    func badLines() async throws {
        try await withServer { _, address, _ in
            let client = try await LineClient(to: address)
            try await client.send(String(repeating: "x", count: 100_000) + "\n")
            #expect(
                try await client.reply() == ["! line_too_long: a line holds at most 65536 bytes; this one was skipped"])
            try await client.send([0xFF, 0x0A])
            #expect(try await client.reply() == ["! not_utf8: the line is not UTF-8; it was skipped"])
            #expect(
                (try await client.ask("{\"id\":\"x\",")["error"] as? [String: Any])?["code"] as? String == "bad_json")
            #expect(try await client.ask(#"{"id":[1],"ping":true}"#)["pong"] as? Bool == true)
        }
    }

    @Test("After goodbye the server closes, and what came behind it is not answered")
    func goodbye() async throws {
        try await withServer { _, address, _ in
            let client = try await LineClient(to: address)
            try await client.send("a\nbye\nb\n")
            try await client.waitForClose()
            #expect(client.received == "a\n\nbye\n\n")
        }
    }

    @Test("A conversation is taken up again by hello, on another connection and while the first one is open")
    func resume() async throws {
        try await withServer { _, address, _ in
            let first = try await LineClient(to: address)
            let session = try #require(try await first.ask(#"{"text":"+item3"}"#)["session"] as? String)
            let second = try await LineClient(to: address)
            let hello = try await second.ask(#"{"id":1,"hello":{"session":"\#(session)","language":"en"}}"#)
            #expect(hello["resumed"] as? Bool == true)
            #expect(hello["cart"] as? [String] == ["item3"])
            #expect(hello["language"] as? String == "en")
            _ = try await second.ask(#"{"text":"+item4"}"#)
            #expect(try await first.ask(#"{"text":"?"}"#)["cart"] as? [String] == ["item3", "item4"])
            try await first.close()
            try await second.close()
            let third = try await LineClient(to: address)
            #expect(
                try await third.ask(#"{"hello":{"session":"\#(session)"}}"#)["cart"] as? [String] == ["item3", "item4"])
        }
    }

    @Test("Nobody gets into a conversation by a wrong id or in another role, and keeps their own")
    func foreignSessions() async throws {
        let (token, line) = TokenBook.makeToken(role: .staff, name: "desk")
        try await withServer(tokens: line) { _, address, _ in
            let staff = try await LineClient(to: address)
            let hello = try await staff.ask(#"{"hello":{"token":"\#(token)"}}"#)
            #expect(hello["role"] as? String == "staff")
            let session = try #require(hello["session"] as? String)
            let guest = try await LineClient(to: address)
            let own = try #require(try await guest.ask(#"{"text":"+item1"}"#)["session"] as? String)
            let refused = try await guest.ask(#"{"hello":{"session":"\#(session)"}}"#)
            #expect((refused["error"] as? [String: Any])?["code"] as? String == "unauthorised")
            let unknown = try await guest.ask(#"{"hello":{"session":"s-1"}}"#)
            #expect((unknown["error"] as? [String: Any])?["code"] as? String == "bad_request")
            let still = try await guest.ask(#"{"text":"?"}"#)
            #expect(still["session"] as? String == own)
            #expect(still["cart"] as? [String] == ["item1"])
            // With a token that gives rights, one does not carry a guest's conversation along.
            let risen = try await guest.ask(#"{"hello":{"token":"\#(token)"}}"#)
            #expect(risen["role"] as? String == "staff")
            #expect(risen["session"] as? String != own)
            #expect(risen["cart"] as? [String] == [])
        }
    }

    @Test("A guest is never logged in, even if the engine would let them")
    func guestsHaveNoCustomer() async throws {
        try await withServer { _, address, _ in
            let client = try await LineClient(to: address)
            try await client.send("login 13516\n")
            #expect(try await client.reply() == ["! unauthorised: guests can't log in"])
        }
    }

    @Test("Wrong tokens are refused, and after a few of them the connection is closed")
    func wrongTokens() async throws {
        let (_, line) = TokenBook.makeToken(role: .guest, name: "g")
        try await withServer(tokens: line, configure: { $0.maximumTokenFailures = 2 }) { _, address, _ in
            let client = try await LineClient(to: address)
            for code in ["unauthorised", "unauthorised", "rate_limited"] {
                let reply = try await client.ask(#"{"hello":{"token":"guess"}}"#)
                #expect((reply["error"] as? [String: Any])?["code"] as? String == code)
            }
            try await client.waitForClose()
        }
    }

    @Test("One connection more than may be is told so and closed; when one goes, the next may come")
    func tooManyConnections() async throws {
        try await withServer(configure: { $0.maximumConnections = 2 }) { server, address, _ in
            let clients = [try await LineClient(to: address), try await LineClient(to: address)]
            for client in clients { #expect(try await client.ask(#"{"ping":true}"#)["pong"] as? Bool == true) }
            let third = try await LineClient(to: address)
            try await third.waitForClose()
            #expect(third.received.contains(#""id":null,"ok":false,"error":{"code":"too_many_connections""#))
            try await clients[0].close()
            while server.connectionCount > 1 { try await Task.sleep(for: .milliseconds(2)) }
            let fourth = try await LineClient(to: address)
            #expect(try await fourth.ask(#"{"ping":true}"#)["pong"] as? Bool == true)
        }
    }

    @Test("A silent connection is told idle_timeout and closed, also one that sends a line without end, byte by byte")
    func idleTimeout() async throws {
        try await withServer(configure: { $0.idleTimeout = 1 }) { _, address, _ in
            let silent = try await LineClient(to: address)
            let dribbling = try await LineClient(to: address)
            try await dribbling.send("hi\n")
            #expect(try await dribbling.reply() == ["hi"])
            let dribble = Task {
                while !Task.isCancelled {
                    try await dribbling.send("x")
                    try await Task.sleep(for: .milliseconds(100))
                }
            }
            defer { dribble.cancel() }
            try await silent.waitForClose()
            #expect(silent.received.contains(#""code":"idle_timeout""#))
            try await dribbling.waitForClose()
            #expect(dribbling.received.hasPrefix("! idle_timeout: "))
        }
    }

    @Test("A server that stops answers what it read, says shutting_down, and closes")
    func gracefulShutdown() async throws {
        try await withServer(assistant: EchoAssistant(onLine: { _ in Thread.sleep(forTimeInterval: 0.005) })) {
            _, address, services in
            let client = try await LineClient(to: address)
            let idle = try await LineClient(to: address)
            try await client.send((0..<100).map { "\($0)\n" }.joined())
            #expect(try await client.reply() == ["0"])
            await services.triggerGracefulShutdown()
            try await client.waitForClose()
            try await idle.waitForClose()
            let lines = client.received.split(separator: "\n")
            #expect(lines.dropLast() == (1..<100).map { "\($0)" }[...])
            #expect(lines.last?.hasPrefix("! shutting_down: ") == true)
            #expect(idle.received.contains(#""id":null,"ok":false,"error":{"code":"shutting_down""#))
        }
    }

    @Test("Lines that are under way and those after them are answered while the assistant is replaced")
    func reload() async throws {
        try await withServer { server, address, _ in
            let client = try await LineClient(to: address)
            _ = try await client.ask(#"{"text":"+item3"}"#)
            _ = try await client.ask(#"{"text":"+item39"}"#)
            let lines = (0..<2000).map { "\($0)\n" }.joined()
            let sending = Task { try await client.send(lines) }
            // The new catalog numbers the items the other way round, and has no item39.
            let catalog = Catalog(subcategories: EchoAssistant.fortyItems.subcategories.dropLast().reversed())
            server.replaceAssistant(by: EchoAssistant(catalog: catalog, voice: "new "))
            try await sending.value
            for line in 0..<2000 { #expect(["\(line)", "new \(line)"].contains(try await client.reply()[0])) }
            let after = try await client.ask(#"{"text":"?"}"#)
            #expect(after["text"] as? String == "new ?")
            #expect(after["cart"] as? [String] == ["item3"])
        }
    }

    @Test("A client that does not read stops being read, costs little, and gets everything once it reads")
    func slowReader() async throws {
        let answered = NIOLockedValueBox(0)
        let assistant = EchoAssistant(onLine: { _ in answered.withLockedValue { $0 += 1 } })
        try await withServer(assistant: assistant) { _, address, _ in
            let slow = try await LineClient(to: address, readsItself: false)
            let line = String(repeating: "x", count: 1000)
            let count = 12_000
            for _ in 0..<count / 100 { slow.sendWithoutWaiting(String(repeating: line + "\n", count: 100)) }
            // Others are served meanwhile.
            let other = try await LineClient(to: address)
            for _ in 0..<200 { #expect(try await other.ask(#"{"ping":true}"#)["pong"] as? Bool == true) }
            try await Task.sleep(for: .milliseconds(500))
            // What the server answered is in socket buffers; the rest it has not even read.
            #expect(answered.withLockedValue { $0 } < count)
            try await slow.startReading()
            let deadline = ContinuousClock.now + .seconds(30)
            while slow.receivedByteCount < count * 1002, ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(10))
            }
            #expect(slow.receivedByteCount == count * 1002)
        }
    }
}
