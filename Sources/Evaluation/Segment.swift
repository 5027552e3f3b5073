import Shop

/// A group of customers that is looked at on its own.
package struct Segment: Hashable, Sendable {
    package enum Dimension: String, Hashable, Sendable, CaseIterable {
        case gender
        case age
        case baskets
    }

    package let dimension: Dimension
    /// `F`, `30`, `4-6`, or `unknown`.
    package let name: String

    /// The segments that a customer is in: one of each dimension.
    package static func segments(of customer: CustomerBaskets) -> [Segment] {
        Dimension.allCases.map { dimension in
            switch dimension {
            case .gender: Segment(dimension: dimension, name: customer.profile.gender?.rawValue ?? "unknown")
            case .age: Segment(dimension: dimension, name: customer.profile.age.map(String.init) ?? "unknown")
            case .baskets: Segment(dimension: dimension, name: historyLength(customer.train.count))
            }
        }
    }

    private static func historyLength(_ baskets: Int) -> String {
        switch baskets {
        case ...3: "1-3"
        case ...6: "4-6"
        case ...9: "7-9"
        case ...19: "10-19"
        default: "20+"
        }
    }

    /// Ages and lengths in their order, `unknown` last.
    private var order: (Int, Int, String) {
        let dimension = Dimension.allCases.firstIndex(of: dimension) ?? 0
        let number = name.prefix { $0.isNumber }
        return (dimension, Int(number) ?? (name == "unknown" ? Int.max : 0), name)
    }

    package static func isOrderedBefore(_ a: Segment, _ b: Segment) -> Bool { a.order < b.order }
}

/// How a recommender did in one task for one segment.
package struct SegmentFigures: Hashable, Sendable {
    package let segment: Segment
    package let users: Int
    package let recall: Interval
    package let ndcg: Interval

    /// A row for each segment that has a customer, in the order of genders, ages and basket counts.
    package static func all(of result: TaskResult, dataset: PurchaseDataset, bootstrap: Bootstrap) -> [SegmentFigures] {
        var members: [Segment: [Int]] = [:]
        for (index, customer) in result.customers.enumerated() {
            for segment in Segment.segments(of: dataset.customers[customer]) {
                members[segment, default: []].append(index)
            }
        }
        let recall = result.values(of: .recall)
        let ndcg = result.values(of: .ndcg)
        return members.keys.sorted(by: Segment.isOrderedBefore).map { segment in
            let indices = members[segment] ?? []
            return SegmentFigures(
                segment: segment, users: indices.count,
                recall: bootstrap.interval(of: indices.map { recall[$0] }),
                ndcg: bootstrap.interval(of: indices.map { ndcg[$0] }))
        }
    }
}
