import Shop

extension PurchaseDataset {
    /// One row a customer: a function of the share of their train baskets that hold an item.
    func customerRows(_ weight: (_ share: Double) -> Double) -> SparseRows {
        var rows = SparseRows()
        var accumulator = SparseAccumulator(size: catalog.labelCount)
        for customer in customers {
            let baskets = Double(max(1, customer.train.count))
            for basket in customer.train {
                for item in basket.items { accumulator.add(1, at: item) }
            }
            rows.append(
                accumulator.drain().map { (column: $0.column, value: Float(weight(Double($0.value) / baskets))) })
        }
        return rows
    }
}

extension RankingQuery {
    /// The items of the cart that are labels.
    func cartLabels(below labelCount: Int) -> [ItemID] { context.cart.filter { (0..<labelCount).contains($0) } }

    /// How often each label stands in the history.
    func historyCounts(labelCount: Int) -> [Double] {
        var counts = Array(repeating: 0.0, count: labelCount)
        for basket in context.history {
            for item in basket.items where (0..<labelCount).contains(item) { counts[item] += 1 }
        }
        return counts
    }
}
