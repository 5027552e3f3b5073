import Shop

/// The train baskets of a shop, flat: what statistics are counted from and samples are drawn from.
///
/// Memory is four bytes an item and eight a basket, whatever the number of customers.
package struct BasketTable: Sendable {
    /// Items of all baskets, customer by customer, oldest basket first.
    package private(set) var items: [Int32] = []
    /// Where basket b's items begin; one more than there are baskets.
    package private(set) var basketStarts: [Int] = [0]
    /// Where customer c's baskets begin; one more than there are customers.
    package private(set) var customerStarts: [Int] = [0]
    package private(set) var profiles: [Profile] = []
    package let labelCount: Int
    /// The numbers of each label's `CLAC2_NM` (its `CLAC1_NM` where it has none) and `CLAC1_NM`.
    package private(set) var middleCategories: [Int]
    package private(set) var categories: [Int]

    /// Only labels are kept of a basket; a basket without any is left out.
    package init(dataset: PurchaseDataset) {
        self.init(
            labelCount: dataset.catalog.labelCount,
            customers: dataset.customers.map { ($0.profile, $0.train.map(\.items)) })
        let labels = dataset.catalog.subcategories.prefix(labelCount)
        middleCategories = Self.numbers(of: labels.map { $0.middleCategory ?? $0.category })
        categories = Self.numbers(of: labels.map(\.category))
    }

    package init(labelCount: Int, customers: [(profile: Profile, baskets: [[ItemID]])]) {
        self.labelCount = labelCount
        middleCategories = [Int](repeating: 0, count: labelCount)
        categories = middleCategories
        for customer in customers {
            for basket in customer.baskets {
                let before = items.count
                for item in basket where item >= 0 && item < labelCount { items.append(Int32(item)) }
                if items.count > before { basketStarts.append(items.count) }
            }
            customerStarts.append(basketStarts.count - 1)
            profiles.append(customer.profile)
        }
    }

    /// Names as numbers, in the order of first sight.
    private static func numbers(of names: [String]) -> [Int] {
        var known: [String: Int] = [:]
        return names.map { name in
            if let number = known[name] { return number }
            known[name] = known.count
            return known.count - 1
        }
    }

    package var customerCount: Int { profiles.count }
    package var basketCount: Int { basketStarts.count - 1 }

    /// The numbers of a customer's baskets, oldest first.
    package func baskets(of customer: Int) -> Range<Int> { customerStarts[customer]..<customerStarts[customer + 1] }

    /// The items of a basket.
    package func items(of basket: Int) -> ArraySlice<Int32> { items[basketStarts[basket]..<basketStarts[basket + 1]] }
}
