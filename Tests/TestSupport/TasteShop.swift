import Shop

/// A small made-up shop in which gender, age, cart and history each carry signal. The same seed gives the same shop.
///
/// Items stand in groups of four that are bought together. A customer has two favourite groups, drawn by gender and age,
/// and buys favourite items again and again, unless `repeats` is false: then nothing is bought twice.
package struct TasteShop: Sendable {
    package var customers = 60
    package var groups = 8
    package var baskets = 6
    package var basketSize = 1...5
    package var repeats = true
    package var hasProfiles = true
    package var hasDays = true
    package var seed: UInt64 = 1

    package init() {}

    package var catalog: Catalog {
        let subcategories = (0..<groups * 4).map { item in
            Subcategory(
                name: "item \(item)", middleCategory: "group \(item / 4)", category: "half \(item / 4 % 2)")
        }
        return Catalog(
            subcategories: subcategories + [Subcategory(name: "tent", middleCategory: nil, category: "far")],
            labelCount: subcategories.count)
    }

    package var dataset: PurchaseDataset {
        var generator = SplitMix(state: seed)
        func below(_ bound: Int) -> Int { Int(generator.unit() * Double(bound)) }
        let list = (0..<customers).map { customer in
            let gender: Gender = below(2) == 0 ? .female : .male
            let age = 20 + 10 * below(3)
            // The two halves of the catalog are favoured by the two genders; ages shift the group.
            let favourite = (2 * (age / 10) + (gender == .female ? 0 : 1)) % groups
            let second = below(groups)
            var bought: Set<ItemID> = []
            var history: [Basket] = []
            for index in 0..<baskets + 1 {
                var items: [ItemID] = []
                let size = basketSize.lowerBound + below(basketSize.count)
                for _ in 0..<20 where items.count < size {
                    let group = generator.unit() < 0.6 ? favourite : generator.unit() < 0.7 ? second : below(groups)
                    let item = group * 4 + below(4)
                    if items.contains(item) || (!repeats && bought.contains(item)) { continue }
                    items.append(item)
                    bought.insert(item)
                }
                if items.isEmpty { items = [(0..<groups * 4).first { !bought.contains($0) } ?? 0] }
                history.append(Basket(items: items, day: hasDays ? 17000 + 7 * index + below(3) : nil))
            }
            return CustomerBaskets(
                id: String(customer), profile: hasProfiles ? Profile(gender: gender, age: age) : .unknown,
                train: Array(history.dropLast()), test: history.last)
        }
        return PurchaseDataset(catalog: catalog, customers: list)
    }
}
