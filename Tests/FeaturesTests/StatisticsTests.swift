import Features
import Shop
import TestSupport
import Testing

@Suite struct StatisticsTests {
    private let table = BasketTable(dataset: TasteShop().dataset)

    private func builder(included: [Bool]? = nil, threads: Int = 2) -> StatisticsBuilder {
        StatisticsBuilder(
            table: table, encoding: EncoderSettings(), settings: StatisticsSettings(), seed: 3, threads: threads,
            included: included)
    }

    @Test func whatAFoldSeesIsWhatTheOtherCustomersAloneWouldGive() throws {
        let crossFitted = builder()
        let (_, withoutFold) = try crossFitted.build()
        for fold in 0..<crossFitted.foldCount {
            let others = crossFitted.folds.map { $0 != fold }
            let (alone, _) = try builder(included: others).build()
            for path in [\PurchaseStatistics.cartConditional, \.cartLift, \.categoryLift, \.rows, \.segments] {
                for index in 0..<alone[keyPath: path].count {
                    let a = alone[keyPath: path].base[index]
                    let b = withoutFold[fold][keyPath: path].base[index]
                    #expect(abs(a - b) <= 1e-4 * max(1, abs(a)), "fold \(fold), \(path)")
                }
            }
        }
    }

    @Test func conditionalProbabilityIsCountedByHand() throws {
        let table = BasketTable(
            labelCount: 3,
            customers: [(.unknown, [[0, 1], [0, 2]]), (.unknown, [[0, 1]]), (.unknown, [[2]])])
        let (all, _) = try StatisticsBuilder(
            table: table, encoding: EncoderSettings(), settings: StatisticsSettings(), seed: 1, threads: 1
        ).build()
        // Item 0 stands in three of four baskets, with item 1 in two of them; two average baskets smooth. Baskets weigh the
        // root of their mean size, 1.75, over theirs.
        let two = Float(1.75 / 2).squareRoot()
        let one = Float(1.75).squareRoot()
        let average = 2 * two / (3 * two + one)
        #expect(abs(all.cartConditional[0, 1] - (2 * two + 2 * average) / (3 * two + 2)) < 1e-6)
        #expect(all.cartConditional[0, 0] == 0)
        #expect(all.row(.share)[0] == 0.75)
    }

    /// EASE's weights are those of a ridge regression of each item on the others, done here one by one; a basket weighs the
    /// root of mean size over size.
    @Test func cartRidgeIsARidgeRegressionOfEachItemOnTheOthers() throws {
        let (all, _) = try builder().build()
        let labels = table.labelCount
        let meanSize = Double(table.items.count) / Double(table.basketCount)
        let baskets = (0..<table.basketCount).map { basket in
            var row = [Double](repeating: 0, count: labels)
            for item in table.items(of: basket) { row[Int(item)] = 1 }
            return (row: row, weight: (meanSize / Double(table.items(of: basket).count)).squareRoot())
        }
        let n = baskets.reduce(0) { $0 + $1.weight }
        let mean = (0..<labels).map { j in baskets.reduce(0) { $0 + $1.weight * $1.row[j] } / n }
        func covariance(_ i: Int, _ j: Int) -> Double {
            baskets.reduce(0) { $0 + $1.weight * ($1.row[i] - mean[i]) * ($1.row[j] - mean[j]) }
        }
        let target = 5
        let inputs = (0..<labels).filter { $0 != target }
        var a = inputs.map { i in
            inputs.map { j in covariance(i, j) + (i == j ? 200 : 0) } + [covariance(i, target)]
        }
        for pivot in inputs.indices {
            for row in inputs.indices where row != pivot {
                let factor = a[row][pivot] / a[pivot][pivot]
                for column in pivot...inputs.count { a[row][column] -= factor * a[pivot][column] }
            }
        }
        for (row, item) in inputs.enumerated() {
            let weight = a[row][inputs.count] / a[row][row]
            #expect(abs(weight - Double(all.cartRidge[item, target])) < 1e-5)
        }
    }

    @Test func statisticsAreTheSameOnAnyNumberOfThreads() throws {
        let (one, _) = try builder(threads: 1).build()
        let (four, _) = try builder(threads: 4).build()
        for (name, path) in PurchaseStatistics.matrixNames {
            #expect(one[keyPath: path].floats.elementsEqual(four[keyPath: path].floats), "\(name)")
        }
    }
}
