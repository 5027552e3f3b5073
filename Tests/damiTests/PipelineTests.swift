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
        try checkOtherShops(dami, shop: shop, model: model)
        try checkFullDisk(dami, shop: shop, model: model)
        try checkHugeAmounts(dami, model: model)
        try checkCustomers(dami, shop: shop, model: model)
        let missing = try dami.run("recommend", "--model", model, "--data", dami.path("none.db"), "--count", "1")
        #expect(missing.status == 1 && missing.output.isEmpty && missing.errors.contains("none.db: no such file"))
    }

    /// Prepares the logs anew with other names of goods.
    private func prepare(_ dami: DamiProcess, to shop: String, renaming: (Int, String) -> String) throws {
        let master = URL(fileURLWithPath: dami.path("logs")).appendingPathComponent("Master.csv")
        let text = try String(contentsOf: master, encoding: .utf8)
        defer { try? Data(text.utf8).write(to: master) }
        var rows = text.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        let column = try #require(rows[0].firstIndex(of: "CLAC3_NM"))
        let names = Set(rows.dropFirst().map { String($0[column]) }).sorted()
        for row in rows.indices.dropFirst() {
            let name = String(rows[row][column])
            rows[row][column] = renaming(names.firstIndex(of: name) ?? 0, name)[...]
        }
        try Data((rows.map { $0.joined(separator: ",") }.joined(separator: "\n") + "\n").utf8).write(to: master)
        #expect(try dami.run("prepare", dami.path("logs"), "--output", shop).status == 0)
    }

    /// Runs every command that opens a model with a shop.
    private func runAll(_ dami: DamiProcess, shop: String, model: String, customer: String) throws
        -> [(name: String, result: DamiProcess.Result)]
    {
        let input = Data("{\"customer\":\"\(customer)\",\"count\":1}\n".utf8)
        return [
            ("coupons", try dami.run("coupons", "--data", shop, "--model", model, "--json")),
            ("indicators", try dami.run("indicators", "--data", shop, "--model", model, "--json")),
            (
                "recommend",
                try dami.run("recommend", "--data", shop, "--model", model, "--customer", customer, "--json")
            ),
            ("batch", try dami.run("recommend", "--batch", "--data", shop, "--model", model, input: input)),
            ("compare", try dami.run("compare", model, model, "--data", shop, "--customer", customer, "--json")),
            ("evaluate", try dami.run("evaluate", "--data", shop, "--model", model, "--task", "none", "--json")),
            ("chat", try dami.run("chat", "--data", shop, "--model", model, "--json", input: Data("/cart\n".utf8))),
            ("serve", try dami.run("serve", "--data", shop, "--model", model, "--check")),
        ]
    }

    private func checkOtherShops(_ dami: DamiProcess, shop: String, model: String) throws {
        let customer = try #require(
            try dami.run("history", "--data", shop).lines.dropFirst().first?.split(separator: ",").first.map(
                String.init))
        let (other, changed) = (dami.path("other.db"), dami.path("changed.db"))
        try prepare(dami, to: other) { index, _ in "another \(index)" }
        for (name, result) in try runAll(dami, shop: other, model: model, customer: customer) {
            #expect(result.status == 1 && result.output.isEmpty, "\(name)")
            #expect(result.errors.split(separator: "\n").count == 1, "\(name): \(result.errors)")
            #expect(result.errors.contains("was trained on another shop"), "\(name): \(result.errors)")
        }
        try prepare(dami, to: changed) { $0 == 1 ? "renamed since" : $1 }
        for (name, result) in try runAll(dami, shop: changed, model: model, customer: customer) {
            #expect(result.status == 0, "\(name): \(result.errors)")
            #expect(result.errors.contains("shop.model knows 1 of "), "\(name): \(result.errors)")
            #expect(!result.output.contains("shop.model knows"), "\(name)")
            if name != "serve" { #expect(!result.json.isEmpty, "\(name) prints one JSON object") }
        }
        for (name, result) in try runAll(dami, shop: shop, model: model, customer: customer) {
            #expect(result.status == 0 && !result.errors.contains("shop.model"), "\(name): \(result.errors)")
        }
    }

    /// Every command that prints says that it could not.
    private func checkFullDisk(_ dami: DamiProcess, shop: String, model: String) throws {
        let customer = try #require(dami.run("history", "--data", shop).lines.dropFirst().first?.prefix { $0 != "," })
        let full = "/dev/full"
        let results = [
            ("help", try dami.run("--help", output: full)),
            ("prepare", try dami.run("prepare", dami.path("logs"), "--output", dami.path("b.db"), output: full)),
            (
                "prepare",
                try dami.run("prepare", dami.path("logs"), "--output", dami.path("c.db"), "--json", output: full)
            ),
            ("inspect", try dami.run("inspect", shop, output: full)),
            ("inspect", try dami.run("inspect", shop, "--json", output: full)),
            ("inspect", try dami.run("inspect", model, output: full)),
            ("inspect", try dami.run("inspect", model, "--json", output: full)),
            ("history", try dami.run("history", "--data", shop, output: full)),
            (
                "export-customer",
                try dami.run("export-customer", "--data", shop, "--customer", String(customer), output: full)
            ),
            ("recommend", try dami.run("recommend", "--model", model, "--age", "30", output: full)),
            ("recommend", try dami.run("recommend", "--model", model, "--age", "30", "--json", output: full)),
            ("batch", try dami.run("recommend", "--model", model, "--batch", input: Data("{}\n".utf8), output: full)),
            ("understand", try dami.run("understand", "--model", model, input: Data("우유\n".utf8), output: full)),
            ("token", try dami.run("token", "guest", "kim", output: full)),
        ]
        for (name, result) in results {
            #expect(result.status == 1, "\(name)")
            #expect(
                result.errors.split(separator: "\n").last == "dami: stdout: cannot be written: No space left on device",
                "\(name): \(result.errors)")
        }
        // What was asked for is made all the same.
        #expect(try dami.run("inspect", dami.path("c.db")).status == 0)
    }

    /// Sums beyond what an integer holds are printed, and do no harm.
    private func checkHugeAmounts(_ dami: DamiProcess, model: String) throws {
        let logs = dami.path("huge")
        try FileManager.default.createDirectory(atPath: logs, withIntermediateDirectories: true)
        let product = (2...10_001).map { "7,1,\($0),1,999999999999999\n" }.joined()
        for (name, text) in [
            ("Product", "CLNT_ID,SESS_ID,HITS_SEQ,PD_C,PD_BUY_AM\n" + product + "7,1,2,2,1\n"),
            ("Custom", "CLNT_ID,CLNT_GENDER,CLNT_AGE\n7,F,30\n"), ("Session", "CLNT_ID,SESS_ID,SESS_SEQ\n7,1,1\n"),
            ("Master", "PD_C,CLAC1_NM,CLAC3_NM\n1,식품,우유\n2,식품,식빵\n"),
        ] {
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(logs)/\(name).csv"))
        }
        let shop = dami.path("huge.db")
        #expect(try dami.run("prepare", logs, "--output", shop, "--min-sessions", "1").status == 0)
        for json in [true, false] {
            let page = dami.path("huge.html")
            let flags = ["--data", shop, "--model", model, "--html", page]
            let result = try dami.run(["indicators"] + flags + (json ? ["--json"] : []))
            #expect(result.status == 0, "\(result.errors)")
            #expect(result.output.contains("e+18"))
            #expect(try String(contentsOfFile: page, encoding: .utf8).contains("e+18"))
        }
        let export = try dami.run("export-customer", "--data", shop, "--customer", "7")
        #expect(export.status == 0 && export.json["customer"] as? String == "7")
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
        // However far ahead: nothing lies beyond.
        let allDue = try dami.run("due", "--data", shop, "--on", "2018-09-01", "--within", "9223372036854775807")
        #expect(allDue.status == 0 && allDue.lines.count > 1)
        #expect(try dami.run("due", "--data", shop, "--on", "2040-01-01").lines.count == 1)
        let coupons = try dami.run("coupons", "--data", shop, "--model", model, "--budget", "5")
        #expect(coupons.lines.count == 6 && coupons.lines.first == "CLNT_ID,CLAC3_NM,SCORE")
        // One coupon each, though no two of the same kind: there are more kinds than customers.
        let spread = try dami.run(
            "coupons", "--data", shop, "--model", model, "--per-customer", "1", "--per-subcategory", "1")
        #expect(spread.lines.count == 161)
        let page = dami.path("쪽 모음/page.html")
        try FileManager.default.createDirectory(atPath: dami.path("쪽 모음"), withIntermediateDirectories: true)
        let indicators = try dami.run("indicators", "--data", shop, "--model", model, "--html", page)
        #expect(indicators.lines.first?.hasPrefix("CLNT_ID,") == true)
        #expect(FileManager.default.fileExists(atPath: page))
        let export = try dami.run("export-customer", "--data", shop, "--customer", customer)
        #expect(export.json["customer"] as? String == customer)
        #expect(try dami.run("forget", "--data", shop, "--customer", customer).status == 0)
        #expect(try dami.run("export-customer", "--data", shop, "--customer", customer).status == 1)
        #expect(try dami.run("forget", "--data", shop, "--customer", customer).status == 1)
    }
}
