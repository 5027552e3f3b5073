import Dialogue
import Foundation
import Shop
import Understanding

/// What a dialog is replayed against: a line in, the lines of its reply out.
protocol ReplayPeer {
    mutating func reply(to line: String) throws -> [String]
}

/// The REPL's engine, in this process.
struct EnginePeer: ReplayPeer {
    let assistant: any Responding
    var conversation: Conversation
    private var isOver = false

    init(assistant: any Responding, stage: Transcript.Stage) {
        self.assistant = assistant
        self.conversation = Conversation(
            id: "s-replay", role: stage.role ?? .customer, language: stage.language)
    }

    mutating func reply(to line: String) throws -> [String] {
        guard !isOver, !line.isBlank else { return [] }
        let turn = assistant.respond(to: .text(line), in: &conversation)
        isOver = turn.reply.endsConversation
        return assistant.text(of: turn, in: conversation).split(separator: "\n").map(String.init)
    }
}

/// A server, over the line protocol's text mode.
final class ServerPeer: ReplayPeer {
    private let socket: Int32
    private let address: String
    private var received: [UInt8] = []
    private var isOver = false

    /// - Parameter address: `HOST:PORT`.
    /// - Throws: ``ReplayError`` where nobody answers.
    init(address: String, stage: Transcript.Stage, token: String?) throws {
        self.address = address
        self.socket = try Self.connect(address)
        var hello: [String: String] = [:]
        hello["language"] = stage.language?.rawValue
        hello["token"] = token
        guard !hello.isEmpty else { return }
        let request = try JSONSerialization.data(withJSONObject: ["hello": hello])
        try send(String(decoding: request, as: UTF8.self))
        guard let answer = try receiveLine(), answer.contains("\"ok\":true") else {
            throw ReplayError("\(address) refused the hello: is the token right?")
        }
    }

    deinit { close(socket) }

    func reply(to line: String) throws -> [String] {
        guard !isOver, !line.isBlank else { return [] }
        try send(line)
        var lines: [String] = []
        while true {
            guard let next = try receiveLine() else {
                isOver = true
                return lines
            }
            if next.isEmpty { return lines }
            lines.append(next)
            // After `/json on` a reply is one line of JSON; it ends with its line feed and an empty line all the same.
        }
    }

    private func send(_ line: String) throws {
        var bytes = Array((line + "\n").utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { throw ReplayError("\(address) closed the connection") }
            bytes = bytes.dropFirst(count)
        }
    }

    /// The next line without its end; `nil` where the server closed.
    private func receiveLine() throws -> String? {
        while true {
            if let end = received.firstIndex(of: UInt8(ascii: "\n")) {
                var line = received[..<end]
                if line.last == UInt8(ascii: "\r") { line.removeLast() }
                received.removeSubrange(...end)
                return String(decoding: line, as: UTF8.self)
            }
            var buffer = [UInt8](repeating: 0, count: 16_384)
            let count = recv(socket, &buffer, buffer.count, 0)
            if count == 0 { return nil }
            guard count > 0 else { throw ReplayError("\(address) did not answer within 10 seconds") }
            received += buffer[..<count]
        }
    }

    private static func connect(_ address: String) throws -> Int32 {
        guard let colon = address.lastIndex(of: ":") else {
            throw ReplayError("“\(address)” is no HOST:PORT")
        }
        let host = address[..<colon].trimmingCharacters(in: ["[", "]"])
        let port = String(address[address.index(after: colon)...])
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, port, &hints, &found) == 0 else {
            throw ReplayError("there is no host “\(address)”")
        }
        defer { freeaddrinfo(found) }
        var next = found
        while let info = next?.pointee {
            let socket = Glibc.socket(info.ai_family, info.ai_socktype, info.ai_protocol)
            if socket >= 0 {
                var timeout = timeval(tv_sec: 10, tv_usec: 0)
                setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
                if Glibc.connect(socket, info.ai_addr, info.ai_addrlen) == 0 { return socket }
                close(socket)
            }
            next = info.ai_next
        }
        throw ReplayError("nobody listens at \(address): start it with “dami serve”")
    }
}

/// Why a replay could not run.
struct ReplayError: ReportableError {
    let message: String
    init(_ message: String) { self.message = message }
}
