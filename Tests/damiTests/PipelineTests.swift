import Foundation
import Testing

/// From four CSVs to recommendations, by the commands alone, on a tiny sample shop.
@Suite struct PipelineTests {
    @Test func logsBecomeAShopAModelAndLists() throws {
        let dami = try DamiProcess()
        defer { dami.remove() }
        let shop = dami.path("shop.db")
        let model = dami.path("shop.model")

        #expect(try dami.run("sample", "--output", dami.path("logs"), "--customers", "160", "--seed", "2").status == 0)
        let counts = try dami.run("prepare", dami.path("logs"), "--output", shop, "--json")
        #expect(counts.status == 0)
        for key in ["rows", "dropped", "customers", "sessions", "train_baskets", "test_baskets", "subcategories"] {
            #expect(counts.json[key] != nil, "prepare --json lacks \(key)")
        }
        let again = try dami.run("prepare", dami.path("logs"), "--output", shop)
        #expect(again.status == 1 && again.errors.contains("--replace"))

        let training = try dami.run("train", "--data", shop, "--output", model, "--epochs", "1", "--json")
        #expect(training.status == 0, "\(training.errors)")
        #expect(training.lines.first?.contains("\"epoch\":0") == true)
        #expect(training.lines.last?.contains("\"done\":true") == true)

        try checkInspect(dami, shop: shop, model: model, counts: counts)
        try checkBatch(dami, model: model)
        try checkCustomers(dami, shop: shop, model: model)
    }

    private func checkInspect(_ dami: DamiProcess, shop: String, model: String, counts: DamiProcess.Result) throws {
        let ofShop = try dami.run("inspect", shop, "--json").json
        #expect(ofShop["kind"] as? String == "shop")
        let ofModel = try dami.run("inspect", model, "--json").json
        #expect(ofModel["kind"] as? String == "model")
        #expect(ofModel["preset"] as? String == "default")
        #expect(ofModel["labels"] as? Int == counts.json["subcategories"] as? Int)
    }

    private func checkBatch(_ dami: DamiProcess, model: String) throws {
        let requests = [
            #"{"id":"a","gender":"F","age":30,"count":3}"#,
            #"{"id":2,"cart":["우유"],"count":4,"exclude":["식빵"]}"#,
            #"{"id":3,"cart":["no such thing"]}"#,
            #"{"id":4,"history":[["우유","no such thing"]],"count":2}"#,
            "no json",
            #"{"id":6,"count":2}"#, #"{"id":6,"history":[],"count":2}"#, #"{"id":6,"history":[[]],"count":2}"#,
            #"{"history":[null]}"#, #"{"history":[["우유"],null]}"#, #"{"history":["우유"]}"#, #"{"history":[[null]]}"#,
        ]
        let result = try dami.run(
            "recommend", "--model", model, "--batch", input: Data((requests.joined(separator: "\n") + "\n").utf8))
        #expect(result.status == 0)
        let replies = result.lines.map {
            (try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]) ?? [:]
        }
        try #require(replies.count == requests.count)
        #expect(replies[0]["id"] as? String == "a" && (replies[0]["items"] as? [String])?.count == 3)
        let items = replies[1]["items"] as? [String] ?? []
        #expect(items.count == 4 && !items.contains("우유") && !items.contains("식빵"))
        #expect((replies[1]["scores"] as? [Double])?.count == 4)
        #expect((replies[2]["error"] as? [String: Any])?["code"] as? String == "unknown_item")
        #expect(replies[3]["skipped"] as? [String] == ["no such thing"])
        #expect(replies[4]["error"] != nil)
        // A basket of nothing is no purchase; what is no basket is refused.
        #expect(result.lines[5] == result.lines[6] && result.lines[5] == result.lines[7])
        for reply in replies[8...] {
            #expect((reply["error"] as? [String: Any])?["code"] as? String == "bad_request", "\(reply)")
        }
    }

    private func checkCustomers(_ dami: DamiProcess, shop: String, model: String) throws {
        let history = try dami.run("history", "--data", shop)
        #expect(history.lines.first == "CLNT_ID,SESS_ID,CLAC3_NM,SESS_SEQ,CLNT_GENDER,CLNT_AGE,SPLIT")
        let customer = try #require(history.lines.dropFirst().first?.split(separator: ",").first.map(String.init))
        #expect(
            try dami.run("due", "--data", shop, "--on", "2018-09-01").lines.first == "CLNT_ID,CLAC3_NM,LAST_DT,DUE_DT")
        let coupons = try dami.run("coupons", "--data", shop, "--model", model, "--budget", "5")
        #expect(coupons.lines.count == 6 && coupons.lines.first == "CLNT_ID,CLAC3_NM,SCORE")
        let indicators = try dami.run("indicators", "--data", shop, "--model", model, "--html", dami.path("page.html"))
        #expect(indicators.lines.first?.hasPrefix("CLNT_ID,") == true)
        #expect(FileManager.default.fileExists(atPath: dami.path("page.html")))
        let export = try dami.run("export-customer", "--data", shop, "--customer", customer)
        #expect(export.json["customer"] as? String == customer)
        #expect(try dami.run("forget", "--data", shop, "--customer", customer).status == 0)
        #expect(try dami.run("export-customer", "--data", shop, "--customer", customer).status == 1)
    }
}
