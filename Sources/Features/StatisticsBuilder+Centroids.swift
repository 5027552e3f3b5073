import CKernels
import Shop

extension StatisticsBuilder {
    /// A centroid for every twelve customers or so, at most ``EncoderSettings/centroids``.
    var centroidCount: Int { max(1, min(encoding.centroids, table.customerCount / 12)) }

    /// Customers whose taste is looked at while groups form; the groups' means then count everybody.
    private static var sampleLimit: Int { 8192 }

    /// Groups customers by their taste vectors: Lloyd's k-means, a fixed number of rounds from seeded customers.
    func groupCustomers(into sets: [PurchaseStatistics]) {
        let tastes = tasteVectors()
        _ = inEachSet { set in
            let members = folds.indices.filter { folds[$0] >= 0 && (folds[$0] != set || foldCount == 1) }
            guard !members.isEmpty else { return true }
            var sample = members
            var generator = KeyedGenerator(seed, 0xCE27, set)
            generator.shuffle(&sample)
            sample = Array(sample.prefix(Self.sampleLimit))
            let statistics = sets[set]
            for k in 0..<centroidCount {
                tastes.add(sample[k % sample.count], to: statistics.centroids.row(k))
            }
            prepare(statistics)
            for _ in 0..<8 { regroup(statistics, sample, tastes) }
            regroup(statistics, members, tastes)
            return true
        }
    }

    /// One round: each customer goes to the nearest centroid, each centroid to its members' mean.
    private func regroup(_ statistics: PurchaseStatistics, _ members: [Int], _ tastes: SparseRows) {
        let K = centroidCount
        let sums = FloatMatrix(rows: K, columns: labels)
        let sizes = statistics.centroidSizes.row(1)
        let norms = statistics.centroidSizes.row(0)
        var counts = [Float](repeating: 0, count: K)
        let width = Int64(statistics.centroidsByItem.stride)
        let scores = FloatMatrix(rows: 1, columns: K)
        for customer in members {
            for k in 0..<K { scores.base[k] = -0.5 * norms[k] }
            tastes.withRow(customer) { items, values, count in
                dami_add_rows(
                    width, Int64(count), items, values, statistics.centroidsByItem.base, width, scores.base)
            }
            var best = 0
            for k in 1..<max(K, 1) where scores.base[k] > scores.base[best] { best = k }
            tastes.add(customer, to: sums.row(best))
            counts[best] += 1
        }
        for k in 0..<K {
            sizes[k] = counts[k]
            guard counts[k] > 0 else { continue }
            dami_affine(Int64(stride), 1 / counts[k], 0, sums.row(k), statistics.centroids.row(k))
        }
        prepare(statistics)
    }

    /// Norms and the turned copy.
    private func prepare(_ statistics: PurchaseStatistics) {
        for k in 0..<centroidCount {
            let row = statistics.centroids.row(k)
            statistics.centroidSizes[0, k] = dami_dot(Int64(stride), row, row)
            for j in 0..<labels { statistics.centroidsByItem[j, k] = row[j] }
        }
    }

    /// TIFU-KNN's vector of each customer's train baskets, as the encoder computes it.
    private func tasteVectors() -> SparseRows {
        let empty = PurchaseStatistics(labelCount: labels, centroids: 1)
        let encoder = FeatureEncoder(statistics: empty, settings: encoding)
        var rows = SparseRows()
        var taste = [Float](repeating: 0, count: labels)
        for customer in 0..<table.customerCount {
            let baskets = table.baskets(of: customer)
            var touched: [Int32] = []
            encoder.forEachTaste(count: baskets.count) { basket, weight in
                for item in table.items(of: baskets.lowerBound + basket) {
                    if taste[Int(item)] == 0 { touched.append(item) }
                    taste[Int(item)] += weight
                }
            }
            rows.append(items: touched, values: touched.map { taste[Int($0)] })
            for item in touched { taste[Int(item)] = 0 }
        }
        return rows
    }
}

/// Sparse rows, one after the other.
struct SparseRows: Sendable {
    private var items: [Int32] = []
    private var values: [Float] = []
    private var starts: [Int] = [0]

    mutating func append(items: [Int32], values: [Float]) {
        self.items += items
        self.values += values
        starts.append(self.items.count)
    }

    func add(_ row: Int, to dense: UnsafeMutablePointer<Float>) {
        for index in starts[row]..<starts[row + 1] { dense[Int(items[index])] += values[index] }
    }

    func withRow(_ row: Int, _ body: (UnsafePointer<Int32>, UnsafePointer<Float>, Int) -> Void) {
        let start = starts[row]
        items.withUnsafeBufferPointer { items in
            values.withUnsafeBufferPointer { values in
                guard let i = items.baseAddress, let v = values.baseAddress else { return }
                body(i + start, v + start, starts[row + 1] - start)
            }
        }
    }
}
