import Foundation
import Shop

@testable import PurchaseLog

/// The cleaning rules as they read, over rows in memory: slow, plain, and sharing nothing with what it checks.
struct PlainRules {
    struct ProductRow: Hashable {
        var customer: String
        var session: String
        var hit: Int?
        var product: String
        var quantity: Int?
        var amount: Int?
        /// Tells rows apart that are otherwise the same.
        var option: String
    }

    struct SessionRow {
        var customer: String
        var session: String
        var sequence: Int
        var day: Int?
    }

    struct CustomRow {
        var customer: String
        var gender: Gender?
        var age: Int?
    }

    struct MasterRow {
        var product: String
        var category: String
        var subcategory: String
    }

    var products: [ProductRow] = []
    var sessions: [SessionRow] = []
    var customers: [CustomRow] = []
    var master: [MasterRow] = []

    struct Basket: Hashable {
        var customer: String
        var session: String
        var sequence: Int
        var items: [String]
        var quantities: [Int]
        var amounts: [Int]
        var split: Split
    }

    struct Outcome {
        var dropped = PreparationCounts.Dropped()
        var baskets: Set<Basket> = []
        var labels: Set<String> = []
    }

    func run(_ rules: CleaningRules) -> Outcome {
        var outcome = Outcome()
        struct Key: Hashable { var customer, session: String }
        var sessionOf: [Key: SessionRow] = [:]
        for row in sessions {
            let key = Key(customer: row.customer, session: row.session)
            if let known = sessionOf[key], known.sequence <= row.sequence { continue }
            sessionOf[key] = row
        }
        var subcategoryOf: [String: String] = [:]
        for row in master where subcategoryOf[row.product] == nil { subcategoryOf[row.product] = row.subcategory }
        let complete = Set(customers.filter { $0.gender != nil && $0.age != nil }.map(\.customer))

        var rowsOf: [Key: [ProductRow]] = [:]
        for row in products {
            if row.hit == 1, !rules.keepsFirstHits {
                outcome.dropped.firstHit += 1
                continue
            }
            let key = Key(customer: row.customer, session: row.session)
            if sessionOf[key] == nil {
                outcome.dropped.noSession += 1
            } else if subcategoryOf[row.product] == nil {
                outcome.dropped.noProduct += 1
            } else {
                if !rules.keepsMissingProfiles, !complete.contains(row.customer) { outcome.dropped.missingProfile += 1 }
                rowsOf[key, default: []].append(row)
            }
        }

        var basketsOf: [String: [(basket: Basket, row: SessionRow)]] = [:]
        for (key, rows) in rowsOf {
            var basket = Basket(
                customer: key.customer, session: key.session, sequence: sessionOf[key]!.sequence, items: [],
                quantities: [], amounts: [], split: .none)
            var seen: Set<ProductRow> = []
            let ordered = rows.enumerated().sorted {
                ($0.element.hit ?? Int.max, $0.offset) < ($1.element.hit ?? Int.max, $1.offset)
            }.map(\.element)
            for row in ordered where seen.insert(row).inserted {
                let item = subcategoryOf[row.product]!
                if let place = basket.items.firstIndex(of: item) {
                    basket.quantities[place] += row.quantity ?? 1
                    basket.amounts[place] += row.amount ?? 0
                } else {
                    basket.items.append(item)
                    basket.quantities.append(row.quantity ?? 1)
                    basket.amounts.append(row.amount ?? 0)
                }
            }
            basketsOf[key.customer, default: []].append((basket, sessionOf[key]!))
        }

        for (customer, all) in basketsOf {
            let ordered = all.sorted { a, b in
                (a.row.sequence, a.row.day ?? .min, Int(a.row.session)!) < (
                    b.row.sequence, b.row.day ?? .min, Int(b.row.session)!
                )
            }.map(\.basket)
            var splits: [String: Split] = [:]
            if rules.keepsMissingProfiles || complete.contains(customer) {
                let large = ordered.filter { $0.items.count >= rules.minimumBasket }
                outcome.dropped.smallBasket += ordered.count - large.count
                if !large.isEmpty, large.count < rules.minimumSessions { outcome.dropped.fewSessions += 1 }
                if large.count >= rules.minimumSessions, !large.isEmpty {
                    let latest = large.suffix(rules.keptSessions)
                    outcome.dropped.olderSessions += large.count - latest.count
                    for basket in latest { splits[basket.session] = .train }
                    splits[latest.last!.session] = .test
                }
            }
            for var basket in ordered {
                basket.split = splits[basket.session] ?? .none
                if basket.split != .none { outcome.labels.formUnion(basket.items) }
                outcome.baskets.insert(basket)
            }
        }
        return outcome
    }
}
