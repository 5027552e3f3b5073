import CKernels
import Shop

/// The strengths of the closed forms' regularisation and smoothing.
package struct StatisticsSettings: Hashable, Sendable, Codable {
    /// Ridge of ``PurchaseStatistics/cartRidge``, of ``PurchaseStatistics/ownership`` and of
    /// ``PurchaseStatistics/nextBasket``.
    package var cartRidge: Double = 200
    package var ownershipRidge: Double = 300
    package var nextBasketRidge: Double = 60
    /// Imagined baskets of average content behind a conditional probability.
    package var conditionalSmoothing: Float = 2
    /// Imagined baskets of average content behind a segment's shares.
    package var segmentSmoothing: Float = 60
    /// Folds of customers for cross-fitting.
    package var folds = 5

    package init() {}
}

/// Counts baskets and solves the closed forms, once for all customers and once without each fold of them.
///
/// The counts of a fold's complement are the total less the fold's, so the data are read once. Only one kind of count is
/// held at a time: (folds + 1) matrices of (labels, labels).
package struct StatisticsBuilder: Sendable {
    let table: BasketTable
    let encoding: EncoderSettings
    let settings: StatisticsSettings
    let threads: Int
    let seed: Int
    /// The fold of each customer; -1 keeps a customer out of all statistics.
    package let folds: [Int]
    package let foldCount: Int

    /// - Parameter included: which customers are counted; `nil` for all.
    package init(
        table: BasketTable, encoding: EncoderSettings, settings: StatisticsSettings, seed: Int, threads: Int,
        included: [Bool]? = nil
    ) {
        self.table = table
        self.encoding = encoding
        self.settings = settings
        self.threads = threads
        self.seed = seed
        foldCount = max(1, min(settings.folds, table.customerCount))
        let foldCount = foldCount
        folds = (0..<table.customerCount).map { customer in
            if let included, !included[customer] { return -1 }
            var generator = KeyedGenerator(seed, 0xF01D, customer)
            return generator.below(foldCount)
        }
    }

    /// The statistics of all customers, and those without each fold. Deterministic for a seed.
    package func build() throws(StatisticsError) -> (all: PurchaseStatistics, withoutFold: [PurchaseStatistics]) {
        var sets = (0...foldCount).map { _ in
            PurchaseStatistics(labelCount: table.labelCount, centroids: centroidCount)
        }
        countRows(into: &sets)
        try solveCart(into: sets)
        countCategories(into: sets)
        try solveOwnership(into: sets)
        try solveNextBasket(into: sets)
        groupCustomers(into: sets)
        let all = sets.removeLast()
        return (all, sets)
    }

    var labels: Int { table.labelCount }
    var stride: Int { FloatMatrix.padded(labels) }

    /// Calls `body` for each fold at once with its customers.
    func forEachFold(_ body: @Sendable (Int, [Int]) -> Void) {
        var members = [[Int]](repeating: [], count: foldCount)
        for (customer, fold) in folds.enumerated() where fold >= 0 { members[fold].append(customer) }
        let customers = members
        parallelForEach(count: foldCount, threads: threads) { body($0, customers[$0]) }
    }

    /// Counts of each fold become those of its complement; the total is appended.
    func complements(of counts: [FloatMatrix]) -> [FloatMatrix] {
        let total = FloatMatrix(rows: counts[0].rows, columns: counts[0].columns)
        for fold in counts { for index in 0..<total.count { total.base[index] += fold.base[index] } }
        if counts.count == 1 { return [total.copy(), total] }
        for fold in counts {
            for index in 0..<total.count { fold.base[index] = total.base[index] - fold.base[index] }
        }
        return counts + [total]
    }

    func square() -> [FloatMatrix] { (0..<foldCount).map { _ in FloatMatrix(rows: labels, columns: labels) } }

    /// Baskets that each set counts.
    var basketCounts: [Float] {
        var counts = [Float](repeating: 0, count: foldCount)
        for (customer, fold) in folds.enumerated() where fold >= 0 {
            counts[fold] += Float(table.baskets(of: customer).count)
        }
        let total = counts.reduce(0, +)
        if foldCount == 1 { return [total, total] }
        return counts.map { total - $0 } + [total]
    }
}

/// Why statistics can't be computed.
package enum StatisticsError: ReportableError {
    /// A ridge regression's matrix was not positive definite.
    case singular(String)

    package var message: String {
        switch self {
        case .singular(let what): "the \(what) regression has no solution; check the shop's baskets for corrupt rows"
        }
    }
}
