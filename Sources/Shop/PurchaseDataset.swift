/// A customer whose baskets training and evaluation use.
public struct CustomerBaskets: Hashable, Sendable {
    /// `CLNT_ID`.
    public let id: String
    public let profile: Profile
    /// The train baskets, oldest first. Never empty for a customer that the cleaning rules kept.
    public let train: [Basket]
    /// The held-out basket: the one of the highest `SESS_SEQ`. Training never sees it.
    public let test: Basket?

    public init(id: String, profile: Profile, train: [Basket], test: Basket?) {
        self.id = id
        self.profile = profile
        self.train = train
        self.test = test
    }
}

/// What a model is trained and evaluated on: a shop after its cleaning rules.
///
/// Every item of every basket is a label (`catalog.isLabel`). Customers stand in the order of their ids, numeric
/// where all ids are numbers, so that a seed gives the same model on every machine.
public struct PurchaseDataset: Sendable {
    public let catalog: Catalog
    public let customers: [CustomerBaskets]

    public init(catalog: Catalog, customers: [CustomerBaskets]) {
        self.catalog = catalog
        self.customers = customers
    }
}
