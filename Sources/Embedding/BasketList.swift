import Shop

/// Many baskets in two flat arrays.
package struct BasketList: Sendable {
    /// All items, basket after basket.
    package private(set) var items: [Int32] = []
    /// Where each basket begins in `items`; one more than there are baskets.
    package private(set) var offsets: [Int] = [0]

    package init() {}

    package init(_ baskets: some Sequence<[ItemID]>) {
        for basket in baskets { append(basket) }
    }

    package mutating func append(_ basket: [ItemID]) {
        items.append(contentsOf: basket.lazy.map { Int32($0) })
        offsets.append(items.count)
    }

    package var count: Int { offsets.count - 1 }

    package subscript(basket: Int) -> ArraySlice<Int32> { items[offsets[basket]..<offsets[basket + 1]] }
}
