import Testing

@testable import Evaluation

struct TopItemsTests {
    @Test func agreesWithSortingOnRandomScores() {
        var generator = PermutedCongruentialGenerator(seed: 11)
        for round in 0..<200 {
            let size = Int(generator.next(upThrough: 30))
            // Few distinct values, so that ties are frequent.
            let scores = (0..<size).map { _ in
                round % 5 == 0 && generator.next(upThrough: 4) == 0
                    ? Double.nan : Double(generator.next(upThrough: 6)) - 3
            }
            let excluded = (0..<Int(generator.next(upThrough: 5))).map { _ in Int(generator.next(upThrough: 40)) - 5 }
            let expected = scores.indices.filter { !excluded.contains($0) }.sorted { a, b in
                let (x, y) = (scores[a], scores[b])
                return (x.isNaN ? 1 : 0, x.isNaN ? 0 : -x, a) < (y.isNaN ? 1 : 0, y.isNaN ? 0 : -y, b)
            }
            for count in [0, 1, 3, 10, 50] {
                #expect(topItems(scores, count: count, excluding: excluded) == Array(expected.prefix(count)))
            }
        }
    }

    @Test func infinitiesAreRankedLikeNumbers() {
        #expect(topItems([0, -.infinity, .infinity, .nan], count: 4) == [2, 0, 1, 3])
    }
}
