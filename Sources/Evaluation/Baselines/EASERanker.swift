import CKernels
import Features
import Shop

/// EASE: the item-item weights that best rebuild each row from its other entries, in closed form (Steck 2019,
/// "Embarrassingly Shallow Autoencoders for Sparse Data").
///
/// With `G` the Gram matrix and `P = (G + λI)⁻¹`, `B_ij = -P_ij / P_jj` and `B_ii = 0`. For a cart, rows are sessions,
/// centred: an intercept keeps popularity out of the weights. For a history, rows are customers: whether, or how often,
/// they bought an item. Memory is labels², time labels³, whatever the number of customers.
package struct EASERanker: ScoringRanker, TunableRanker {
    package enum CustomerRows: String, Hashable, Sendable {
        /// 1 for what the customer ever bought.
        case whether
        /// The share of their baskets that hold it.
        case howOften
    }

    package struct Settings: Hashable, Sendable, CustomStringConvertible {
        package var sessionRegularisation = 200.0
        package var customerRows = CustomerRows.whether
        package var customerRegularisation = 300.0
        package var historyShare = 0.3
        package var cartWeight = 1.0

        package init() {}

        package var description: String {
            "sessions λ \(sessionRegularisation.shortDescription); customers (\(customerRows.rawValue)) "
                + "λ \(customerRegularisation.shortDescription), share \(historyShare.shortDescription); "
                + "cart weight \(cartWeight.shortDescription)"
        }
    }

    package static let name = "ease"
    package static let defaults = Settings()
    package static let tuning: [TuningStage<Settings>] = [
        regularisation(of: \.sessionRegularisation, tasks: [.cart(1), .cart(2), .cart(3)]) { _ in
            [20, 200, 2000, 20000]
        },
        regularisation(of: \.sessionRegularisation, tasks: [.cart(1), .cart(2), .cart(3)]) {
            [$0, $0 / 2.5, $0 * 2.5]
        },
        regularisation(of: \.customerRegularisation, tasks: [.warm]) { _ in [30, 300, 3000] },
        TuningStage(tasks: [.warm]) { settings in
            var byShare = settings
            byShare.customerRows = .howOften
            return [settings]
                + [10, 100].map { regularisation in
                    byShare.customerRegularisation = regularisation
                    return byShare
                }
        },
        TuningStage(tasks: [.warm]) { settings in
            [settings.historyShare, 0.1, 0.6, 0.9, 1].map { share in
                var variant = settings
                variant.historyShare = share
                return variant
            }
        },
        TuningStage(tasks: [.warmCart(1), .warmCart(3)]) { settings in
            [0.1, 0.3, 0.6, 1, 2, 4].map { weight in
                var variant = settings
                variant.cartWeight = weight
                return variant
            }
        },
    ]

    private static func regularisation(
        of setting: WritableKeyPath<Settings, Double> & Sendable, tasks: [EvaluationTask],
        values: @escaping @Sendable (Double) -> [Double]
    ) -> TuningStage<Settings> {
        TuningStage(tasks: tasks) { settings in
            values(settings[keyPath: setting]).map { value in
                var variant = settings
                variant[keyPath: setting] = value
                return variant
            }
        }
    }

    private let weights: ItemItemWeights

    package var labelCount: Int { weights.popularity.count }

    package init(fittedOn dataset: PurchaseDataset, settings: Settings) {
        let sessions = CooccurrenceCounts.ofSessions(dataset)
        let size = sessions.size
        let groups = Double(max(1, sessions.groups))
        let means = (0..<size).map { sessions.count(of: $0) / groups }
        let cart = Self.solve(size: size, regularisation: settings.sessionRegularisation) { row, column in
            sessions[row, column] - groups * means[row] * means[column]
        }
        var cartBias = Array(repeating: 0.0, count: size)
        for row in 0..<size { cart.addRow(row, times: -means[row], to: &cartBias) }
        for item in 0..<size { cartBias[item] += means[item] }

        let rows = dataset.customerRows { share in settings.customerRows == .whether ? 1 : min(share, 1) }
        let customers = CooccurrenceCounts.ofRows(rows, size: size)
        weights = ItemItemWeights(
            cart: cart, cartBias: cartBias,
            history: Self.solve(size: size, regularisation: settings.customerRegularisation) { customers[$0, $1] },
            historyShare: settings.historyShare, cartWeight: settings.cartWeight,
            popularity: PopularRanker(fittedOn: dataset).shares)
    }

    private static func solve(
        size: Int, regularisation: Double, gram: (_ row: Int, _ column: Int) -> Double
    ) -> LabelMatrix {
        var matrix: [Double] = []
        matrix.reserveCapacity(size * size)
        for row in 0..<size {
            for column in 0..<size { matrix.append(gram(row, column) + (row == column ? regularisation : 0)) }
        }
        let status = matrix.withUnsafeMutableBufferPointer { buffer in
            size == 0 ? 0 : dami_invert_positive(Int64(size), buffer.baseAddress!)
        }
        precondition(status == 0, "a Gram matrix with a positive ridge is positive definite")
        return LabelMatrix(size: size) { row, column in
            row == column ? 0 : -matrix[row * size + column] / matrix[column * size + column]
        }
    }

    package func competes(in task: EvaluationTask) -> Bool { task.cartSize > 0 || task.showsHistory }

    package func scores(for query: RankingQuery) -> [Double] { weights.scores(for: query) }
}
