import Shop

/// The features of a context, as ``StudySchema`` numbers them.
package struct StudyFeatures: Hashable, Sendable {
    /// The wide columns that are 1, ascending.
    package var wide: [Int32]
    /// Doc2Vec and indicators: `schema.denseInputs` numbers.
    package var dense: [Float]
    /// Rows of the embeddings.
    package var gender: Int
    package var age: Int
}

/// Makes the study's features: the only place that does, for training, evaluation and serving.
///
/// The study knows one basket of a customer: the cart, or, while that is empty, the latest basket of the history.
package struct StudyEncoder: Sendable {
    package let schema: StudySchema
    private let embedding: any BasketEmbedding
    /// The category of each item, as a number of the schema; −1 where it has none.
    private let categoryOfItem: [Int]

    /// - Precondition: the embedding has the schema's dimensions.
    package init(schema: StudySchema, catalog: Catalog, embedding: any BasketEmbedding) {
        precondition(embedding.dimensions == schema.basketDimensions)
        self.schema = schema
        self.embedding = embedding
        let numbers = Dictionary(uniqueKeysWithValues: schema.categories.enumerated().map { ($1, $0) })
        categoryOfItem = catalog.subcategories.map { numbers[$0.category] ?? -1 }
    }

    /// The basket that stands for a context.
    package static func basket(of context: Context) -> [ItemID] {
        context.cart.isEmpty ? context.history.last?.items ?? [] : context.cart
    }

    package func encode(_ context: Context) -> StudyFeatures {
        var state = begin(context.profile)
        for item in Self.basket(of: context) { state.add(item, by: self) }
        return features(of: state)
    }

    /// The state of an empty basket, to be filled item by item as a conversation goes on.
    package func begin(_ profile: Profile) -> StudyBasketState {
        StudyBasketState(
            counts: [Int](repeating: 0, count: schema.categories.count),
            gender: StudySchema.genderRow(profile.gender), age: StudySchema.ageRow(profile.age))
    }

    /// The features of a basket as it stands.
    package func features(of state: StudyBasketState) -> StudyFeatures {
        let wide = wide(of: state)
        var dense = [Float](repeating: 0, count: schema.denseInputs)
        dense.withUnsafeMutableBufferPointer { fillDense(items: state.items, wide: wide, into: $0.baseAddress!) }
        return StudyFeatures(wide: wide, dense: dense, gender: state.gender, age: state.age)
    }

    /// Writes the dense part of the features: the vector of the items, and the indicators, which begin the wide columns.
    /// Training keeps items and columns of its samples and makes the rest here, batch by batch.
    package func fillDense(items: [ItemID], wide: some Sequence<Int32>, into dense: UnsafeMutablePointer<Float>) {
        embedding.embed(items, into: dense)
        let indicators = dense + schema.basketDimensions
        indicators.update(repeating: 0, count: schema.categories.count)
        for column in wide {
            guard column < schema.categories.count else { break }
            indicators[Int(column)] = 1
        }
    }

    fileprivate func category(of item: ItemID) -> Int {
        categoryOfItem.indices.contains(item) ? categoryOfItem[item] : -1
    }

    /// The columns of a basket that holds k of C categories: k, and one for each pair with at least one of them.
    private func wide(of state: StudyBasketState) -> [Int32] {
        let (counts, held) = (state.counts, state.held)
        var columns = held.map { Int32($0) }
        for a in counts.indices {
            if counts[a] > 0 {
                for b in counts.indices.dropFirst(a + 1) { columns.append(column(a, b, counts)) }
            } else {
                for b in held where b > a { columns.append(column(a, b, counts)) }
            }
        }
        return columns
    }

    private func column(_ a: Int, _ b: Int, _ counts: [Int]) -> Int32 {
        Int32(schema.column(a, b, left: min(counts[a], schema.countCap), right: min(counts[b], schema.countCap)))
    }
}

/// A basket being filled: what encoding needs of it, brought up to date by each item.
///
/// An item added gives the very features, bit for bit, that encoding from scratch gives.
package struct StudyBasketState: Hashable, Sendable {
    package private(set) var items: [ItemID] = []
    /// How many items of each category.
    fileprivate var counts: [Int]
    /// The categories with items, ascending.
    fileprivate var held: [Int] = []
    package var gender: Int
    package var age: Int

    fileprivate init(counts: [Int], gender: Int, age: Int) {
        self.counts = counts
        self.gender = gender
        self.age = age
    }

    package mutating func add(_ item: ItemID, by encoder: StudyEncoder) {
        items.append(item)
        let category = encoder.category(of: item)
        guard category >= 0 else { return }
        if counts[category] == 0 { held.insert(category, at: held.firstIndex { $0 > category } ?? held.endIndex) }
        counts[category] += 1
    }

    package mutating func remove(_ item: ItemID, by encoder: StudyEncoder) {
        guard let index = items.firstIndex(of: item) else { return }
        items.remove(at: index)
        let category = encoder.category(of: item)
        guard category >= 0 else { return }
        counts[category] -= 1
        if counts[category] == 0 { held.removeAll { $0 == category } }
    }
}
