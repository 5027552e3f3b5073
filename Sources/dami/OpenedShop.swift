import Customers
import Dialogue
import Foundation
import LineServer
import Recommender
import Shop
import ShopStore
import Understanding

/// A model and, where there is one, the shop that it was trained on: what a conversation needs.
struct OpenedShop: Sendable {
    let modelPath: String
    /// `nil` for a model that stands alone: then nobody can log in, and nothing is kept.
    let shop: ShopStore?
    let assistant: Assistant
    /// Where conversations are kept.
    let store: any ConversationStore

    /// Opens what the options name, or what lies in dami's home, or makes a sample shop there.
    static func open(data: String?, model: String?) async throws -> OpenedShop {
        let files = try FirstRun().files(data: data, model: model)
        let shop = try files.shop.map { try ShopStore.open($0, access: .writable) }
        return OpenedShop(
            modelPath: files.model, shop: shop, assistant: try makeAssistant(model: files.model, shop: shop),
            store: shop.map { ShopConversationStore($0) } ?? MemoryConversationStore())
    }

    /// An assistant with the model as it is on disk now, where it is still one of this shop.
    func reloadedAssistant() throws -> Assistant { try Self.makeAssistant(model: modelPath, shop: shop) }

    var summary: String {
        let items = "\(assistant.catalog.labelCount) subcategories"
        return shop.map { "\(items), customers of \($0.path)" } ?? "\(items), no customers"
    }

    private static func makeAssistant(model: String, shop: ShopStore?) throws -> Assistant {
        let recommender = RememberingRecommender(try loadRecommender(path: model, for: shop))
        let parser = RememberingParser(UtteranceParser(catalog: recommender.catalog))
        guard let shop else { return Assistant(recommender: recommender, parser: parser) }
        let directory = ShopDirectory(recommender: recommender, opening: { shop })
        directory.openInBackground()
        return Assistant(recommender: recommender, parser: parser, directory: directory)
    }
}

/// Opens a model to be used with a shop; what it knows and the shop does not have is told on stderr.
///
/// - Throws: `OtherShopError` where it was trained on another shop.
func loadRecommender(path: String, for shop: ShopStore?) throws -> any Recommending {
    let recommender = try loadRecommender(path: path)
    guard let shop else { return recommender }
    let match = CatalogMatch(model: recommender.catalog, shop: try shop.catalog())
    try match.requireOneShop(model: path, shop: shop.path)
    if let warning = match.warning(model: path, shop: shop.path) { note("dami: \(warning)") }
    return recommender
}
