import Features
import Shop

/// Encoded training samples, compactly: sparse columns and labels in flat arrays, and what the dense features are made of.
package struct StudySamples: Sendable {
    private(set) var wide = RaggedRows()
    private(set) var labels = RaggedRows()
    private(set) var genders: [UInt8] = []
    private(set) var ages: [UInt8] = []
    /// Writes the dense features of a sample.
    private(set) var fillDense: @Sendable (_ sample: Int, _ out: UnsafeMutablePointer<Float>) -> Void

    package var count: Int { genders.count }

    /// Samples made elsewhere, for tests.
    init(
        wide: [[Int32]], labels: [[Int32]], genders: [Int], ages: [Int],
        fillDense: @escaping @Sendable (Int, UnsafeMutablePointer<Float>) -> Void
    ) {
        for row in wide { self.wide.append(row) }
        for row in labels { self.labels.append(row) }
        self.genders = genders.map { UInt8($0) }
        self.ages = ages.map { UInt8($0) }
        self.fillDense = fillDense
    }

    /// The samples of a shop: each train basket with its customer's next one, or with itself.
    package init(dataset: PurchaseDataset, labels kind: StudySettings.Labels, encoder: StudyEncoder) {
        var baskets = RaggedRows()
        fillDense = { _, _ in }
        for customer in dataset.customers {
            for (index, basket) in customer.train.enumerated() {
                let target: Basket
                switch kind {
                case .same: target = basket
                case .next:
                    guard index + 1 < customer.train.count else { continue }
                    target = customer.train[index + 1]
                }
                let context = Context(profile: customer.profile, history: [basket])
                let features = encoder.encode(context)
                wide.append(features.wide)
                genders.append(UInt8(features.gender))
                ages.append(UInt8(features.age))
                baskets.append(StudyEncoder.basket(of: context).map { Int32($0) })
                labels.append(target.items.map { Int32($0) })
            }
        }
        fillDense = { [wide, baskets] sample, out in
            encoder.fillDense(items: baskets[sample].map { Int($0) }, wide: wide[sample], into: out)
        }
    }
}

/// Rows of different lengths in two flat arrays.
struct RaggedRows: Sendable, Hashable {
    private(set) var values: [Int32] = []
    private(set) var offsets: [Int] = [0]

    var count: Int { offsets.count - 1 }

    mutating func append(_ row: [Int32]) {
        values.append(contentsOf: row)
        offsets.append(values.count)
    }

    subscript(row: Int) -> ArraySlice<Int32> { values[offsets[row]..<offsets[row + 1]] }

    /// Calls `body` with a row's values.
    @inline(__always)
    func withRow<Result>(_ row: Int, _ body: (UnsafeBufferPointer<Int32>) -> Result) -> Result {
        values.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[offsets[row]..<offsets[row + 1]])) }
    }
}
