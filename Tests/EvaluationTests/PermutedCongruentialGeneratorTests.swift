import Testing

@testable import Evaluation

/// The expected numbers are NumPy 2.4's, of `default_rng(seed).integers(0, 2**64, 4, dtype=uint64)` and of three
/// calls of `.permutation(arange(8))`.
struct PermutedCongruentialGeneratorTests {
    static let draws: [UInt64: [UInt64]] = [
        0: [
            11_749_869_230_777_074_271, 4_976_686_463_289_251_617, 755_828_109_848_996_024, 304_881_062_738_325_533,
        ],
        7: [
            11_530_976_094_092_348_043, 16_550_673_365_885_938_325, 14_308_875_409_591_826_786,
            4_154_339_397_315_733_314,
        ],
        1_099_511_627_779: [
            14_271_435_802_380_633_900, 18_370_326_226_487_632_705, 8_728_610_338_774_297_736,
            1_196_284_118_644_200_768,
        ],
    ]

    static let permutations: [UInt64: [[Int]]] = [
        0: [[2, 4, 3, 6, 5, 0, 1, 7], [6, 2, 7, 4, 5, 1, 0, 3], [3, 2, 1, 7, 6, 0, 5, 4]],
        7: [[0, 6, 7, 2, 4, 5, 1, 3], [7, 3, 6, 2, 0, 4, 1, 5], [3, 4, 5, 2, 0, 7, 1, 6]],
        1_099_511_627_779: [[7, 2, 6, 5, 3, 0, 1, 4], [0, 6, 2, 1, 4, 7, 5, 3], [0, 2, 4, 3, 5, 1, 6, 7]],
    ]

    @Test(arguments: draws.keys.sorted())
    func drawsAreThoseOfNumPy(seed: UInt64) {
        var generator = PermutedCongruentialGenerator(seed: seed)
        #expect((0..<4).map { _ in generator.next() } == Self.draws[seed])
    }

    @Test(arguments: permutations.keys.sorted())
    func permutationsAreThoseOfNumPy(seed: UInt64) {
        var generator = PermutedCongruentialGenerator(seed: seed)
        #expect((0..<3).map { _ in generator.permutation(of: Array(0..<8)) } == Self.permutations[seed])
    }

    @Test func emptyAndSingleListsStayAndDrawNothing() {
        var generator = PermutedCongruentialGenerator(seed: 0)
        #expect(generator.permutation(of: [Int]()).isEmpty)
        #expect(generator.permutation(of: [5]) == [5])
        #expect(generator.permutation(of: Array(0..<8)) == [2, 4, 3, 6, 5, 0, 1, 7])
    }

    @Test func boundedNumbersCoverTheirRangeEvenly() {
        var generator = PermutedCongruentialGenerator(seed: 3)
        var counts = Array(repeating: 0, count: 6)
        for _ in 0..<60_000 { counts[Int(generator.next(upThrough: 5))] += 1 }
        // Five standard deviations of a binomial count are about 456.
        #expect(counts.allSatisfy { abs($0 - 10_000) < 456 })
    }
}
