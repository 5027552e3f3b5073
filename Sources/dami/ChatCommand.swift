import ArgumentParser
import Customers
import Dialogue
import Foundation
import LineServer
import Recommender
import Shop
import ShopStore
import Synchronization
import Terminal
import Understanding

/// `dami chat`: talk with the recommender, at a terminal or in a pipe.
struct ChatCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chat",
        abstract: "Talk with the recommender.",
        discussion: """
            At a terminal there is a prompt with history, search and completion; keys follow ~/.editrc. Otherwise lines \
            are read from stdin and answered on stdout:

              echo '30대 여자야 추천해줘' | dami chat

            The exit status is 1 if a line was answered with an error. Without --model, what lies in dami's home is \
            used; where nothing does, a sample shop is made there first.
            """)

    @Option(help: "The shop: its customers, their carts and purchases.") var data: String?
    @Option(help: "The model. (default: shop.model in dami's home)") var model: String?
    @Option(help: ArgumentHelp("The customer who is talking.", valueName: "id")) var customer: String?
    @Flag(help: "Talk as staff: any customer may be logged in, and the model's inside is shown.") var staff = false
    @Option(help: "Always answer in this language, ko or en.") var language: ReplyLanguage?
    @Flag(help: "Answer with the protocol's JSON, a line each.") var json = false

    func run() throws {
        let files = try FirstRun().files(data: data, model: model)
        if customer != nil, files.shop == nil { throw ChatCommandError.customerWithoutShop }
        let recommender = try loadRecommender(path: files.model, for: files.shop.map(openToBeRead))
        let shop = files.shop.map(LazyShop.init(path:))
        let assistant = Assistant(
            recommender: recommender, parser: BackgroundParser(catalog: recommender.catalog),
            directory: shop.map { shop in ShopDirectory(recommender: recommender, opening: { try shop.store() }) }
                ?? EmptyCustomerDirectory())
        var conversation = Conversation(
            id: "chat-\(UUID().uuidString.lowercased())", role: staff ? .staff : .customer, language: language,
            identity: customer)
        conversation.language = language ?? Chat.expectedLanguage(catalog: recommender.catalog)
        let chat = Chat(assistant: assistant, conversation: conversation, printsJSON: json) { turn, before, after in
            try shop?.keep(turn, before, after, catalog: recommender.catalog)
        }
        let status = try chat.run(login: customer)
        if status != 0 { throw ExitCode(status) }
    }

    /// The shop, to be looked at: what is no shop, or another model's, is told before anything is said. A file that only
    /// needs to be migrated is.
    private func openToBeRead(_ path: String) throws -> ShopStore {
        do {
            return try ShopStore.open(path, access: .readOnly)
        } catch ShopStoreError.notFound {
            throw ChatCommandError.noShop(path: path)
        } catch ShopStoreError.older {
            return try ShopStore.open(path, access: .writable)
        }
    }
}

extension ReplyLanguage: ExpressibleByArgument {}

/// Why a chat can't begin.
enum ChatCommandError: ReportableError {
    case noShop(path: String)
    case customerWithoutShop

    var message: String {
        switch self {
        case .noShop(let path): "\(path): no such shop; make one with dami prepare INPUT_DIR --output \(path)"
        case .customerWithoutShop: "--customer needs the shop that the customer is in: name it with --data"
        }
    }
}

/// A shop's file, opened to be written when that is first needed: a chat with a stranger never waits for it.
private final class LazyShop: Sendable {
    private let path: String
    private let opened = Mutex<ShopStore?>(nil)

    init(path: String) { self.path = path }

    func store() throws -> ShopStore {
        try opened.withLock { opened in
            if let opened { return opened }
            let store = try ShopStore.open(path, access: .writable)
            opened = store
            return store
        }
    }

    /// Stores what a line did to a customer's cart and history; the conversation itself ends with the chat.
    ///
    /// - Throws: `OutdatedConversation` where another conversation was quicker.
    func keep(_ turn: Turn, _ before: Conversation, _ after: Conversation, catalog: Catalog) throws {
        let effects = ConversationEffect.effects(of: turn.events, before: before, after: after)
        guard !effects.isEmpty else { return }
        let change = ConversationChange(
            id: after.id, conversation: nil, baseVersion: 0, effects: effects, catalog: catalog, date: Date())
        let outcomes = try ShopConversationStore(try store()).commit([change])
        if outcomes.contains(.conflict) { throw OutdatedConversation() }
    }
}
