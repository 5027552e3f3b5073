/// PCG64, the generator behind NumPy's `default_rng(seed)`, seeded as NumPy seeds it.
///
/// Which items of a test basket lie in the cart is drawn at random. Drawing them as NumPy does means that anybody can
/// make the very same tasks in ten lines of Python and compare figures digit by digit, rather than "within noise".
///
///     var generator = PermutedCongruentialGenerator(seed: 0)
///     generator.permutation(of: [10, 20, 30])    // what numpy.random.default_rng(0).permutation([10, 20, 30]) gives
///
/// The generator is PCG XSL-RR 128/64 (O'Neill 2014, "PCG: A family of simple fast space-efficient statistically good
/// algorithms for random number generation"); the seeding is O'Neill's `seed_seq` design as in NumPy's
/// `SeedSequence`; bounded numbers, by masking and rejection, are those of NumPy's `shuffle` and `permutation`.
/// Not for secrets.
package struct PermutedCongruentialGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt128
    private let increment: UInt128
    /// The upper half of a 64-bit draw whose lower half was given out as 32 bits.
    private var pendingHalf: UInt32?

    private static let multiplier: UInt128 = (2_549_297_995_355_413_924 << 64) | 4_865_540_595_714_422_341

    package init(seed: UInt64) {
        let words = SeedSequence(entropy: seed).words64(count: 4)
        let initialState = UInt128(words[0]) << 64 | UInt128(words[1])
        let sequence = UInt128(words[2]) << 64 | UInt128(words[3])
        increment = sequence << 1 | 1
        state = 0
        step()
        state &+= initialState
        step()
    }

    private mutating func step() {
        state = state &* Self.multiplier &+ increment
    }

    /// 64 uniform bits.
    package mutating func next() -> UInt64 {
        step()
        let folded = UInt64(truncatingIfNeeded: state >> 64) ^ UInt64(truncatingIfNeeded: state)
        let rotation = UInt64(truncatingIfNeeded: state >> 122)
        return folded &>> rotation | folded &<< ((64 &- rotation) & 63)
    }

    /// 32 uniform bits: the lower half of a draw first, its upper half the next time.
    package mutating func next32() -> UInt32 {
        if let half = pendingHalf {
            pendingHalf = nil
            return half
        }
        let draw = next()
        pendingHalf = UInt32(truncatingIfNeeded: draw >> 32)
        return UInt32(truncatingIfNeeded: draw)
    }

    /// A uniform number in `0...maximum`: as many low bits as it needs, drawn until they are not too large.
    package mutating func next(upThrough maximum: UInt32) -> UInt32 {
        if maximum == 0 { return 0 }
        let mask = UInt32.max >> UInt32(maximum.leadingZeroBitCount)
        while true {
            let value = next32() & mask
            if value <= maximum { return value }
        }
    }

    /// The elements in a uniformly random order (Fisher and Yates, from the end).
    package mutating func permutation<Element>(of elements: [Element]) -> [Element] {
        var result = elements
        for i in stride(from: result.count - 1, to: 0, by: -1) {
            result.swapAt(i, Int(next(upThrough: UInt32(i))))
        }
        return result
    }
}

/// Spreads a seed over a pool of four words, and the pool over as many words as are asked for.
private struct SeedSequence {
    private var pool: [UInt32]

    init(entropy: UInt64) {
        var hash: UInt32 = 0x43b0_d7e5
        func mixedIn(_ word: UInt32) -> UInt32 {
            var value = word ^ hash
            hash = hash &* 0x931e_8875
            value = value &* hash
            return value ^ value >> 16
        }
        func mix(_ x: UInt32, _ y: UInt32) -> UInt32 {
            let value = x &* 0xca01_f9dd &- y &* 0x4973_f715
            return value ^ value >> 16
        }
        let words = [UInt32(truncatingIfNeeded: entropy), UInt32(truncatingIfNeeded: entropy >> 32), 0, 0]
        pool = words.map { mixedIn($0) }
        for source in pool.indices {
            for target in pool.indices where target != source {
                pool[target] = mix(pool[target], mixedIn(pool[source]))
            }
        }
    }

    func words64(count: Int) -> [UInt64] {
        var hash: UInt32 = 0x8b51_f9dd
        let halves = (0..<2 * count).map { i -> UInt32 in
            var value = pool[i % pool.count] ^ hash
            hash = hash &* 0x58f3_8ded
            value = value &* hash
            return value ^ value >> 16
        }
        return (0..<count).map { UInt64(halves[2 * $0]) | UInt64(halves[2 * $0 + 1]) << 32 }
    }
}
