import NIOCore
import TestSupport
import Testing

@testable import LineServer

@Suite("A connection, as a value: bytes in, actions out")
struct LineConnectionTests {
    private typealias Action = LineConnection.Action

    private func connection(_ change: (inout LineConnection.Limits) -> Void = { _ in }) -> LineConnection {
        var limits = LineConnection.Limits()
        change(&limits)
        return LineConnection(limits: limits)
    }

    /// Everything that the connection wants done now; what is to be answered is returned, not answered.
    private func actions(_ connection: inout LineConnection, at now: NIODeadline = .uptimeNanoseconds(1)) -> [Action] {
        var result: [Action] = []
        while true {
            let action = connection.nextAction(at: now)
            if action == .wait || action == .read || action == .yield || action == .close { return result + [action] }
            result.append(action)
        }
    }

    private func tickets(_ actions: [Action]) -> [LineConnection.Ticket] {
        actions.compactMap { if case .answer(let ticket, _) = $0 { ticket } else { nil } }
    }

    private func bodies(_ actions: [Action]) -> [RequestLine.Body] {
        actions.compactMap { if case .answer(_, let body) = $0 { body } else { nil } }
    }

    private func sent(_ actions: [Action]) -> String {
        actions.map { if case .send(let bytes) = $0 { String(buffer: bytes) } else { "" } }.joined()
    }

    private func answer(_ text: String, closes: Bool = false) -> LineConnection.Answer {
        LineConnection.Answer(bytes: ReplyWriter.text(text), closes: closes)
    }

    @Test("Replies go out in the order of the lines, in whatever order they come in")
    func order() {
        var connection = connection()
        connection.receive(ByteBuffer(string: "a\nb\n\nc\n"))
        let asked = actions(&connection)
        #expect(bodies(asked) == [.text("a"), .text("b"), .text("c")])
        #expect(asked.last == .read)
        let tickets = tickets(asked)
        connection.complete(tickets[2], with: answer("C"))
        #expect(actions(&connection) == [.read])
        connection.complete(tickets[0], with: answer("A"))
        #expect(sent(actions(&connection)) == "A\n\n")
        connection.complete(tickets[1], with: answer("B"))
        #expect(sent(actions(&connection)) == "B\n\nC\n\n")
        #expect(connection.isIdle)
    }

    @Test("An error takes its place among the replies, in the form of its line")
    func errors() {
        var connection = connection { $0.lineLength = 64 }
        connection.receive(ByteBuffer(string: "a\n{\"id\":7,\n" + String(repeating: "x", count: 70) + "\n"))
        connection.receive(ByteBuffer(bytes: [0xC3, 0x28, 0x0A]))
        connection.receive(ByteBuffer(bytes: Array("{\"".utf8) + [0xFF, 0x0A]))
        connection.receive(ByteBuffer(string: "{" + String(repeating: "x", count: 70) + "\n"))
        let asked = actions(&connection)
        #expect(bodies(asked) == [.text("a")])
        connection.complete(tickets(asked)[0], with: answer("A"))
        let lines = sent(actions(&connection)).split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines[0] == "A")
        #expect(lines[2].hasPrefix(#"{"id":7,"ok":false,"error":{"code":"bad_json","#))
        #expect(lines[3] == "! line_too_long: a line holds at most 64 bytes; this one was skipped")
        #expect(lines[4] == "")
        #expect(lines[5].hasPrefix("! not_utf8: "))
        #expect(lines[7].hasPrefix(#"{"id":null,"ok":false,"error":{"code":"not_utf8","#))
        #expect(lines[8].hasPrefix(#"{"id":null,"ok":false,"error":{"code":"line_too_long","#))
        #expect(connection.takeErrors() == [.badJSON, .lineTooLong, .notUTF8, .notUTF8, .lineTooLong])
    }

    @Test("Lines without anything to see in them get no reply")
    func blankLines() {
        var connection = connection()
        connection.receive(ByteBuffer(string: "\n\r\n  \t\n\u{3000}\n"))
        #expect(actions(&connection) == [.read])
        #expect(connection.isIdle)
    }

    @Test("Reading stops while too many replies are out, and goes on when they are taken")
    func outstanding() {
        var connection = connection { $0.outstanding = 2 }
        connection.receive(ByteBuffer(string: "a\nb\nc\n"))
        let asked = actions(&connection)
        #expect(bodies(asked) == [.text("a"), .text("b")])
        #expect(asked.last == .wait)
        connection.complete(tickets(asked)[0], with: answer("A"))
        var next = actions(&connection)
        #expect(sent(next) == "A\n\n")
        #expect(next.last == .wait || bodies(next) == [.text("c")])
        next = actions(&connection)
        #expect(connection.outstandingReplies <= 2)
    }

    @Test("While the peer does not read, no line is taken and no byte read")
    func backPressure() {
        var connection = connection()
        connection.isWritable = false
        connection.receive(ByteBuffer(string: "a\nb\n"))
        #expect(actions(&connection) == [.wait])
        connection.isWritable = true
        #expect(bodies(actions(&connection)).count == 2)
    }

    @Test("After its share of lines a connection lets the others have theirs")
    func fairness() {
        var connection = connection { $0.linesPerTurn = 3 }
        connection.receive(ByteBuffer(string: "1\n2\n3\n4\n"))
        let first = actions(&connection)
        #expect(bodies(first).count == 3)
        #expect(first.last == .yield)
        connection.beginTurn()
        #expect(bodies(actions(&connection)) == [.text("4")])
    }

    @Test("While others wait for their turn, its share is smaller")
    func crowdedTurn() {
        var connection = connection {
            $0.linesPerTurn = 3
            $0.linesPerCrowdedTurn = 1
        }
        connection.receive(ByteBuffer(string: "1\n2\n3\n4\n5\n"))
        connection.beginTurn(isCrowded: true)
        #expect(bodies(actions(&connection)) == [.text("1")])
        connection.beginTurn()
        #expect(bodies(actions(&connection)) == [.text("2"), .text("3"), .text("4")])
    }

    @Test("A peer that ends its side gets every reply, then the end")
    func halfClose() {
        var connection = connection()
        connection.receive(ByteBuffer(string: "a\nb\nno end"))
        connection.inputEnded()
        let asked = actions(&connection)
        #expect(bodies(asked) == [.text("a"), .text("b")])
        #expect(asked.last == .wait)
        for ticket in tickets(asked) { connection.complete(ticket, with: answer("ok")) }
        let rest = actions(&connection)
        #expect(sent(rest) == "ok\n\nok\n\n")
        #expect(rest.last == .close)
        #expect(actions(&connection) == [.wait])
    }

    @Test("A draining server answers what it read, then says so in the peer's own form", arguments: [true, false])
    func drain(isJSON: Bool) {
        var connection = connection()
        connection.receive(ByteBuffer(string: isJSON ? "{\"ping\":true}\n" : "a\n"))
        let asked = actions(&connection)
        connection.receive(ByteBuffer(string: "b\n"))
        connection.finish(ProtocolError(.shuttingDown, "bye"))
        let more = actions(&connection)
        #expect(bodies(more) == [.text("b")])
        connection.receive(ByteBuffer(string: "too late\n"))
        for ticket in tickets(asked) + tickets(more) { connection.complete(ticket, with: answer("ok")) }
        let rest = actions(&connection)
        #expect(sent(rest) == "ok\n\nok\n\n! shutting_down: bye\n\n")
        #expect(rest.last == .close)
    }

    @Test("Before anything was said, a farewell is JSON with a null id")
    func farewellToTheSilent() {
        var connection = connection()
        connection.finish(ProtocolError(.idleTimeout, "bye"))
        #expect(
            sent(actions(&connection))
                == "{\"id\":null,\"ok\":false,\"error\":{\"code\":\"idle_timeout\",\"message\":\"bye\"}}\n")
    }

    @Test("After goodbye nothing more is said")
    func goodbye() {
        var connection = connection()
        connection.receive(ByteBuffer(string: "a\nbye\nb\n"))
        let asked = tickets(actions(&connection))
        connection.complete(asked[1], with: answer("bye", closes: true))
        connection.complete(asked[2], with: answer("B"))
        connection.complete(asked[0], with: answer("A"))
        let rest = actions(&connection)
        #expect(sent(rest) == "A\n\nbye\n\n")
        #expect(rest.last == .close)
        connection.receive(ByteBuffer(string: "c\n"))
        #expect(actions(&connection) == [.wait])
    }

    @Test("Above its rate a line is answered rate_limited, and the connection goes on")
    func rate() {
        var connection = connection { $0.requestsPerSecond = 2 }
        connection.receive(ByteBuffer(string: "a\nb\nc\n"))
        let start = NIODeadline.uptimeNanoseconds(1_000_000_000)
        let asked = actions(&connection, at: start)
        #expect(bodies(asked) == [.text("a"), .text("b")])
        for ticket in tickets(asked) { connection.complete(ticket, with: answer("ok")) }
        #expect(
            sent(actions(&connection, at: start)).hasSuffix(
                "! rate_limited: more than 2 requests a second; send this one again later\n\n"))
        connection.receive(ByteBuffer(string: "d\n"))
        #expect(bodies(actions(&connection, at: start + .milliseconds(500))) == [.text("d")])
    }

    @Test(
        "A text reply never looks like two, whatever the engine says", arguments: ["", "\n", "a\n\nb", "a\r\n \r\nb\n"])
    func textReplies(said: String) {
        let reply = String(buffer: ReplyWriter.text(said))
        #expect(reply.hasSuffix("\n\n"))
        #expect(!reply.dropLast(2).contains("\n\n") && !reply.hasPrefix("\n"))
    }

    @Test("Random frames, cut at random, get exactly one reply each", .timeLimit(.minutes(60)))
    func fuzz() {
        let frameCount = Fuzz.frameCount
        var fuzz = Fuzz(state: 20_261_123)
        var connection = connection {
            $0.lineLength = 200
            $0.requestsPerSecond = 0
        }
        var expected = 0
        var replies = 0
        var waiting: [LineConnection.Ticket] = []
        func carryOut() {
            while true {
                switch connection.nextAction(at: .uptimeNanoseconds(1)) {
                case .answer(let ticket, _): waiting.append(ticket)
                case .send(let bytes): replies += Fuzz.countReplies(in: bytes)
                case .yield: connection.beginTurn()
                case .read: return
                case .wait:
                    if waiting.isEmpty { return }
                    waiting.shuffle(using: &fuzz.random)
                    for ticket in waiting { connection.complete(ticket, with: Fuzz.answer(to: ticket)) }
                    waiting = []
                case .close:
                    Issue.record("the connection closed")
                    return
                }
            }
        }
        while fuzz.frames < frameCount {
            let (bytes, requests) = fuzz.nextFrames(limit: 200)
            expected += requests
            for chunk in fuzz.chunks(of: bytes) {
                connection.receive(ByteBuffer(bytes: chunk))
                carryOut()
            }
            for ticket in waiting { connection.complete(ticket, with: Fuzz.answer(to: ticket)) }
            waiting = []
            carryOut()
            guard replies == expected else {
                Issue.record("\(replies) replies to \(expected) requests after \(fuzz.frames) frames: \(bytes)")
                return
            }
        }
        #expect(replies == expected)
    }
}
