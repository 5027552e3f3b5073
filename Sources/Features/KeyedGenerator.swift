/// A random number generator that is its key: the same key gives the same numbers, whoever asks and in which order.
///
/// Training draws each sample from a generator keyed by (seed, epoch, customer, basket), so the number of threads and
/// the order of work cannot change a sample. SplitMix64 (Steele, Lea & Flood 2014).
package struct KeyedGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(_ key: Int...) {
        state = 0x9e37_79b9_7f4a_7c15
        for part in key {
            state = (state ^ UInt64(bitPattern: Int64(part))) &* 0xbf58_476d_1ce4_e5b9
            state ^= state >> 29
            _ = next()
        }
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    /// Uniform in 0 ..< 1.
    package mutating func unit() -> Float { Float(next() >> 40) * 0x1p-24 }

    /// Uniform in 0 ..< bound, by the high bits of a product; the bias is below 2^-32 for bounds of any shop.
    package mutating func below(_ bound: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(bound)).high) }

    /// Fisher and Yates's shuffle, written out so that a change of the standard library's can't change a model.
    package mutating func shuffle<Element>(_ array: inout [Element]) {
        guard array.count > 1 else { return }
        for last in stride(from: array.count - 1, to: 0, by: -1) { array.swapAt(last, below(last + 1)) }
    }
}
