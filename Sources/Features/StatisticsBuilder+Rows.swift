import CKernels
import Shop

extension StatisticsBuilder {
    /// Popularity, repetition and segments: what is counted per item.
    func countRows(into sets: inout [PurchaseStatistics]) {
        // Rows: baskets with the item; pairs of baskets of one customer that both have it; pairs where the first has it;
        // baskets with the item, each weighing one over its size.
        let counts = (0..<foldCount).map { _ in FloatMatrix(rows: 4, columns: labels) }
        let segments = (0..<foldCount).map { _ in
            FloatMatrix(rows: PurchaseStatistics.segmentCount, columns: labels)
        }
        let segmentBaskets = (0..<foldCount).map { _ in
            FloatMatrix(rows: 1, columns: PurchaseStatistics.segmentCount)
        }
        forEachFold { fold, customers in
            var times = [Float](repeating: 0, count: labels)
            for customer in customers {
                let baskets = table.baskets(of: customer)
                let segment = PurchaseStatistics.segmentRow(of: table.profiles[customer])
                var touched: [Int] = []
                for basket in baskets {
                    let items = table.items(of: basket)
                    let part = 1 / Float(items.count)
                    for item in items {
                        let j = Int(item)
                        counts[fold][3, j] += part
                        if times[j] == 0 { touched.append(j) }
                        times[j] += 1
                        segments[fold][segment, j] += 1
                    }
                }
                segmentBaskets[fold][0, segment] += Float(baskets.count)
                for j in touched {
                    counts[fold][0, j] += times[j]
                    counts[fold][1, j] += times[j] * (times[j] - 1)
                    counts[fold][2, j] += times[j] * Float(baskets.count - 1)
                    times[j] = 0
                }
            }
        }
        let baskets = basketCounts
        let items = complements(of: counts)
        let bySegment = complements(of: segments)
        let perSegment = complements(of: segmentBaskets)
        for set in sets.indices {
            fillRows(of: sets[set], counts: items[set], baskets: baskets[set])
            fillSegments(of: sets[set], counts: bySegment[set], baskets: perSegment[set])
        }
    }

    /// Pairs of middle categories within a basket.
    func countCategories(into sets: [PurchaseStatistics]) {
        let categories = table.middleCategories
        let number = (categories.max() ?? 0) + 1
        let counts = (0..<foldCount).map { _ in FloatMatrix(rows: number, columns: number) }
        // Per category: baskets that hold it.
        let singles = (0..<foldCount).map { _ in FloatMatrix(rows: 1, columns: number) }
        forEachFold { fold, customers in
            var times = [Float](repeating: 0, count: number)
            var held: [Int] = []
            for customer in customers {
                for basket in table.baskets(of: customer) {
                    for item in table.items(of: basket) {
                        let category = categories[Int(item)]
                        if times[category] == 0 { held.append(category) }
                        times[category] += 1
                    }
                    for a in held {
                        singles[fold][0, a] += 1
                        let row = counts[fold].row(a)
                        for b in held where a != b || times[a] > 1 { row[b] += 1 }
                    }
                    for a in held { times[a] = 0 }
                    held.removeAll(keepingCapacity: true)
                }
            }
        }
        let baskets = basketCounts
        let pairs = complements(of: counts)
        let alone = complements(of: singles)
        _ = inEachSet { set in
            let statistics = sets[set]
            let n = max(baskets[set], 1)
            let share = statistics.row(.logCategoryShare)
            for j in 0..<labels { share[j] = (alone[set][0, categories[j]] + 1) / (n + 1) }
            dami_log_affine(Int64(stride), 1, 0, share, share)
            for j in labels..<stride { share[j] = 0 }
            for i in 0..<labels {
                let row = statistics.categoryLift.row(i)
                let a = categories[i]
                for j in 0..<labels {
                    let b = categories[j]
                    row[j] = (pairs[set][a, b] + 2) * n / ((alone[set][0, a] + 10) * (alone[set][0, b] + 10))
                }
                dami_log_affine(Int64(stride), 1, 0, row, row)
                for j in 0..<labels { row[j] = min(max(row[j], -1), 3) }
                for j in labels..<stride { row[j] = 0 }
            }
            return true
        }
    }

    private func fillRows(of statistics: PurchaseStatistics, counts: FloatMatrix, baskets: Float) {
        var purchases: Float = 0
        var repeats: Float = 0
        var chances: Float = 0
        for j in 0..<labels {
            purchases += counts[0, j]
            repeats += counts[1, j]
            chances += counts[2, j]
        }
        let meanRate = repeats / max(chances, 1)
        let share = statistics.row(.share)
        let popularity = statistics.row(.logPopularity)
        let rate = statistics.row(.repeatRate)
        for j in 0..<labels {
            share[j] = counts[0, j] / max(baskets, 1)
            popularity[j] = (counts[0, j] + 1) / (purchases + Float(labels))
            rate[j] = (counts[1, j] + 20 * meanRate) / (counts[2, j] + 20)
        }
        let small = statistics.row(.logSmallBasketShare)
        let middle = statistics.row(.middleCategory)
        let category = statistics.row(.category)
        for j in 0..<labels {
            small[j] = (max(counts[3, j], 0) + 0.2) / (max(baskets, 1) + 0.2 * Float(labels))
            middle[j] = Float(table.middleCategories[j])
            category[j] = Float(table.categories[j])
        }
        let P = Int64(stride)
        dami_log_affine(P, 1, 0, popularity, popularity)
        dami_log_affine(P, 1, 0, small, small)
        dami_log_affine(P, 0.5, 2e-3, share, statistics.row(.flooredLogShare))
        for j in labels..<stride {
            popularity[j] = 0
            small[j] = 0
        }
    }

    /// log of a segment's smoothed share of an item over everybody's. A segment of both gender and age is smoothed to
    /// the product of its gender's and its age's.
    private func fillSegments(of statistics: PurchaseStatistics, counts: FloatMatrix, baskets: FloatMatrix) {
        let ages = PurchaseStatistics.ageCount
        let genders = PurchaseStatistics.genderCount
        let all = (0..<PurchaseStatistics.segmentCount).map { $0 }
        func ratios(_ rows: [Int], prior: (Int) -> Float) -> [Float] {
            var n: Float = 0
            for row in rows { n += baskets[0, row] }
            return (0..<labels).map { j in
                var count: Float = 0
                for row in rows { count += counts[row, j] }
                let base = statistics.row(.share)[j] + 1e-5
                let m = settings.segmentSmoothing
                return (count + m * base * prior(j)) / ((n + m) * base)
            }
        }
        let byGender = (0..<genders - 1).map { g in ratios(all.filter { $0 / ages == g }) { _ in 1 } }
        let byAge = (0..<ages - 1).map { a in ratios(all.filter { $0 % ages == a }) { _ in 1 } }
        for g in 0..<genders {
            for a in 0..<ages where g < genders - 1 || a < ages - 1 {
                let row = statistics.segments.row(g * ages + a)
                let ratio: [Float] =
                    switch (g < genders - 1, a < ages - 1) {
                    case (true, true): ratios([g * ages + a]) { byGender[g][$0] * byAge[a][$0] }
                    case (true, false): byGender[g]
                    default: byAge[a]
                    }
                for j in 0..<labels { row[j] = ratio[j] }
                dami_log_affine(Int64(stride), 1, 0, row, row)
                for j in labels..<stride { row[j] = 0 }
            }
        }
    }
}
