import Shop

/// Words for common goods: each group holds words, Korean and English, for the same thing.
///
/// The first word of a group that the catalog knows is what all of them mean. The table also tells goods from other
/// nouns: 아보카도 looks like an item even where no shop has it.
struct AliasTable: Sendable {
    /// Words by group.
    private(set) var groups: [[String]] = []

    mutating func add(_ words: [String]) { groups.append(words) }
}

/// What a stretch of a line names.
enum Naming: Hashable, Sendable {
    case item(ItemID)
    case ambiguous([ItemID])
    /// A common good that this catalog does not have.
    case missingGood
}

/// A name found in a line.
struct NameMatch: Hashable, Sendable {
    var naming: Naming
    var end: Int
    /// Whether the words are the catalog's own, which makes them no words of a language.
    var isCatalogName: Bool
    var cost: Int
}
