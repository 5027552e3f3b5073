import Shop

/// What is computed from baskets in closed form, before any training: the knowledge that the wide half weighs.
///
/// All item-item matrices are (labels, labels): row i says what i tells of every candidate, so a cart's evidence is the
/// sum of a few rows. Training uses, for each sample, statistics computed without the fold of its customer; serving uses
/// those of all (cross-fitting: without it, training would trust rare pairs seen in the very basket to be predicted).
package struct PurchaseStatistics: Sendable {
    package let labelCount: Int
    /// Floats in a row of candidates.
    package var stride: Int { FloatMatrix.padded(labelCount) }

    /// Ridge regression of each item on the others of its basket, centred: EASE (Steck 2019) with an intercept.
    package var cartRidge: FloatMatrix
    /// P(j in a basket | i in it), smoothed to j's share of baskets.
    package var cartConditional: FloatMatrix
    /// log P(j | i) / P(j), smoothed, clamped to -1…3.
    package var cartLift: FloatMatrix
    /// EASE on customers: whether somebody ever bought j, from what else they ever bought.
    package var ownership: FloatMatrix
    /// The same as ``cartLift`` for `CLAC2_NM`: row i says how i's category draws each candidate's; a category draws
    /// itself where a basket holds two of it.
    package var categoryLift: FloatMatrix
    /// Ridge regression of a basket on the decayed shares of the baskets before it; the diagonal is repetition.
    package var nextBasket: FloatMatrix
    /// One row each: that ridge's intercept, j's share of baskets, log popularity, log of a floored share (what the
    /// neighbour features say where there is no history), and how often who bought j buys it in another basket.
    package var rows: FloatMatrix
    /// log of how much likelier people of a profile buy j, by ``segmentRow(of:)``.
    package var segments: FloatMatrix
    /// Mean taste vectors of groups of customers alike, (centroids, labels), and the same turned round.
    package var centroids: FloatMatrix
    package var centroidsByItem: FloatMatrix
    /// A row of squared norms and a row of member counts.
    package var centroidSizes: FloatMatrix

    package enum Row: Int, CaseIterable, Sendable {
        case nextBasketIntercept, share, logPopularity, flooredLogShare, repeatRate, logSmallBasketShare
        /// Numbers of the labels' `CLAC2_NM` and `CLAC1_NM`, from 0.
        case middleCategory, category
        /// log of the share of baskets that hold anything of the label's `CLAC2_NM`.
        case logCategoryShare
    }

    package func row(_ row: Row) -> UnsafeMutablePointer<Float> { rows.row(row.rawValue) }

    /// All zero, for a number of labels and centroids.
    package init(labelCount: Int, centroids: Int) {
        self.init(labelCount: labelCount)
        for (_, path) in Self.matrixNames {
            let size = Self.size(of: path, labels: labelCount, centroids: centroids)
            self[keyPath: path] = FloatMatrix(rows: size.rows, columns: size.columns)
        }
    }

    /// Without any matrices yet: whoever makes it sets them all.
    package init(labelCount: Int) {
        self.labelCount = labelCount
        let none = FloatMatrix(rows: 0, columns: 0)
        cartRidge = none
        cartConditional = none
        cartLift = none
        ownership = none
        categoryLift = none
        nextBasket = none
        rows = none
        segments = none
        centroids = none
        centroidsByItem = none
        centroidSizes = none
    }

    /// The rows and columns of a matrix.
    package static func size(
        of path: KeyPath<PurchaseStatistics, FloatMatrix>, labels: Int, centroids: Int
    ) -> (rows: Int, columns: Int) {
        switch path {
        case \.rows: (Row.allCases.count, labels)
        case \.segments: (segmentCount, labels)
        case \.centroids: (centroids, labels)
        case \.centroidsByItem: (labels, centroids)
        case \.centroidSizes: (2, centroids)
        default: (labels, labels)
        }
    }

    /// The matrices by the names that they have in a model file.
    package static let matrixNames:
        [(name: String, path: WritableKeyPath<PurchaseStatistics, FloatMatrix> & Sendable)] = [
            ("statistics.cart_ridge", \.cartRidge), ("statistics.cart_conditional", \.cartConditional),
            ("statistics.cart_lift", \.cartLift), ("statistics.ownership", \.ownership),

            ("statistics.category_lift", \.categoryLift),
            ("statistics.next_basket", \.nextBasket),
            ("statistics.rows", \.rows), ("statistics.segments", \.segments), ("statistics.centroids", \.centroids),
            ("statistics.centroids_by_item", \.centroidsByItem), ("statistics.centroid_sizes", \.centroidSizes),
        ]

    // MARK: Profiles

    /// Ages 10, 20, … 90 and unknown.
    package static let ageCount = 10
    /// F, M and unknown.
    package static let genderCount = 3
    package static let segmentCount = ageCount * genderCount

    /// 0…8 for the decades 10…90, 9 for an unknown age.
    package static func ageIndex(of profile: Profile) -> Int {
        guard let age = profile.age else { return ageCount - 1 }
        return Profile.decade(ofYears: age) / 10 - 1
    }

    /// 0 for F, 1 for M, 2 for an unknown gender.
    package static func genderIndex(of profile: Profile) -> Int {
        switch profile.gender {
        case .female: 0
        case .male: 1
        case nil: 2
        }
    }

    package static func segmentRow(of profile: Profile) -> Int {
        genderIndex(of: profile) * ageCount + ageIndex(of: profile)
    }
}
