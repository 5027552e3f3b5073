import Foundation
import LineServer
import Logging
import Testing

@testable import Dialogue
@testable import dami

/// Runs every transcript of `dialogs/` on the small shop, as `dami replay dialogs` does.
@Suite("Dialogs", .serialized)
struct DialogTests {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("dialogs").path
    /// The small shop, made once for all tests.
    static let shop = Result {
        try ReplayShop(in: FileManager.default.temporaryDirectory.path + "/dami-dialogs-\(UUID().uuidString)")
    }

    private func stages(connect: String? = nil) throws -> ReplayStages {
        var stages = ReplayStages(connect: connect, token: nil, keep: nil)
        stages.shop = try Self.shop.get()
        return stages
    }

    @Test func everyTranscriptIsAnsweredAsItSays() throws {
        let files = try ReplayCommand.dialogs(in: [Self.folder])
        #expect(files.count >= 40)
        var stages = try stages()
        for file in files {
            let text = try String(contentsOfFile: file, encoding: .utf8)
            let transcript = try Transcript(parsing: text, name: file)
            #expect(!transcript.turns.isEmpty, "\(file)")
            var peer = try #require(try stages.peer(for: transcript.stage, file: file))
            let replies = try transcript.turns.map { try peer.reply(to: $0.typed) }
            for (turn, reply) in zip(transcript.turns, replies) {
                let diff = ReplyDiff(expected: turn.expected, actual: reply)
                #expect(diff.isEmpty, "\(file):\(turn.line)\n\(diff.text.joined(separator: "\n"))")
                for line in reply { #expect(!line.isEmpty && line.unicodeScalars.allSatisfy { $0.value >= 32 }) }
                #expect(reply.count <= 25 + 12, "a trace may follow the twenty-five lines of a reply")
            }
            #expect(transcript.updated(with: replies) == text, "\(file): --update would change it")
        }
    }

    @Test func aServerAnswersAsTheREPLDoes() async throws {
        var stages = try stages()
        let assistant = try stages.assistant(for: Transcript.Stage(), file: Self.folder + "/any.dialog")
        var configuration = ServerConfiguration()
        configuration.port = 0
        let server = try LineServer(
            configuration, assistant: assistant, store: MemoryConversationStore(), tokens: nil,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let running = Task { try await server.run() }
        let port = try #require(try await server.address.port)
        var remote = try self.stages(connect: "127.0.0.1:\(port)")
        var replayed = 0
        for file in try ReplayCommand.dialogs(in: [Self.folder]) {
            let transcript = try Transcript(parsing: try String(contentsOfFile: file, encoding: .utf8), name: file)
            guard var peer = try remote.peer(for: transcript.stage, file: file) else { continue }
            replayed += 1
            for turn in transcript.turns {
                let diff = ReplyDiff(expected: turn.expected, actual: try peer.reply(to: turn.typed))
                #expect(diff.isEmpty, "\(file):\(turn.line) over TCP\n\(diff.text.joined(separator: "\n"))")
            }
        }
        #expect(replayed >= 40)
        running.cancel()
        try await running.value
    }

    @Test func theSmallShopIsTheSameEachTime() throws {
        let directory = FileManager.default.temporaryDirectory.path + "/dami-replay-test-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let again = try ReplayShop(in: directory)
        let models = [try Self.shop.get().model, again.model].map { FileManager.default.contents(atPath: $0) }
        #expect(models[0] != nil && models[0] == models[1])
    }
}
