import CKernels

extension StatisticsBuilder {
    /// Pairs within a basket: the cart's ridge, conditional probability and lift.
    ///
    /// A basket of n items weighs the root of mean size / n: it has n² pairs, and a few large baskets, in which everything
    /// goes with everything, would say most of what goes together.
    func solveCart(into sets: [PurchaseStatistics]) throws(StatisticsError) {
        let counts = square()
        let sums = (0..<foldCount).map { _ in FloatMatrix(rows: 1, columns: 1) }
        let meanSize = Float(table.items.count) / Float(max(table.basketCount, 1))
        forEachFold { fold, customers in
            for customer in customers {
                for basket in table.baskets(of: customer) {
                    let items = table.items(of: basket)
                    let weight = (meanSize / Float(items.count)).squareRoot()
                    sums[fold][0, 0] += weight
                    for i in items {
                        let row = counts[fold].row(Int(i))
                        for j in items { row[Int(j)] += weight }
                    }
                }
            }
        }
        let baskets = complements(of: sums).map { $0[0, 0] }
        let pairs = complements(of: counts)
        let all = Double(baskets[foldCount])
        let failures = inEachSet { set in
            let statistics = sets[set]
            let C = pairs[set]
            let n = Double(baskets[set])
            let mean = (0..<labels).map { Double(C[$0, $0]) / max(n, 1) }
            conditional(C, mean: mean.map { Float($0) }, into: statistics.cartConditional)
            lift(C, baskets: Float(n), into: statistics.cartLift)
            return ease(
                into: statistics.cartRidge,
                gram: { i, j in
                    Double(C[i, j]) - n * mean[i] * mean[j]
                        + (i == j ? settings.cartRidge * max(n, 1) / max(all, 1) : 0)
                })
        }
        if failures { throw .singular("cart") }
    }

    /// Whether customers ever bought things, as EASE sees it.
    func solveOwnership(into sets: [PurchaseStatistics]) throws(StatisticsError) {
        let counts = square()
        forEachFold { fold, customers in
            var seen = [Bool](repeating: false, count: labels)
            var owned: [Int] = []
            for customer in customers {
                for basket in table.baskets(of: customer) {
                    for item in table.items(of: basket) where !seen[Int(item)] {
                        seen[Int(item)] = true
                        owned.append(Int(item))
                    }
                }
                for i in owned {
                    let row = counts[fold].row(i)
                    for j in owned { row[j] += 1 }
                }
                for i in owned { seen[i] = false }
                owned.removeAll(keepingCapacity: true)
            }
        }
        let pairs = complements(of: counts)
        let failures = inEachSet { set in
            ease(
                into: sets[set].ownership,
                gram: { i, j in Double(pairs[set][i, j]) + (i == j ? settings.ownershipRidge : 0) })
        }
        if failures { throw .singular("ownership") }
    }

    /// Runs `solve` for each set at once; whether any failed.
    func inEachSet(_ solve: @Sendable (Int) -> Bool) -> Bool {
        let succeeded = FloatMatrix(rows: 1, columns: foldCount + 1)
        parallelForEach(count: foldCount + 1, threads: threads) { set in
            succeeded[0, set] = solve(set) ? 1 : 0
        }
        return (0...foldCount).contains { succeeded[0, $0] == 0 }
    }

    /// B = -P / diag(P), diagonal 0, where P is the Gram matrix's inverse (Steck 2019, equation 8).
    private func ease(into result: FloatMatrix, gram: (Int, Int) -> Double) -> Bool {
        guard let P = inverse(size: labels, gram) else { return false }
        for i in 0..<labels {
            for j in 0..<labels where i != j { result[i, j] = Float(-P[i * labels + j] / P[j * labels + j]) }
        }
        return true
    }

    func inverse(size: Int, _ matrix: (Int, Int) -> Double) -> [Double]? {
        var a = [Double](unsafeUninitializedCapacity: size * size) { buffer, count in
            for i in 0..<size { for j in 0..<size { buffer[i * size + j] = matrix(i, j) } }
            count = size * size
        }
        return dami_invert_positive(Int64(size), &a) == 0 ? a : nil
    }

    private func conditional(_ C: FloatMatrix, mean: [Float], into result: FloatMatrix) {
        let s = settings.conditionalSmoothing
        for i in 0..<labels {
            let scale = 1 / (C[i, i] + s)
            for j in 0..<labels where i != j { result[i, j] = (C[i, j] + s * mean[j]) * scale }
        }
    }

    private func lift(_ C: FloatMatrix, baskets: Float, into result: FloatMatrix) {
        let P = stride
        for i in 0..<labels {
            let row = result.row(i)
            let scale = max(baskets, 1) / (C[i, i] + 5)
            for j in 0..<labels { row[j] = (C[i, j] + 1) * scale / (C[j, j] + 5) }
            dami_log_affine(Int64(P), 1, 0, row, row)
            for j in 0..<labels { row[j] = min(max(row[j], -1), 3) }
            for j in labels..<P { row[j] = 0 }
            row[i] = 0
        }
    }

    /// The ridge regression of a basket on the decayed shares of those before it, with an intercept.
    func solveNextBasket(into sets: [PurchaseStatistics]) throws(StatisticsError) {
        let grams = square()
        let targets = square()
        // Row 0: sums of inputs; row 1: sums of targets; row 2: samples.
        let sums = (0..<foldCount).map { _ in FloatMatrix(rows: 3, columns: labels) }
        forEachFold { fold, customers in
            for customer in customers {
                let baskets = table.baskets(of: customer)
                addSamples(of: baskets, gram: grams[fold], target: targets[fold], sums: sums[fold])
            }
        }
        let gram = complements(of: grams)
        let target = complements(of: targets)
        let sum = complements(of: sums)
        let failures = inEachSet { set in
            let n = Double(max(sum[set][2, 0], 1))
            let x = (0..<labels).map { Double(sum[set][0, $0]) / n }
            let y = (0..<labels).map { sum[set][1, $0] / Float(n) }
            let solved = inverse(size: labels) { i, j in
                Double(gram[set][i, j]) - n * x[i] * x[j] + (i == j ? settings.nextBasketRidge : 0)
            }
            guard let solved else { return false }
            let P = Int64(stride)
            for i in 0..<labels {
                let row = target[set].row(i)
                let shift = Float(n * x[i])
                for j in 0..<labels { row[j] -= shift * y[j] }
            }
            let intercept = sets[set].row(.nextBasketIntercept)
            for j in 0..<labels { intercept[j] = y[j] }
            for i in 0..<labels {
                let weights = (0..<labels).map { Float(solved[i * labels + $0]) }
                let row = sets[set].nextBasket.row(i)
                dami_add_rows(P, Int64(labels), nil, weights, target[set].base, P, row)
                var mean = -Float(x[i])
                dami_add_rows(P, 1, nil, &mean, row, P, intercept)
            }
            return true
        }
        if failures { throw .singular("next-basket") }
    }

    /// Every basket but a customer's first is a target; the input decays as ``FeatureEncoder`` does.
    private func addSamples(of baskets: Range<Int>, gram: FloatMatrix, target: FloatMatrix, sums: FloatMatrix) {
        var place = [Int](repeating: -1, count: labels)
        var items: [Int] = []
        var shares: [Float] = []
        var norm: Float = 0
        for basket in baskets {
            let now = table.items(of: basket)
            if norm > 0 {
                for (a, i) in items.enumerated() {
                    let x = shares[a] / norm
                    let row = gram.row(i)
                    for (b, j) in items.enumerated() { row[j] += x * shares[b] / norm }
                    let targets = target.row(i)
                    for j in now { targets[Int(j)] += x }
                    sums[0, i] += x
                }
                for j in now { sums[1, Int(j)] += 1 }
                sums[2, 0] += 1
            }
            norm = norm * encoding.nextBasketDecay + 1
            for index in shares.indices { shares[index] *= encoding.nextBasketDecay }
            for item in now {
                let j = Int(item)
                if place[j] < 0 {
                    place[j] = items.count
                    items.append(j)
                    shares.append(0)
                }
                shares[place[j]] += 1
            }
        }
    }
}
