import Shop

/// The layout of the study's features: which number each of them has.
///
/// **Wide** (0/1, sparse): a column for each category (`CLAC1_NM`) that the basket holds something of; then, for each pair
/// of categories, a column for each pair of counts, capped at ``countCap``, but the one that is 0 on both sides.
///
/// **Deep** (dense): the basket's Doc2Vec vector, the category indicators, and embeddings of gender and age, which the
/// network learns; the encoder gives their row numbers.
///
/// A model file keeps its schema: a model is fed with exactly the features that it was trained on.
package struct StudySchema: Hashable, Sendable, Codable {
    /// Of this layout.
    package static let version = 1

    package var version = StudySchema.version
    /// `CLAC1_NM`, in the order of their columns.
    package var categories: [String]
    /// Counts of a category from here on are one level.
    package var countCap = 3
    /// The length of a Doc2Vec vector.
    package var basketDimensions = 300
    /// Columns of the learned embeddings.
    package var genderDimensions = 4
    package var ageDimensions = 6

    package init(catalog: Catalog, basketDimensions: Int = 300) {
        // Those that have labels: a category that nobody buys of would be a column that is never set.
        let bought = Set(catalog.subcategories.prefix(catalog.labelCount).map(\.category))
        categories = catalog.categories.filter { bought.contains($0) }
        self.basketDimensions = basketDimensions
    }

    /// Levels of a pair of counts that have a column.
    private var levels: Int { (countCap + 1) * (countCap + 1) - 1 }

    package var wideColumns: Int { categories.count + categories.count * (categories.count - 1) / 2 * levels }

    /// The deep inputs that the encoder fills: Doc2Vec and indicators.
    package var denseInputs: Int { basketDimensions + categories.count }

    /// All deep inputs: those, then gender, then age.
    package var deepInputs: Int { denseInputs + genderDimensions + ageDimensions }

    /// Rows of the gender embedding: unknown, female, male.
    package static let genders = 3
    /// Rows of the age embedding: unknown, 10s, …, 90s.
    package static let ages = 10

    package static func genderRow(_ gender: Gender?) -> Int {
        switch gender {
        case nil: 0
        case .female: 1
        case .male: 2
        }
    }

    package static func ageRow(_ age: Int?) -> Int {
        age.map { max(1, min(ages - 1, $0 / 10)) } ?? 0
    }

    /// The column of categories a < b that count `left` and `right`, capped, not both 0.
    func column(_ a: Int, _ b: Int, left: Int, right: Int) -> Int {
        // Pairs in the order (0,1), (0,2), …, (1,2), …
        let pair = a * (2 * categories.count - a - 1) / 2 + (b - a - 1)
        return categories.count + pair * levels + left * (countCap + 1) + right - 1
    }

    /// What a wide column says: "우유", or "A +B_30", three of A and none of B.
    package func name(ofColumn column: Int) -> String {
        guard column >= categories.count else { return categories[column] }
        let (pair, level) = (column - categories.count).quotientAndRemainder(dividingBy: levels)
        var (a, rest) = (0, pair)
        while rest >= categories.count - a - 1 {
            rest -= categories.count - a - 1
            a += 1
        }
        let (left, right) = (level + 1).quotientAndRemainder(dividingBy: countCap + 1)
        return "\(categories[a]) +\(categories[a + 1 + rest])_\(left)\(right)"
    }

    /// What a deep input says.
    package func name(ofInput input: Int) -> String {
        if input < basketDimensions { return "doc2vec[\(input)]" }
        if input < denseInputs { return categories[input - basketDimensions] }
        let embedded = input - denseInputs
        return embedded < genderDimensions ? "gender[\(embedded)]" : "age[\(embedded - genderDimensions)]"
    }
}
