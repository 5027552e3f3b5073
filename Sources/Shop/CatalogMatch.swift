/// Whether a model and a shop speak of the same goods.
///
///     let match = CatalogMatch(model: model.catalog, shop: try store.catalog())
///     try match.requireOneShop(model: "shop.model", shop: "shop.db")
///     match.warning(model: "shop.model", shop: "shop.db")    // nil where the shop has all that the model knows
///
/// Items are carried over by name, so a model of another shop would be taken without a word: of every customer it would
/// know no purchase, and recommend what the shop has never sold. A shop prepared anew has lost and won a few names;
/// another shop shares hardly any.
public struct CatalogMatch: Hashable, Sendable {
    /// Labels of the model that are labels of the shop, too.
    public let sharedLabels: Int
    public let modelLabels: Int
    public let shopLabels: Int
    /// Labels of the model that the shop's catalog does not have at all, in the model's order.
    public let unknownToShop: [String]

    public init(model: Catalog, shop: Catalog) {
        let labels = model.subcategories.prefix(model.labelCount).map(\.name)
        sharedLabels = labels.count { shop.item(named: $0).map(shop.isLabel) ?? false }
        modelLabels = labels.count
        shopLabels = shop.labelCount
        unknownToShop = labels.filter { shop.item(named: $0) == nil }
    }

    /// - Throws: ``OtherShopError`` where model and shop share less than half of what either of them could.
    public func requireOneShop(model: String, shop: String) throws(OtherShopError) {
        guard 2 * sharedLabels >= min(modelLabels, shopLabels) else {
            throw OtherShopError(model: model, shop: shop, shared: sharedLabels, labels: shopLabels)
        }
    }

    /// One line for people about what the model may recommend and the shop does not have; `nil` where there is nothing.
    public func warning(model: String, shop: String) -> String? {
        guard !unknownToShop.isEmpty else { return nil }
        let named = unknownToShop.prefix(3).joined(separator: ", ") + (unknownToShop.count > 3 ? ", …" : "")
        return "\(model) knows \(unknownToShop.count) of \(modelLabels) subcategories that \(shop) does not have "
            + "(\(named)) and may recommend them; train it anew on this shop"
    }
}

/// A model and a shop that don't belong together.
public struct OtherShopError: ReportableError, Hashable {
    /// The files.
    public let model: String
    public let shop: String
    public let shared: Int
    public let labels: Int

    public var message: String {
        "\(model) was trained on another shop: it knows \(shared) of the \(labels) subcategories of \(shop); "
            + "name the shop that it was trained on by --data"
    }
}
