import Features
import Shop

/// One situation in which a recommender is measured: what it is told of a customer, before the test basket.
package enum EvaluationTask: Hashable, Sendable, CaseIterable, CustomStringConvertible {
    /// History and profile, an empty cart.
    case warm
    /// A stranger with this many items of the test basket in the cart; the others are to be found.
    case cart(Int)
    /// History, profile and cart.
    case warmCart(Int)
    /// A stranger whose profile is known.
    case profile
    /// A stranger.
    case none

    package static let allCases: [EvaluationTask] = [
        .warm, .warmCart(1), .warmCart(2), .warmCart(3), .cart(1), .cart(2), .cart(3), .profile, .none,
    ]

    /// The name by which commands, tables and JSON know the task: `warm-cart-2`.
    package var description: String {
        switch self {
        case .warm: "warm"
        case .cart(let items): "cart-\(items)"
        case .warmCart(let items): "warm-cart-\(items)"
        case .profile: "profile"
        case .none: "none"
        }
    }

    package var showsHistory: Bool {
        switch self {
        case .warm, .warmCart: true
        case .cart, .profile, .none: false
        }
    }

    package var showsProfile: Bool { self == .profile || showsHistory }

    /// How many items of the test basket lie in the cart.
    package var cartSize: Int {
        switch self {
        case .cart(let items), .warmCart(let items): items
        case .warm, .profile, .none: 0
        }
    }

    /// The tasks that a name stands for: one task, the three of `cart` or `warm-cart`, or `all`; nil for no such name.
    package static func tasks(named name: String) -> [EvaluationTask]? {
        switch name {
        case "all": return allCases
        case "cart": return allCases.filter { !$0.showsHistory && $0.cartSize > 0 }
        case "warm-cart": return allCases.filter { $0.showsHistory && $0.cartSize > 0 }
        default: return allCases.first { $0.description == name }.map { [$0] }
        }
    }
}

/// One question to a recommender, and its answer.
package struct EvaluationCase: Hashable, Sendable {
    /// The position of the customer in the dataset.
    package let customer: Int
    /// What the recommender is told.
    package let context: Context
    /// The items of the test basket that are not in the cart. Never empty.
    package let targets: [ItemID]
}

/// The questions that every recommender is asked, alike.
///
/// The cart holds the first items of one random permutation of the test basket, so that `cart-2` is `cart-1` with an
/// item more, and `warm-cart-2` has the same cart. The permutations are those of NumPy's `default_rng(seed)`, drawn
/// customer after customer (``PermutedCongruentialGenerator``).
///
/// Cases are made when asked for: a suite holds little more than the permuted test baskets.
package struct TaskSuite: Sendable {
    package let dataset: PurchaseDataset
    package let tasks: [EvaluationTask]
    /// The customers that have a test basket, ascending.
    package let customers: [Int]
    private let permutedBaskets: [[ItemID]]

    package init(dataset: PurchaseDataset, tasks: [EvaluationTask] = EvaluationTask.allCases, seed: UInt64 = 0) {
        var generator = PermutedCongruentialGenerator(seed: seed)
        var customers: [Int] = []
        var permutedBaskets: [[ItemID]] = []
        for (customer, baskets) in dataset.customers.enumerated() {
            guard let test = baskets.test else { continue }
            customers.append(customer)
            permutedBaskets.append(generator.permutation(of: test.items))
        }
        self.dataset = dataset
        self.tasks = tasks
        self.customers = customers
        self.permutedBaskets = permutedBaskets
    }

    /// The question of a task to the customer at a position of ``customers``; nil where nothing is left to be found.
    package func evaluationCase(_ task: EvaluationTask, at position: Int) -> EvaluationCase? {
        let basket = permutedBaskets[position]
        guard basket.count > task.cartSize else { return nil }
        let customer = dataset.customers[customers[position]]
        let context = Context(
            profile: task.showsProfile ? customer.profile : .unknown,
            history: task.showsHistory ? customer.train : [],
            cart: Array(basket.prefix(task.cartSize)))
        return EvaluationCase(
            customer: customers[position], context: context, targets: Array(basket.dropFirst(task.cartSize)))
    }

    /// All questions of a task, in the order of the customers.
    package func cases(of task: EvaluationTask) -> [EvaluationCase] {
        customers.indices.compactMap { evaluationCase(task, at: $0) }
    }
}
