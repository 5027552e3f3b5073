import Dialogue
import Foundation
import Shop
import Synchronization
import Testing

@testable import Terminal

@Suite struct PipedChatTests {
    /// What a chat prints for bytes on its input, and its exit status.
    func talk(_ bytes: some Sequence<UInt8>, json: Bool = false, keep: @escaping ChatEngine.Keep = { _, _, _ in })
        throws -> (output: String, status: Int32)
    {
        let input = FileManager.default.temporaryDirectory.path + "/dami-chat-\(UUID().uuidString)"
        let output = input + ".out"
        defer {
            unlink(input)
            unlink(output)
        }
        try Data(bytes).write(to: URL(fileURLWithPath: input))
        let reading = open(input, O_RDONLY)
        let writing = open(output, O_WRONLY | O_CREAT, 0o600)
        defer {
            close(reading)
            close(writing)
        }
        let engine = ChatEngine(
            assistant: ParrotAssistant(), conversation: Conversation(id: "c", role: .customer), printsJSON: json,
            keep: keep)
        var chat = PipedChat(engine: engine)
        let status = chat.run(input: reading, output: writing)
        return (try String(contentsOfFile: output, encoding: .utf8), status)
    }

    @Test func aLineGetsItsReply() throws {
        #expect(try talk("추천해줘\n".utf8) == ("‘추천해줘’라고 하셨어요.\n", 0))
    }

    @Test func everyKindOfLineEndIsOne() throws {
        let wanted = "‘가’라고 하셨어요.\n\n‘나’라고 하셨어요.\n\n‘다’라고 하셨어요.\n"
        #expect(try talk("가\n나\r\n\n   \n다".utf8).output == wanted)
        #expect(try talk("".utf8) == ("", 0))
        #expect(try talk("\n\n".utf8) == ("", 0))
    }

    @Test func anErrorTellsInTheExitStatus() throws {
        let (output, status) = try talk("틀렸어\n추천해줘\n".utf8)
        #expect(output == "! bad_request: 안 돼요\n\n‘추천해줘’라고 하셨어요.\n")
        #expect(status == 1)
    }

    @Test func aFullDiskTellsInTheExitStatus() throws {
        let engine = ChatEngine(
            assistant: ParrotAssistant(), conversation: Conversation(id: "c", role: .customer), keep: { _, _, _ in })
        var chat = PipedChat(engine: engine)
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { close(ends[0]) }
        Descriptor.write("추천해줘\n추천해줘\n", to: ends[1])
        close(ends[1])
        let full = open("/dev/full", O_WRONLY)
        defer { close(full) }
        #expect(chat.run(input: ends[0], output: full) == 1)
    }

    @Test func nothingFollowsAGoodbye() throws {
        #expect(try talk("/quit\n추천해줘\n".utf8) == ("안녕히 가세요.\n", 0))
    }

    @Test func jsonIsALineEach() throws {
        let (output, status) = try talk("추천해줘\n틀렸어\n".utf8, json: true)
        #expect(output == "{\"id\":null,\"kind\":\"smalltalk\"}\n{\"id\":null,\"kind\":\"error\"}\n")
        #expect(status == 1)
    }

    @Test func whatIsNoTextIsRefusedAndTheNextLineIsRead() throws {
        let (output, status) = try talk([0xFF, 0x0A] + Array("추천\n".utf8))
        #expect(output.hasPrefix("! not_utf8: "))
        #expect(output.hasSuffix("\n\n‘추천’라고 하셨어요.\n"))
        #expect(status == 1)
    }

    @Test(arguments: [65_537, 200_000])
    func aLineThatIsTooLongIsSkipped(length: Int) throws {
        let (output, status) = try talk(Array(repeating: UInt8(ascii: "a"), count: length) + Array("\n추천\n".utf8))
        #expect(output.hasPrefix("! line_too_long: "))
        #expect(output.hasSuffix("\n\n‘추천’라고 하셨어요.\n"))
        #expect(status == 1)
        #expect(try talk(Array(repeating: UInt8(ascii: "a"), count: length)).status == 1)
        #expect(try talk(Array(repeating: UInt8(ascii: "a"), count: 65_536)).status == 0)
    }

    @Test func aLineThatAnotherConversationOvertookIsAnsweredAgain() throws {
        let attempts = Mutex(0)
        let (output, status) = try talk("우유\n우유\n".utf8) { _, before, after in
            #expect(after.cart.count == before.cart.count + 1)
            if attempts.withLock({ attempts in
                attempts += 1
                return attempts == 1
            }) {
                throw OutdatedConversation()
            }
        }
        #expect(output == "‘우유’라고 하셨어요.\n\n‘우유’라고 하셨어요.\n")
        #expect(status == 0)
        #expect(attempts.withLock { $0 } == 3)
        #expect(try talk("우유\n".utf8) { _, _, _ in throw OutdatedConversation() }.output.hasPrefix("! internal: "))
    }

    @Test func whatCanNotBeKeptWasNotDone() throws {
        struct Full: Error {}
        let attempts = Mutex(0)
        let (output, status) = try talk("30대 여자야\n우유\n".utf8) { _, before, _ in
            #expect(before.profile.isEmpty, "the line before was taken back")
            attempts.withLock { $0 += 1 }
            throw Full()
        }
        #expect(output.split(separator: "\n").allSatisfy { $0.hasPrefix("! internal: ") })
        #expect(status == 1)
        #expect(attempts.withLock { $0 } == 2)
    }
}

@Suite struct ChatTextsTests {
    func prompt(_ profile: Profile, cart: Int = 0, customer: String? = nil, unicode: Bool = true, columns: Int = 80)
        -> String
    {
        var conversation = Conversation(id: "c", role: .customer)
        conversation.known.profile = profile
        conversation.known.cart = Array(0..<cart)
        conversation.customer = customer
        return ChatTexts.prompt(for: conversation, showsUnicode: unicode, columns: columns).text
    }

    @Test func thePromptTellsWhoAndHowMuch() {
        let woman = Profile(gender: .female, age: 30)
        #expect(prompt(.unknown) == "❯ ")
        #expect(prompt(woman, cart: 2) == "30대 여성 · 2 ❯ ")
        #expect(prompt(woman, cart: 2, customer: "13516") == "13516 · 30대 여성 · 2 ❯ ")
        #expect(prompt(Profile(age: 40)) == "40대 ❯ ")
        #expect(prompt(.unknown, cart: 1) == "1 ❯ ")
    }

    @Test func staffAreTold() {
        var conversation = Conversation(id: "c", role: .staff)
        #expect(ChatTexts.prompt(for: conversation, showsUnicode: true, columns: 80).text == "직원 ❯ ")
        conversation.language = .english
        conversation.customer = "7"
        #expect(ChatTexts.prompt(for: conversation, showsUnicode: true, columns: 80).text == "staff · 7 ❯ ")
    }

    @Test func asciiWhereTheTerminalNeedsIt() {
        let text = prompt(Profile(gender: .male, age: 20), cart: 3, customer: "고객1", unicode: false)
        #expect(text == "20s M, 3 > ")
    }

    @Test func aNarrowWindowKeepsRoomToType() {
        let woman = Profile(gender: .female, age: 30)
        #expect(prompt(woman, cart: 2, customer: "13516", columns: 40) == "30대 여성 · 2 ❯ ")
        #expect(prompt(woman, cart: 2, customer: "13516", columns: 20) == "2 ❯ ")
        #expect(prompt(woman, cart: 2, customer: "13516", columns: 6) == "❯ ")
    }

    @Test func theEnvironmentTellsTheFirstLanguage() {
        let korean = Catalog(subcategories: [Subcategory(name: "우유", middleCategory: nil, category: "유제품")])
        let english = Catalog(subcategories: [Subcategory(name: "Milk", middleCategory: nil, category: "Dairy")])
        #expect(Chat.expectedLanguage(environment: ["LANG": "en_US.UTF-8"], catalog: korean) == .english)
        #expect(Chat.expectedLanguage(environment: ["LANG": "ko_KR.UTF-8"], catalog: english) == .korean)
        #expect(Chat.expectedLanguage(environment: ["LANG": "C.UTF-8"], catalog: korean) == .korean)
        #expect(Chat.expectedLanguage(environment: [:], catalog: english) == .english)
        #expect(Chat.expectedLanguage(environment: ["LC_ALL": "C", "LANG": "en_US.UTF-8"], catalog: korean) == .korean)
    }
}
