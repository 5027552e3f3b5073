import Foundation
import Shop

@testable import Evaluation

/// A small shop made at random, and the figures of an independent computation on it.
struct GoldenShop: Decodable {
    struct Customer: Decodable {
        let gender: String?
        let age: Int?
        let train: [[Int]]
        let test: [Int]
    }

    let labels: Int
    let customers: [Customer]
    /// By method, task and metric key.
    let expected: [String: [String: [String: Double]]]

    static let shared: GoldenShop = {
        let fixture = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/Evaluation/golden-shop.json")
        do {
            return try JSONDecoder().decode(GoldenShop.self, from: Data(contentsOf: fixture))
        } catch {
            fatalError("the fixture \(fixture.path()) cannot be read: \(error)")
        }
    }()

    var dataset: PurchaseDataset {
        PurchaseDataset(
            catalog: .numbered(labels),
            customers: customers.enumerated().map { index, customer in
                CustomerBaskets(
                    id: "\(index + 1)",
                    profile: Profile(gender: customer.gender.flatMap(Gender.init), age: customer.age),
                    train: customer.train.map { Basket(items: $0) }, test: Basket(items: customer.test))
            })
    }
}

extension Catalog {
    /// Items without a meaning; the last `unlabelled` of them are no labels.
    static func numbered(_ labels: Int, unlabelled: Int = 0) -> Catalog {
        Catalog(
            subcategories: (0..<labels + unlabelled).map {
                Subcategory(name: "item \($0)", middleCategory: nil, category: "category \($0 % 3)")
            }, labelCount: labels)
    }
}
