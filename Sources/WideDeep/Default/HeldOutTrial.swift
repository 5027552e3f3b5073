import CKernels
import Features
import Shop

/// Customers kept out of training, and what a network makes of them: it chooses the epochs and fits the calibration.
///
/// A question is a held-out customer's last train basket, or one of those before it; test baskets are never touched.
package struct HeldOutTrial: Sendable {
    package let table: BasketTable
    package let customers: [Int]
    private let seed: Int

    package init(table: BasketTable, customers: [Int], seed: Int) {
        self.table = table
        self.customers = customers.filter { !table.baskets(of: $0).isEmpty }
        self.seed = seed
    }

    /// Draws the customers: an eighth, at most two thousand; none in a shop of fewer than twenty-four.
    package static func draw(from table: BasketTable, seed: Int) -> [Int] {
        guard table.customerCount >= 24 else { return [] }
        var order = Array(0..<table.customerCount)
        var generator = KeyedGenerator(seed, 0x4E1D)
        generator.shuffle(&order)
        return order.prefix(max(4, min(2000, table.customerCount / 8))).sorted()
    }

    /// What is told of a held-out customer.
    private struct Question {
        var history: Bool
        var profile: Bool
        var cart: Int
    }

    private static let questions = [
        Question(history: true, profile: true, cart: 0), Question(history: true, profile: true, cart: 1),
        Question(history: true, profile: true, cart: 3), Question(history: false, profile: false, cart: 1),
        Question(history: false, profile: false, cart: 2), Question(history: false, profile: false, cart: 3),
        Question(history: false, profile: true, cart: 0), Question(history: false, profile: false, cart: 0),
    ]

    /// The mean of NDCG@10 and Recall@10 over all questions.
    package func quality(of network: DefaultNetwork, encoder: FeatureEncoder, threads: Int) -> Double {
        let questions = Self.questions
        let sums = FloatMatrix(rows: customers.count, columns: 2 * questions.count)
        forEachAnswer(of: network, encoder: encoder, threads: threads, questions: questions) {
            place, question, answer in
            let (ndcg, recall) = Self.metrics(answer.top(10), of: answer.targets)
            sums[place, 2 * question] += ndcg + recall
            sums[place, 2 * question + 1] += 1
        }
        var total = 0.0
        for question in questions.indices {
            var sum = 0.0
            var count = 0.0
            for place in customers.indices {
                sum += Double(sums[place, 2 * question])
                count += Double(sums[place, 2 * question + 1])
            }
            total += sum / max(count, 1)
        }
        return total / Double(2 * questions.count)
    }

    /// Fits a scale for each kind of context, drawn towards that of all kinds.
    package func calibration(
        of network: DefaultNetwork, encoder: FeatureEncoder, prior: Calibration, threads: Int
    ) -> Calibration {
        guard !customers.isEmpty else { return prior }
        // Histories of every length, with and without carts.
        let questions = (0..<NetworkShape.buckets).flatMap { history in
            (0..<NetworkShape.buckets).map { cart in (history: history, cart: cart) }
        }
        nonisolated(unsafe) let perCustomer = UnsafeMutablePointer<CalibrationCounts>.allocate(
            capacity: Calibration.kinds)
        perCustomer.initialize(repeating: CalibrationCounts(), count: Calibration.kinds)
        defer {
            perCustomer.deinitialize(count: Calibration.kinds)
            perCustomer.deallocate()
        }
        parallelForEach(count: Calibration.kinds, threads: threads) { kind in
            let answering = Answering(trial: self, network: network, encoder: encoder)
            var counts = CalibrationCounts()
            let question = questions[kind]
            let length = [0, 2, 5, Int.max][question.history]
            for place in customers.indices {
                for target in 0..<Self.calibrationTargets {
                    let answer = answering.answer(
                        place, target: target, cart: question.cart, historyLength: length,
                        profile: (place + kind + target) % 2 == 0)
                    guard let answer, Calibration.kind(of: answering.encoded) == kind else { continue }
                    let shares = answer.logShares()
                    for j in answer.top(Self.shownLimit) where !answer.cart.contains(Int32(j)) {
                        counts.add(logShare: shares[j], isHit: answer.targets.contains(j))
                    }
                }
            }
            perCustomer[kind] = counts
        }
        var all = CalibrationCounts()
        for kind in 0..<Calibration.kinds { all.merge(perCustomer[kind]) }
        let common = all.fit(prior: prior.scales[0], strength: 1)
        var error = 0.0
        var predictions = 0.0
        let scales = (0..<Calibration.kinds).map { kind in
            let scale = perCustomer[kind].fit(prior: common, strength: 30)
            let part = perCustomer[kind].error(of: scale)
            error += part.error
            predictions += part.predictions
            return scale
        }
        return Calibration(scales: scales, expectedError: error / max(predictions, 1))
    }

    /// How much of each list calibration looks at: what people may see. The hundreds of candidates below would decide the
    /// fit alone.
    private static let shownLimit = 30
    /// How many of a customer's last baskets calibration asks about, each from those before it. One of each of some hundred
    /// customers leaves a standard error of .01 in what a kind of context is bought with.
    private static let calibrationTargets = 6
    /// The same for the quality that chooses the epochs. The body of `forEachAnswer` is called for one customer's baskets
    /// one after the other, by one thread.
    private static let qualityTargets = 3

    // MARK: Answers

    private func forEachAnswer(
        of network: DefaultNetwork, encoder: FeatureEncoder, threads: Int, questions: [Question],
        _ body: @Sendable (_ place: Int, _ question: Int, _ answer: Answer) -> Void
    ) {
        let grain = 32
        parallelForEach(count: (customers.count + grain - 1) / grain, threads: threads) { chunk in
            let answering = Answering(trial: self, network: network, encoder: encoder)
            for place in chunk * grain..<min(customers.count, (chunk + 1) * grain) {
                for (index, question) in questions.enumerated() {
                    for target in 0..<Self.qualityTargets {
                        // An early basket has no history to be predicted from: not a question about histories.
                        if target > 0, question.history, table.baskets(of: customers[place]).count <= target + 1 {
                            continue
                        }
                        let answer = answering.answer(
                            place, target: target, cart: question.cart,
                            historyLength: question.history ? Int.max : 0, profile: question.profile)
                        if let answer { body(place, index, answer) }
                    }
                }
            }
        }
    }

    /// A worker's buffers.
    private final class Answering {
        let trial: HeldOutTrial
        let network: DefaultNetwork
        let encoder: FeatureEncoder
        let encoded: EncodedContext
        let workspace: NetworkWorkspace

        init(trial: HeldOutTrial, network: DefaultNetwork, encoder: FeatureEncoder) {
            self.trial = trial
            self.network = network
            self.encoder = encoder
            encoded = EncodedContext(statistics: encoder.statistics)
            workspace = NetworkWorkspace(shape: network.shape)
        }

        /// The logits for a customer's last basket, or the one `target` baskets before it; `nil` where there is none, or the
        /// cart leaves nothing to be found.
        func answer(_ place: Int, target: Int = 0, cart size: Int, historyLength: Int, profile: Bool) -> Answer? {
            let table = trial.table
            let customer = trial.customers[place]
            let baskets = table.baskets(of: customer)
            guard baskets.count > target else { return nil }
            let last = baskets.upperBound - 1 - target
            var items = Array(table.items(of: last))
            guard items.count > size else { return nil }
            var generator = KeyedGenerator(trial.seed, 0xCA27, customer, target)
            generator.shuffle(&items)
            let cart = Array(items.prefix(size))
            encoder.encodeProfile(profile ? table.profiles[customer] : .unknown, into: encoded)
            let length = min(historyLength, baskets.count - 1 - target)
            encoder.encodeHistory(count: length, into: encoded) { index, visit in
                for item in table.items(of: last - length + index) { visit(item) }
            }
            encoder.encodeCart(cart.map { ItemID($0) }, into: encoded)
            network.forward(encoded, in: workspace)
            return Answer(
                logits: workspace.logits, labelCount: table.labelCount, cart: cart,
                targets: Set(items.dropFirst(size).map { Int($0) }))
        }
    }

    private struct Answer {
        let logits: FloatMatrix
        let labelCount: Int
        let cart: [Int32]
        let targets: Set<Int>

        func top(_ count: Int) -> [Int] {
            for item in cart { logits.base[Int(item)] = -1e30 }
            return TopItems.best(count, of: UnsafeBufferPointer(start: logits.base, count: labelCount)).map(\.item)
        }

        func logShares() -> [Float] {
            let P = Int64(logits.stride)
            for j in labelCount..<logits.stride { logits.base[j] = -1e30 }
            for item in cart { logits.base[Int(item)] = -1e30 }
            let scratch = FloatMatrix(rows: 1, columns: logits.columns)
            let greatest = dami_max(P, logits.base)
            let sum = dami_exp_sum(P, greatest, logits.base, scratch.base)
            let shift = greatest + DefaultNetwork.logarithm(sum)
            return (0..<labelCount).map { logits.base[$0] - shift }
        }
    }

    private static func metrics(_ top: [Int], of targets: Set<Int>) -> (ndcg: Float, recall: Float) {
        var gain: Float = 0
        var ideal: Float = 0
        var hits: Float = 0
        for (rank, discount) in discounts.enumerated() {
            if rank < targets.count { ideal += discount }
            if rank < top.count, targets.contains(top[rank]) {
                gain += discount
                hits += 1
            }
        }
        return (gain / max(ideal, 1e-9), hits / Float(max(targets.count, 1)))
    }

    /// 1 / log2(rank + 1) for ranks from 1.
    private static let discounts: [Float] = [
        1, 0.630929754, 0.5, 0.430676558, 0.386852807, 0.356207187, 0.333333333, 0.315464877, 0.301029996, 0.289064826,
    ]
}
