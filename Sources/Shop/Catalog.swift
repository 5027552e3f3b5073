/// The position of a subcategory in its ``Catalog``: what everything inside the program calls an item.
///
/// Names are for people; an `ItemID` is what baskets, features and scores are indexed by.
public typealias ItemID = Int

/// A product subcategory, the thing that dami recommends, with the two levels above it.
public struct Subcategory: Hashable, Sendable, Codable {
    /// `CLAC3_NM`: unique in a catalog.
    public let name: String
    /// `CLAC2_NM`, where the shop's master file has one.
    public let middleCategory: String?
    /// `CLAC1_NM`.
    public let category: String

    public init(name: String, middleCategory: String?, category: String) {
        self.name = name
        self.middleCategory = middleCategory
        self.category = category
    }
}

/// The subcategories of a shop, in a fixed order.
///
/// The first ``labelCount`` items are the model's labels: those that occur in the baskets which training and
/// evaluation use. The items behind them are in the shop's master file all the same: people may name them, put them
/// in the cart and exclude them, but they are never recommended.
///
///     let catalog = Catalog(subcategories: [milk, bread, tent], labelCount: 2)
///     catalog.item(named: "우유")            // 0
///     catalog.items(inCategory: "유제품")    // [0]
///     catalog.isLabel(2)                     // false
public struct Catalog: Sendable, Hashable {
    /// All subcategories; an ``ItemID`` is a position in this array.
    public let subcategories: [Subcategory]
    /// How many of them, from the front, are labels of the model.
    public let labelCount: Int
    /// The distinct `CLAC1_NM` names, sorted by their UTF-8 bytes.
    public let categories: [String]
    /// The distinct `CLAC2_NM` names, sorted by their UTF-8 bytes.
    public let middleCategories: [String]

    private let itemByName: [String: ItemID]
    private let itemsByCategory: [String: [ItemID]]

    /// - Precondition: names are unique, and `labelCount` is between 0 and the number of subcategories.
    public init(subcategories: [Subcategory], labelCount: Int? = nil) {
        let labelCount = labelCount ?? subcategories.count
        precondition((0...subcategories.count).contains(labelCount), "labelCount out of range")
        var itemByName: [String: ItemID] = [:]
        var itemsByCategory: [String: [ItemID]] = [:]
        itemByName.reserveCapacity(subcategories.count)
        for (item, subcategory) in subcategories.enumerated() {
            let previous = itemByName.updateValue(item, forKey: subcategory.name)
            precondition(previous == nil, "the subcategory \(subcategory.name) stands twice in the catalog")
            itemsByCategory[subcategory.category, default: []].append(item)
            if let middle = subcategory.middleCategory, middle != subcategory.category {
                itemsByCategory[middle, default: []].append(item)
            }
        }
        self.subcategories = subcategories
        self.labelCount = labelCount
        self.itemByName = itemByName
        self.itemsByCategory = itemsByCategory
        self.categories = Self.sortedNames(subcategories.map(\.category))
        self.middleCategories = Self.sortedNames(subcategories.compactMap(\.middleCategory))
    }

    /// The number of subcategories, labels or not.
    public var count: Int { subcategories.count }

    /// The item of exactly this `CLAC3_NM`. O(1).
    public func item(named name: String) -> ItemID? { itemByName[name] }

    /// The `CLAC3_NM` of an item.
    public func name(of item: ItemID) -> String { subcategories[item].name }

    /// Whether the model can recommend the item.
    public func isLabel(_ item: ItemID) -> Bool { item >= 0 && item < labelCount }

    /// Whether a `CLAC1_NM` or `CLAC2_NM` has exactly this name.
    public func hasCategory(named name: String) -> Bool { itemsByCategory[name] != nil }

    /// The items under a `CLAC1_NM` or `CLAC2_NM` of exactly this name, ascending; empty where there is none.
    public func items(inCategory name: String) -> [ItemID] { itemsByCategory[name] ?? [] }

    /// Equality is that of contents; the indexes are derived.
    public static func == (a: Catalog, b: Catalog) -> Bool {
        a.labelCount == b.labelCount && a.subcategories == b.subcategories
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(labelCount)
        hasher.combine(subcategories.count)
    }

    /// Sorts by UTF-8 bytes, so that the order is the same on every machine and in every locale.
    static func sortedNames(_ names: [String]) -> [String] {
        Set(names).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
