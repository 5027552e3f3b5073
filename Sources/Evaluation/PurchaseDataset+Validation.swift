import Shop

extension PurchaseDataset {
    /// The same shop one basket earlier: each customer's last train basket becomes the test basket.
    ///
    /// Whatever is chosen (a baseline's neighbours, an epoch) is chosen on this, so the real test baskets are looked at
    /// once. Customers whose only train basket would go keep it, and have no test basket.
    ///
    /// - Parameter limit: at most so many customers get a test basket, evenly spread over all; the others keep all
    ///   their train baskets.
    package func validation(limit: Int = .max) -> PurchaseDataset {
        let eligible = customers.indices.filter { customers[$0].train.count > 1 }
        let step = eligible.count <= limit ? 1 : (eligible.count + max(1, limit) - 1) / max(1, limit)
        var chosen = Array(repeating: false, count: customers.count)
        for position in stride(from: 0, to: eligible.count, by: step) { chosen[eligible[position]] = true }
        let earlier = customers.enumerated().map { index, customer in
            CustomerBaskets(
                id: customer.id, profile: customer.profile,
                train: chosen[index] ? Array(customer.train.dropLast()) : customer.train,
                test: chosen[index] ? customer.train.last : nil)
        }
        return PurchaseDataset(catalog: catalog, customers: earlier)
    }
}
