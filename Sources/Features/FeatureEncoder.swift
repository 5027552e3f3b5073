import CKernels
import Shop

/// Makes the features of a context: the one way for training, evaluation and serving.
///
///     let encoder = FeatureEncoder(statistics: statistics, settings: settings)
///     let encoded = EncodedContext(statistics: statistics)
///     encoder.encode(context, into: encoded)
///     encoder.addToCart([milk], to: encoded)     // the same bits as encoding the longer cart from scratch
///
/// The cost of a cart is six rows an item, and a look at each item of the history for each change; that of a history is about
/// four rows a distinct item, once.
package struct FeatureEncoder: Sendable {
    package let statistics: PurchaseStatistics
    package let settings: EncoderSettings
    private let recentPowers: [Float]
    private let sharePowers: [Float]
    private let nextBasketPowers: [Float]
    private let tastePowers: [Float]
    private let tasteGroupPowers: [Float]
    let likenessPowers: [Float]
    let rarities: [Float]

    package init(statistics: PurchaseStatistics, settings: EncoderSettings) {
        self.statistics = statistics
        self.settings = settings
        let limit = settings.historyLimit
        recentPowers = Self.powers(of: settings.recentDecay, count: limit)
        sharePowers = Self.powers(of: settings.shareDecay, count: limit)
        nextBasketPowers = Self.powers(of: settings.nextBasketDecay, count: limit)
        tastePowers = Self.powers(of: settings.tasteDecay, count: limit)
        likenessPowers = Self.powers(of: settings.likenessDecay, count: limit)
        tasteGroupPowers = Self.powers(of: settings.tasteGroupDecay, count: limit)
        rarities = Self.rarities(of: statistics)
    }

    static func powers(of base: Float, count: Int) -> [Float] {
        var power: Float = 1
        return (0..<max(count, 1)).map { _ in
            defer { power *= base }
            return power
        }
    }

    private var stride: Int { statistics.stride }

    /// Encodes all of a context.
    package func encode(_ context: Context, into encoded: EncodedContext) {
        encodeProfile(context.profile, into: encoded)
        encodeHistory(context.history, into: encoded)
        encodeCart(context.cart, into: encoded)
    }

    /// Sets what depends on the profile, and what depends on nothing.
    package func encodeProfile(_ profile: Profile, into encoded: EncodedContext) {
        encoded.setProfile(profile)
        defer { omit(from: CandidateFeature.segment.rawValue..<CandidateFeature.count, in: encoded) }
        let segment = statistics.segments.row(PurchaseStatistics.segmentRow(of: profile))
        encoded.row(.segment).update(from: segment, count: stride)
        dami_affine(Int64(stride), 1.0 / 3, 0, statistics.row(.logPopularity), encoded.row(.popularity))
        dami_affine(
            Int64(stride), 1.0 / 3, 0, statistics.row(.logSmallBasketShare), encoded.row(.popularityInSmallBaskets))
        dami_affine(Int64(stride), 1.0 / 3, 0, statistics.row(.logCategoryShare), encoded.row(.categoryPopularity))
    }

    /// Sets what depends on the history, oldest basket first. The cart is to be encoded after it, for what depends on both
    /// is set there.
    package func encodeHistory(_ history: [Basket], into encoded: EncodedContext) {
        encodeHistory(count: history.count, into: encoded) { index, visit in
            for item in history[index].items where item >= 0 && item < statistics.labelCount { visit(Int32(item)) }
        }
    }

    /// The same for `count` baskets, oldest first, whose labels `forEachItem` hands over one by one.
    package func encodeHistory(
        count: Int, into encoded: EncodedContext, forEachItem: (Int, (Int32) -> Void) -> Void
    ) {
        let length = CandidateFeature.cartRange.lowerBound * stride
        encoded.features.base.update(repeating: 0, count: length)
        encoded.beginHistory()
        defer { omit(from: CandidateFeature.historyRange, in: encoded) }
        let used = min(count, settings.historyLimit)
        guard used > 0 else { return encodeNoHistory(into: encoded) }

        let times = encoded.row(.timesBought)
        let recent = encoded.row(.recentCount)
        let last = encoded.row(.inLastBasket)
        let decayed = encoded.row(.decayedShare)
        let recency = encoded.row(.recency)
        let taste = encoded.row(.taste)
        let shares = encoded.historyScratch.base
        var shareNorm: Float = 0
        for age in 0..<used {
            let tasteWeight = tasteWeight(age: age, of: used)
            shareNorm += nextBasketPowers[age]
            forEachItem(count - 1 - age) { item in
                let j = Int(item)
                if times[j] == 0 {
                    encoded.noteHistoryItem(item)
                    recency[j] = 1 / Float(1 + age)
                    shares[j] = 0
                }
                times[j] += 1
                recent[j] += recentPowers[age]
                decayed[j] += sharePowers[age]
                taste[j] += tasteWeight
                shares[j] += nextBasketPowers[age]
                if age == 0 { last[j] = 1 }
                encoded.noteBasketItem(item)
            }
            encoded.endBasket()
        }
        encoded.finishHistory(count: used)
        addRules(of: encoded, shareNorm: shareNorm)
        addNeighbours(of: encoded)
        finishOwnPast(of: encoded)
    }

    /// The weight of a basket `age` baskets before the last of `count` in the taste vector (Hu et al. 2020, equations 1
    /// to 3): decayed within its group of ``EncoderSettings/tasteGroup`` and again group by group, then averaged.
    private func tasteWeight(age: Int, of count: Int) -> Float {
        let group = settings.tasteGroup
        let groups = (count + group - 1) / group
        let inGroup = min(group, count - age / group * group)
        return tastePowers[age % group] * tasteGroupPowers[age / group] / Float(inGroup * groups)
    }

    /// The baskets of a history that have a weight in its taste vector, last first, and that weight.
    func forEachTaste(count: Int, _ body: (_ basket: Int, _ weight: Float) -> Void) {
        let used = min(count, settings.historyLimit)
        for age in 0..<used { body(count - 1 - age, tasteWeight(age: age, of: used)) }
    }

    private func encodeNoHistory(into encoded: EncodedContext) {
        let floor = statistics.row(.flooredLogShare)
        for feature in [CandidateFeature.nearNeighbours, .wideNeighbours, .neighbourMixture] {
            encoded.row(feature).update(from: floor, count: stride)
        }
    }

    /// Turns counts into the features of the customer's own past.
    private func finishOwnPast(of encoded: EncodedContext) {
        let times = encoded.row(.timesBought)
        let share = encoded.row(.shareOfBaskets)
        let decayed = encoded.row(.decayedShare)
        let taste = encoded.row(.taste)
        let habitual = encoded.row(.habitual)
        let repeatRate = statistics.row(.repeatRate)
        let baskets = Float(encoded.historyCount)
        for item in encoded.historyItems {
            let j = Int(item)
            share[j] = times[j] / (baskets + 1)
            decayed[j] /= baskets
            taste[j] *= 3
            habitual[j] = repeatRate[j] * 3
            times[j] = Self.logOfCount(1 + times[j])
        }
    }

    /// log of a count, from the kernel's own logarithm.
    private static func logOfCount(_ count: Float) -> Float { logTable[min(Int(count), logTable.count - 1)] }
    private static let logTable: [Float] = {
        var counts = (0..<64).map { Float($0) }
        var logs = counts
        dami_log_affine(64, 1, 0, &counts, &logs)
        return logs
    }()

    /// Adds the item-item rules' rows for the items of the history.
    private func addRules(of encoded: EncodedContext, shareNorm: Float) {
        let items = encoded.historyItems
        let R = Int64(items.count)
        let P = Int64(stride)
        func add(_ matrix: FloatMatrix, to feature: CandidateFeature, weight: (Int32) -> Float) {
            encoded.rowWeights.removeAll(keepingCapacity: true)
            for item in items { encoded.rowWeights.append(weight(item)) }
            dami_add_rows(P, R, items, encoded.rowWeights, matrix.base, P, encoded.row(feature))
        }
        add(statistics.ownership, to: .ownershipOfRecent) { encoded.row(.recentCount)[Int($0)] }

        let shares = encoded.historyScratch.base
        encoded.row(.nextBasket).update(from: statistics.row(.nextBasketIntercept), count: stride)
        add(statistics.nextBasket, to: .nextBasket) { shares[Int($0)] / shareNorm }
        dami_log_affine(P, 1, 2e-3, encoded.row(.nextBasket), encoded.row(.nextBasketLog))
        dami_affine(P, 5, 0, encoded.row(.nextBasket), encoded.row(.nextBasket))
    }

    /// Holds the features at zero that the settings leave out.
    func omit(from range: Range<Int>, in encoded: EncodedContext) {
        for feature in settings.omitted where range.contains(feature) {
            encoded.features.row(feature).update(repeating: 0, count: stride)
        }
    }

    /// Compares the taste vector with the centroids and mixes the nearest: TIFU-KNN without a pass over customers.
    private func addNeighbours(of encoded: EncodedContext) {
        let P = Int64(stride)
        let taste = encoded.row(.taste)
        let scores = encoded.centroidScores.base
        let K = statistics.centroids.rows
        let norms = statistics.centroidSizes.row(0)
        let sizes = statistics.centroidSizes.row(1)
        // |q - c|² = |q|² - 2 q·c + |c|²: the greatest q·c - |c|²/2 is the nearest.
        for k in 0..<K { scores[k] = -0.5 * norms[k] }
        encoded.rowWeights.removeAll(keepingCapacity: true)
        for item in encoded.historyItems { encoded.rowWeights.append(taste[Int(item)]) }
        dami_add_rows(
            Int64(statistics.centroidsByItem.stride), Int64(encoded.historyItems.count), encoded.historyItems,
            encoded.rowWeights, statistics.centroidsByItem.base, Int64(statistics.centroidsByItem.stride), scores)

        let wide = min(settings.wideCentroids, max(1, K / 4))
        let near = min(settings.nearCentroids, max(1, K / 24))
        chooseCentroids(wide, of: K, in: encoded)
        mix(encoded.chosenCentroids.prefix(near), sizes: sizes, into: encoded.row(.nearNeighbours), encoded)
        mix(encoded.chosenCentroids[...], sizes: sizes, into: encoded.row(.wideNeighbours), encoded)

        let mixture = encoded.row(.neighbourMixture)
        dami_affine(P, 0.7, 0, encoded.row(.wideNeighbours), mixture)
        var share: Float = 0.3
        dami_add_rows(P, 1, nil, &share, taste, P, mixture)
        for feature in [CandidateFeature.nearNeighbours, .wideNeighbours, .neighbourMixture] {
            dami_log_affine(P, 1, 2e-3, encoded.row(feature), encoded.row(feature))
        }
    }

    /// The `count` best centroids, best first; of equal ones the first.
    private func chooseCentroids(_ count: Int, of total: Int, in encoded: EncodedContext) {
        let scores = encoded.centroidScores.base
        encoded.chosenCentroids.removeAll(keepingCapacity: true)
        for k in 0..<total {
            let score = scores[k]
            if encoded.chosenCentroids.count == count {
                if score <= encoded.chosenCentroids[count - 1].score { continue }
                encoded.chosenCentroids.removeLast()
            }
            var place = encoded.chosenCentroids.count
            while place > 0, encoded.chosenCentroids[place - 1].score < score { place -= 1 }
            encoded.chosenCentroids.insert((Int32(k), score), at: place)
        }
    }

    private func mix(
        _ chosen: ArraySlice<(index: Int32, score: Float)>, sizes: UnsafeMutablePointer<Float>,
        into row: UnsafeMutablePointer<Float>, _ encoded: EncodedContext
    ) {
        var members: Float = 0
        for centroid in chosen { members += sizes[Int(centroid.index)] }
        encoded.rowWeights.removeAll(keepingCapacity: true)
        encoded.chosenRows.removeAll(keepingCapacity: true)
        for centroid in chosen {
            encoded.rowWeights.append(sizes[Int(centroid.index)] / max(members, 1))
            encoded.chosenRows.append(centroid.index)
        }
        let P = Int64(stride)
        dami_add_rows(
            P, Int64(chosen.count), encoded.chosenRows, encoded.rowWeights, statistics.centroids.base, P, row)
    }
}
