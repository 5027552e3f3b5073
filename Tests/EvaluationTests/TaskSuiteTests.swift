import Features
import Shop
import Testing

@testable import Evaluation

struct TaskSuiteTests {
    static let dataset: PurchaseDataset = {
        let catalog = Catalog(
            subcategories: (0..<20).map { Subcategory(name: "item \($0)", middleCategory: nil, category: "all") })
        func customer(_ id: String, test: [Int]?) -> CustomerBaskets {
            CustomerBaskets(
                id: id, profile: Profile(gender: .female, age: 30),
                train: [Basket(items: [1, 2]), Basket(items: [2, 3])], test: test.map { Basket(items: $0) })
        }
        return PurchaseDataset(
            catalog: catalog,
            customers: [
                customer("1", test: Array(4..<12)), customer("2", test: nil), customer("3", test: [5, 6]),
                customer("4", test: Array(4..<12)),
            ])
    }()

    let suite = TaskSuite(dataset: Self.dataset)

    @Test func warmShowsHistoryAndProfileAndAsksForTheWholeBasket() {
        let cases = suite.cases(of: .warm)
        #expect(cases.map(\.customer) == [0, 2, 3])
        #expect(cases[0].context.history.count == 2)
        #expect(cases[0].context.profile.age == 30)
        #expect(cases[0].context.cart.isEmpty)
        #expect(Set(cases[0].targets) == Set(4..<12))
    }

    @Test func aStrangerHasNeitherHistoryNorProfile() {
        for task in [EvaluationTask.cart(1), .cart(3), .none] {
            for question in suite.cases(of: task) {
                #expect(question.context.history.isEmpty)
                #expect(question.context.profile.isEmpty)
            }
        }
        #expect(suite.cases(of: .profile).allSatisfy { $0.context.history.isEmpty && !$0.context.profile.isEmpty })
    }

    @Test func cartAndTargetsTogetherAreTheTestBasket() {
        for task in EvaluationTask.allCases {
            for question in suite.cases(of: task) {
                let test = Self.dataset.customers[question.customer].test!.items
                #expect(question.context.cart.count == task.cartSize)
                #expect((question.context.cart + question.targets).sorted() == test.sorted())
            }
        }
    }

    @Test func cartsGrowByOneItemAndAreTheSameForStrangersAndCustomers() {
        #expect(
            suite.cases(of: .cart(1)).first!.context.cart
                == Array(suite.cases(of: .cart(2)).first!.context.cart.prefix(1)))
        #expect(
            suite.cases(of: .cart(3)).map(\.context.cart) == suite.cases(of: .warmCart(3)).map(\.context.cart))
    }

    @Test func basketsWithNothingLeftToFindAreNotCounted() {
        #expect(suite.cases(of: .cart(1)).map(\.customer) == [0, 2, 3])
        #expect(suite.cases(of: .cart(2)).map(\.customer) == [0, 3])
    }

    @Test func cartsAreNumPysPermutations() {
        // default_rng(0).permutation(arange(8)), then of two items, then of eight again.
        #expect(suite.cases(of: .cart(3))[0].context.cart == [6, 8, 7])
        #expect(TaskSuite(dataset: Self.dataset, seed: 7).cases(of: .cart(3))[0].context.cart == [4, 10, 11])
    }

    @Test func namesReadBackAndGroupsExpand() {
        for task in EvaluationTask.allCases { #expect(EvaluationTask.tasks(named: task.description) == [task]) }
        #expect(EvaluationTask.tasks(named: "cart") == [.cart(1), .cart(2), .cart(3)])
        #expect(EvaluationTask.tasks(named: "warm-cart") == [.warmCart(1), .warmCart(2), .warmCart(3)])
        #expect(EvaluationTask.tasks(named: "all")?.count == 9)
        #expect(EvaluationTask.tasks(named: "hot") == nil)
    }

    @Test func validationHoldsOutTheLastTrainBasketAndHidesTheTestBasket() {
        let validation = Self.dataset.validation()
        #expect(validation.customers.allSatisfy { $0.train == [Basket(items: [1, 2])] })
        #expect(validation.customers.allSatisfy { $0.test == Basket(items: [2, 3]) })
        let limited = Self.dataset.validation(limit: 2)
        #expect(limited.customers.map { $0.test != nil } == [true, false, true, false])
        #expect(limited.customers[1].train.count == 2)
    }

    @Test func aCustomerOfOneBasketKeepsItForTraining() {
        let one = PurchaseDataset(
            catalog: Self.dataset.catalog,
            customers: [
                CustomerBaskets(id: "1", profile: .unknown, train: [Basket(items: [1])], test: Basket(items: [2]))
            ])
        #expect(one.validation().customers[0].train.count == 1)
        #expect(one.validation().customers[0].test == nil)
    }
}
