import Foundation
import Shop
import Testing

@testable import PurchaseLog

@Suite("The cleaning rules")
struct PreparationTests {
    @Test("a basket is the distinct subcategories of a session, in the order of HITS_SEQ")
    func basketsAreInTheOrderBought() throws {
        let folder = try LogFolder.small()
        folder.product += "7,200,9,1,,,100,1\n7,200,2,3,,,100,1\n7,200,7,2,,,500,2\n"
        let shop = try folder.prepare()
        #expect(shop.baskets(of: "7") == [["우유", "식빵"], ["텐트", "식빵", "우유"]])
        let bread = shop.lines[shop.sessions[1].lines][shop.sessions[1].lines.lowerBound + 1]
        #expect(bread.quantity == 3)
        #expect(bread.amount == 3_500)
        #expect(shop.splits(of: "7") == [.train, .test])
        #expect(shop.sessions.map(\.day) == [17_622, 17_623])
    }

    @Test("rows with HITS_SEQ 1 are dropped, unless they are kept")
    func dropsFirstHits() throws {
        let folder = try LogFolder.small()
        folder.product += "7,200,1,1,,,100,1\n"
        #expect(try folder.prepare().counts.dropped.firstHit == 1)
        #expect(try folder.prepare().baskets(of: "7") == [["우유", "식빵"], ["식빵"]])
        var rules = LogFolder.loose
        rules.keepsFirstHits = true
        #expect(try folder.prepareWritten(rules).baskets(of: "7") == [["우유", "식빵"], ["우유", "식빵"]])
        #expect(try folder.prepareWritten(rules).counts.dropped.firstHit == 0)
    }

    @Test("each row is dropped by the first rule that it breaks")
    func dropsAreCountedInTheOrderOfTheRules() throws {
        let folder = try LogFolder.small()
        folder.custom += "8,,30\n"
        folder.session += "8,300,1,20180401,,,,,\n"
        // First hit and no session; no session and no product; no product; no profile.
        folder.product += "7,999,1,1,,,1,1\n7,999,2,99,,,1,1\n8,300,2,99,,,1,1\n8,300,2,1,,,1,1\n"
        let dropped = try folder.prepare().counts.dropped
        #expect(dropped.firstHit == 1)
        #expect(dropped.noSession == 1)
        #expect(dropped.noProduct == 1)
        #expect(dropped.missingProfile == 1)
    }

    @Test("blank ids in Product are in no session and no product")
    func blankIDsMatchNothing() throws {
        let folder = try LogFolder.small()
        folder.product += ",100,3,1,,,1,1\n7,NA,3,1,,,1,1\n7,100,3,,,,1,1\n"
        let counts = try folder.prepare().counts
        #expect(counts.rows.product == 6)
        #expect(counts.dropped.noSession == 2)
        #expect(counts.dropped.noProduct == 1)
    }

    @Test("customers whom the rules drop stay, with their baskets, in neither split")
    func droppedCustomersStay() throws {
        let folder = try LogFolder.small()
        folder.custom += "8,M,\n10,F,20\n"
        folder.session += "8,300,1,20180401,,,,,\n9,400,1,,,,,,\n"
        folder.product += "8,300,2,1,,,1,1\n8,300,3,2,,,1,1\n9,400,3,3,,,1,1\n"
        let shop = try folder.prepare()
        #expect(shop.customers.map(\.id) == ["7", "8", "9", "10"])
        #expect(shop.baskets(of: "8") == [["우유", "식빵"]])
        #expect(shop.splits(of: "8") == [.none])
        #expect(shop.baskets(of: "9") == [["텐트"]])
        #expect(shop.customers[1].profile == Profile(gender: .male, age: nil))
        #expect(shop.customers[3].sessions.isEmpty)
        #expect(shop.counts.customers == 1)
        // What only they bought is no label, but in the catalog.
        #expect(shop.catalog.labelCount == 2)
        #expect(shop.catalog.subcategories.map(\.name) == ["식빵", "우유", "텐트"])
        var rules = LogFolder.loose
        rules.keepsMissingProfiles = true
        #expect(try folder.prepareWritten(rules).counts.customers == 3)
    }

    @Test("of a customer's large baskets the latest are kept, if they are enough")
    func keepsTheLatestBaskets() throws {
        let folder = try LogFolder()
        folder.custom += "1,F,20\n2,F,20\n3,F,20\n"
        folder.master += "1,a,A,,a\n2,b,A,,b\n"
        // Customer 1 has five large baskets and a small one, 2 has two large ones, 3 a small one.
        for (customer, large) in [(1, 5), (2, 2), (3, 0)] {
            for session in 0...large {
                folder.session += "\(customer),\(session),\(session + 1),,,,,,\n"
                folder.product += "\(customer),\(session),2,1,,,1,1\n"
                if session < large { folder.product += "\(customer),\(session),3,2,,,1,1\n" }
            }
        }
        var rules = CleaningRules()
        rules.minimumSessions = 3
        rules.keptSessions = 3
        let shop = try folder.prepare(rules)
        #expect(shop.splits(of: "1") == [.none, .none, .train, .train, .test, .none])
        #expect(shop.splits(of: "2") == [.none, .none, .none])
        #expect(shop.counts.dropped.smallBasket == 3)
        #expect(shop.counts.dropped.fewSessions == 1)
        #expect(shop.counts.dropped.olderSessions == 2)
        #expect(shop.counts.trainBaskets == 2)
        #expect(shop.counts.testBaskets == 1)
    }

    @Test("sessions of the same SESS_SEQ are told apart by date, then by id")
    func breaksTiesOfSequence() throws {
        let folder = try LogFolder.small()
        folder.session += "7,900,3,20180501,,,,,\n7,1000,3,20180501,,,,,\n7,50,3,20180502,,,,,\n"
        folder.product += "7,50,2,1,,,1,1\n7,1000,2,2,,,1,1\n7,900,2,3,,,1,1\n"
        let shop = try folder.prepare()
        #expect(shop.sessions.map { shop.sessionID($0) } == ["100", "200", "900", "1000", "50"])
    }

    @Test("what stands twice is settled as documented, and told")
    func settlesDuplicates() throws {
        let folder = try LogFolder.small()
        folder.custom = "CLNT_ID,CLNT_GENDER,CLNT_AGE\n7,,30\n7,F,40\n7,M,50\n"
        folder.session += "7,100,9,20180801,,,,,\n"
        folder.master += "1,우유 1L,레저,캠핑,텐트\n4,식빵 A,간식,빵집,식빵\n5,식빵 B,간식,빵집,식빵\n"
        folder.product += "7,100,2,1,,,\"2,500\",1\n"
        let shop = try folder.prepare()
        // The first row that says both gender and age.
        #expect(shop.customers[0].profile == Profile(gender: .female, age: 40))
        // The lowest SESS_SEQ, and its date.
        #expect(shop.sessions[0].sequence == 1)
        #expect(shop.sessions[0].day == 17_622)
        // A product belongs where its first row puts it; a subcategory where most of its products do.
        #expect(shop.baskets(of: "7")[0] == ["우유", "식빵"])
        #expect(shop.catalog.subcategories.first { $0.name == "식빵" }?.category == "간식")
        // The same row, byte for byte, counts once.
        #expect(shop.lines[0].quantity == 1)
        #expect(shop.counts.rows.product == 4)
        let expected = [
            "customer_repeated": 2, "session_repeated": 1, "product_repeated": 1, "product_in_two_subcategories": 1,
            "subcategory_in_two_categories": 1, "row_repeated": 1,
        ]
        #expect(shop.counts.settled == expected)
    }

    @Test("a subcategory that as many products put here as there belongs where the first of them does")
    func settlesTiesByTheFirstProduct() throws {
        let folder = try LogFolder.small()
        folder.master += "10,컵 A,주방,,컵\n11,컵 B,장난감,,컵\n12,컵 C,주방,그릇,컵\n"
        // Product 1 stands twice: its second row names a pair first, but does not count.
        folder.master += "1,x,레저,,접시\n20,접시 A,주방,,접시\n21,접시 B,레저,,접시\n"
        let catalog = try folder.prepare().catalog
        let cup = catalog.subcategories.first { $0.name == "컵" }
        #expect(cup == Subcategory(name: "컵", middleCategory: nil, category: "주방"))
        #expect(catalog.subcategories.first { $0.name == "접시" }?.category == "주방")
    }

    @Test("fractions of a quantity are summed up before they are rounded")
    func sumsFractions() throws {
        let folder = try LogFolder.small()
        func quantity(_ counts: [String]) throws -> Int32 {
            folder.product = "CLNT_ID,SESS_ID,HITS_SEQ,PD_C,PD_BUY_CT\n"
            for (index, count) in counts.enumerated() { folder.product += "7,100,\(index + 2),1,\"\(count)\"\n" }
            return try folder.prepare().lines[0].quantity
        }
        #expect(try quantity(["0.5", "0.6"]) == 1)
        #expect(try quantity(["0.4"]) == 0)
        #expect(try quantity(["0.5"]) == 1)
        #expect(try quantity(["-0.5"]) == -1)
        #expect(try quantity(["2.5", "-1"]) == 2)
        #expect(try quantity(["0.1", "0.2", "0.2"]) == 1)
        #expect(try quantity(Array(repeating: "1.0000001", count: 3)) == 3)
        #expect(try quantity(["1,000.25", "0.25"]) == 1_001)
        #expect(try quantity(["2147483647", "2147483647"]) == .max)
        #expect(try quantity(["-2147483647", "-2147483647", "-2147483647"]) == -.max)
    }

    @Test("quantities and amounts of hundreds of digits are not understood, as others that are no numbers")
    func settlesAbsurdNumbers() throws {
        let folder = try LogFolder.small()
        let nines = String(repeating: "9", count: 310)
        folder.product += "7,200,4,1,,,\(nines),1\n7,200,5,1,,,\(nines).\(nines),1\n7,200,6,1,,,5,\(nines)\n"
        let shop = try folder.prepare()
        #expect(shop.counts.settled == ["number_not_understood": 3])
        #expect(shop.lines.last?.amount == 5)
        #expect(shop.lines.last?.quantity == 3)
    }

    @Test("rows that differ only behind a line break within quotes are two")
    func comparesWholeRows() throws {
        let folder = try LogFolder.small()
        folder.product = "CLNT_ID,SESS_ID,HITS_SEQ,PD_C,PD_ADD_NM\n"
        folder.product += "7,100,2,1,\"크기:\nM\"\n7,100,2,1,\"크기:\nL\"\n7,100,2,1,\"크기:\r\nM\"\n"
        #expect(try folder.prepare().counts.settled["row_repeated"] == nil)
        #expect(try folder.prepareWritten().lines[0].quantity == 3)
        folder.product += "7,100,2,1,\"크기:\nL\"\r\n7,100,2,1,\"크기:\nM\""
        #expect(try folder.prepare().counts.settled == ["row_repeated": 2])
        #expect(try folder.prepareWritten().lines[0].quantity == 3)
    }

    @Test("customers stand in numeric order where all ids are numbers, else in that of their bytes")
    func ordersCustomers() throws {
        let folder = try LogFolder.small()
        folder.custom += "100,F,20\n9,F,20\n"
        #expect(try folder.prepare().customers.map(\.id) == ["7", "9", "100"])
        folder.custom += "A1,F,20\n"
        #expect(try folder.prepare().customers.map(\.id) == ["100", "7", "9", "A1"])
    }

    @Test("the JSON has the keys of the contract")
    func countsAreEncodedByContract() throws {
        let data = try JSONEncoder().encode(try LogFolder.small().prepare().counts)
        let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(
            object["rows"] as? [String: Int] == ["product": 3, "custom": 1, "master": 3, "session": 2])
        let dropped = try #require(object["dropped"] as? [String: Int])
        #expect(
            Set(dropped.keys) == [
                "first_hit", "no_session", "no_product", "missing_profile", "small_basket", "few_sessions",
                "older_sessions",
            ])
        for (key, value) in [
            ("customers", 1), ("sessions", 2), ("train_baskets", 1), ("test_baskets", 1), ("subcategories", 2),
            ("categories", 1),
        ] {
            #expect(object[key] as? Int == value, "\(key)")
        }
    }

    @Test("no rule takes less than one", arguments: [\CleaningRules.minimumBasket, \.minimumSessions, \.keptSessions])
    func refusesRulesBelowOne(rule: WritableKeyPath<CleaningRules, Int> & Sendable) throws {
        let folder = try LogFolder.small()
        var rules = CleaningRules()
        rules[keyPath: rule] = 0
        let message = preparationMessage { _ = try folder.prepare(rules) }
        #expect(message.contains("must be at least 1"))
    }
}
