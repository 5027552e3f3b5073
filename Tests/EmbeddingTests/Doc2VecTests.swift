import Features
import Shop
import TestSupport
import Testing

@testable import Embedding

struct Doc2VecTests {
    /// Baskets of a shop whose items fall into four groups of six; a basket is mostly of one.
    static func baskets(_ count: Int = 400, seed: UInt64 = 1) -> BasketList {
        var random = SplitMix(state: seed)
        return BasketList(
            (0..<count).map { _ in
                let group = Int(random.next() % 4)
                var items: [ItemID] = []
                while items.count < 5 {
                    let item = random.unit() < 0.9 ? group * 6 + Int(random.next() % 6) : Int(random.next() % 24)
                    if !items.contains(item) { items.append(item) }
                }
                return items
            })
    }

    static func settings(_ architecture: Doc2VecSettings.Architecture) -> Doc2VecSettings {
        var settings = Doc2VecSettings()
        settings.architecture = architecture
        settings.dimensions = 12
        settings.epochs = 12
        return settings
    }

    static func trained(_ architecture: Doc2VecSettings.Architecture, threads: Int = 1) -> Doc2Vec {
        Doc2Vec.train(
            on: baskets(), vocabulary: 24, settings: settings(architecture), pool: WorkerPool(threads: threads))
    }

    @Test(arguments: Doc2VecSettings.Architecture.allCases)
    func itemsBoughtTogetherAreNeighbours(_ architecture: Doc2VecSettings.Architecture) {
        let doc2vec = Self.trained(architecture)
        var same = 0
        for item in 0..<24 {
            let neighbours = doc2vec.neighbours(of: item, count: 5)
            #expect(neighbours.count == 5 && !neighbours.contains { $0.item == item })
            #expect(neighbours.map(\.similarity) == neighbours.map(\.similarity).sorted(by: >))
            same += neighbours.count { $0.item / 6 == item / 6 }
        }
        // By chance 26 of 120.
        #expect(same > 100)
    }

    @Test(arguments: Doc2VecSettings.Architecture.allCases)
    func anUnseenBasketsVectorPredictsTheItemsOfItsGroup(_ architecture: Doc2VecSettings.Architecture) {
        let doc2vec = Self.trained(architecture)
        for group in 0..<4 {
            let vector = doc2vec.vector(of: [group * 6, group * 6 + 3, group * 6 + 5])
            let scores = (0..<24).map { item in
                (0..<12).reduce(Float(0)) { $0 + vector[$1] * doc2vec.outputs[item * 12 + $1] }
            }
            let best = (0..<24).sorted { scores[$0] > scores[$1] }.prefix(6)
            #expect(best.count { $0 / 6 == group } >= 5, "\(architecture) \(group)")
        }
    }

    @Test(arguments: Doc2VecSettings.Architecture.allCases)
    func theNumberOfThreadsChangesNoBit(_ architecture: Doc2VecSettings.Architecture) {
        let alone = Self.trained(architecture)
        let together = Self.trained(architecture, threads: 3)
        #expect(alone.items == together.items && alone.inference.rows == together.inference.rows)
    }

    @Test func anotherSeedGivesOtherVectors() {
        var other = Self.settings(.distributedBagOfWords)
        other.seed = 2
        let doc2vec = Doc2Vec.train(on: Self.baskets(), vocabulary: 24, settings: other, pool: WorkerPool(threads: 1))
        #expect(doc2vec.items != Self.trained(.distributedBagOfWords).items)
    }

    @Test func inferenceIsTheMeanOfRowsAndIgnoresWhatItDoesNotKnow() {
        let inference = BasketInference(dimensions: 2, rows: [1, 2, 3, 4], offset: [10, 20])
        func vector(_ items: [ItemID]) -> [Float] {
            var vector: [Float] = [.nan, .nan]
            inference.embed(items, into: &vector)
            return vector
        }
        #expect(vector([0, 1]) == [12, 23])
        #expect(vector([0, 7, -1, 1]) == [12, 23])
        #expect(vector([]) == [0, 0] && vector([9]) == [0, 0])
    }

    @Test func inferenceMaximisesTheQuadraticItStandsFor() {
        // One dimension, two items: A = ¼(k Σ q o² + Σ p o²) + λ, d = (½ o_i − ½ k Σ q o) / A.
        let inference = BasketInference(
            outputs: [1, -2], dimensions: 1, noise: [0.5, 0.5], frequencies: [0.25, 0.75], negatives: 2)
        let curvature = 0.25 * (2 * (0.5 * 1 + 0.5 * 4) + (0.25 * 1 + 0.75 * 4))
        let a = curvature * 1.1 + 1e-9
        var vector: [Float] = [0]
        inference.embed([0], into: &vector)
        #expect(abs(Double(vector[0]) - (0.5 * 1 + 0.5) / a) < 1e-5)
    }

    @Test func emptyBasketsAndAnEmptyShopAreNoProblem() {
        let pool = WorkerPool(threads: 2)
        let none = Doc2Vec.train(
            on: BasketList(), vocabulary: 3, settings: Self.settings(.distributedBagOfWords), pool: pool)
        #expect(none.vector(of: [0, 1]).allSatisfy { $0 == 0 })
        let some = Doc2Vec.train(
            on: BasketList([[], [0], [1, 2], []]), vocabulary: 3, settings: Self.settings(.distributedMemory),
            pool: pool)
        #expect(some.items.allSatisfy { $0.isFinite })
    }
}

struct RowGroupsTests {
    @Test(arguments: 0..<10)
    func eachKeyHasItsRowsInOrder(seed: UInt64) {
        var random = SplitMix(state: seed)
        let keys = (0..<200).map { _ in Int32(random.next() % 17) }
        var groups = RowGroups()
        for _ in 0..<2 {
            keys.withUnsafeBufferPointer { groups.group(keys: $0, keyCount: 17) }
            #expect(Set(groups.keys) == Set(keys) && groups.keys.count == Set(keys).count)
            for (index, key) in groups.keys.enumerated() {
                let rows = groups.rows[groups.starts[index]..<groups.starts[index + 1]].map { Int($0) }
                #expect(rows == keys.indices.filter { keys[$0] == key })
            }
        }
    }
}

struct NoiseDistributionTests {
    @Test func drawsFollowCountsToTheThreeQuarters() {
        let noise = NoiseDistribution(counts: [16, 1, 0, 81])
        #expect(abs(noise.probabilities[3] - 27.0 / 36) < 1e-9)
        var random = KeyedGenerator(5)
        var drawn = [0, 0, 0, 0]
        for _ in 0..<36_000 { drawn[noise.draw(&random)] += 1 }
        #expect(drawn[2] == 0)
        #expect(abs(drawn[0] - 8000) < 300 && abs(drawn[1] - 1000) < 150 && abs(drawn[3] - 27_000) < 400)
    }
}

struct WorkerPoolTests {
    @Test(arguments: [1, 2, 5])
    func everyTaskRunsOnceAndTheNextLoopSeesItsWork(threads: Int) {
        let pool = WorkerPool(threads: threads)
        let counts = UnsafeMutableBufferPointer<Int>.allocate(capacity: 97)
        defer { counts.deallocate() }
        counts.initialize(repeating: 0)
        nonisolated(unsafe) let shared = counts
        for loop in 1...50 {
            pool.run(tasks: 97) { shared[$0] += 1 }
            #expect(counts.allSatisfy { $0 == loop })
        }
        pool.run(tasks: 0) { _ in Issue.record("there is no task") }
    }
}
