import Features

/// The distribution that negative samples are drawn from: proportional to count^¾ (Mikolov et al. 2013), by Walker's
/// alias method in O(1) a draw.
struct NoiseDistribution: Sendable {
    /// The probability of each word.
    let probabilities: [Double]
    private let thresholds: [UInt32]
    private let aliases: [Int32]

    /// - Parameter counts: How often each word occurs; a word of count 0 is never drawn.
    init(counts: [Int]) {
        let weights = counts.map { Double($0).squareRoot() * Double($0).squareRoot().squareRoot() }
        let total = max(weights.reduce(0, +), .leastNormalMagnitude)
        probabilities = weights.map { $0 / total }
        var thresholds = [UInt32](repeating: .max, count: counts.count)
        var aliases = (0..<Int32(counts.count)).map { $0 }
        var scaled = probabilities.map { $0 * Double(counts.count) }
        var small = scaled.indices.filter { scaled[$0] < 1 }
        var large = scaled.indices.filter { scaled[$0] >= 1 }
        while let low = small.popLast(), let high = large.last {
            thresholds[low] = UInt32(min(scaled[low] * 0x1p32, Double(UInt32.max)))
            aliases[low] = Int32(high)
            scaled[high] -= 1 - scaled[low]
            if scaled[high] < 1 {
                small.append(high)
                large.removeLast()
            }
        }
        // What rounding left over keeps itself, unless it must never be drawn.
        if let likeliest = counts.indices.max(by: { counts[$0] < counts[$1] }) {
            for word in counts.indices where counts[word] == 0 && aliases[word] == Int32(word) {
                thresholds[word] = 0
                aliases[word] = Int32(likeliest)
            }
        }
        self.thresholds = thresholds
        self.aliases = aliases
    }

    @inline(__always)
    func draw(_ random: inout KeyedGenerator) -> Int {
        let bits = random.next()
        let word = Int(truncatingIfNeeded: ((bits >> 32) &* UInt64(truncatingIfNeeded: thresholds.count)) >> 32)
        return UInt32(truncatingIfNeeded: bits) < thresholds[word] ? word : Int(aliases[word])
    }
}
