/// The sample shop's generator of random numbers: SplitMix64 (Steele, Lea & Flood, "Fast Splittable Pseudorandom Number
/// Generators", 2014). Each customer has their own, so that a shop is the same however many threads make it.
struct SampleRandom {
    private var state: UInt64

    init(seed: UInt64, stream: UInt64) {
        state = seed &* 0xD134_2543_DE82_EF95 &+ stream
        state = next() ^ stream &* 0x9E37_79B9_7F4A_7C15
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }

    /// In 0..<1.
    mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    mutating func chance(_ probability: Double) -> Bool { uniform() < probability }

    /// In the range.
    mutating func integer(in range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(uniform() * Double(range.count))
    }

    /// Nearly normal, mean 0, deviation 1, within ±3: the sum of four uniforms (cheap, and the same on every libm).
    mutating func normal() -> Double { (uniform() + uniform() + uniform() + uniform() - 2) * 1.732_050_807_568_877_2 }

    /// eˣ to three digits, by (1 + x/1024)¹⁰²⁴: the C library's differs in its last bits from one machine to the next.
    static func exp(_ x: Double) -> Double {
        var power = 1 + max(-1_000, x) / 1_024
        for _ in 0..<10 { power *= power }
        return power
    }

    /// A position, each as likely as its weight.
    mutating func index(weights: some RandomAccessCollection<Double>, total: Double) -> Int {
        var left = uniform() * total
        var position = 0
        for weight in weights {
            left -= weight
            if left < 0 { return position }
            position += 1
        }
        return max(0, position - 1)
    }
}

/// Numbers 1 to a prime, in an order that looks random but repeats nothing: how ids are given.
struct ScatteredNumbers: Sendable {
    private let prime: UInt64
    private let factor: UInt64

    /// - Parameter count: how many numbers are needed, at least.
    init(count: Int, seed: UInt64) {
        var candidate = UInt64(max(count, 10)) | 1
        while !Self.isPrime(candidate) { candidate += 2 }
        prime = candidate
        var random = SampleRandom(seed: seed, stream: 0xF00D)
        factor = 1 + random.next() % (candidate - 1)
    }

    /// The number of `index`, in 1...; distinct for distinct indexes below `count`.
    func callAsFunction(_ index: Int) -> Int {
        Int((UInt64(index) &+ 1).multipliedFullWidth(by: factor).low % prime) + 1
    }

    private static func isPrime(_ number: UInt64) -> Bool {
        var divisor: UInt64 = 3
        while divisor * divisor <= number {
            if number % divisor == 0 { return false }
            divisor += 2
        }
        return true
    }
}
