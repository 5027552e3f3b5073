import Foundation
import PurchaseLog
import Testing

@testable import ShopStore

/// A directory for one test, which goes when the test is over.
final class Scratch {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/dami-store-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { path + "/" + name }

    func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }

    /// A sample of some customers, prepared.
    func sample(_ customers: Int, seed: UInt64 = 1) throws -> PreparedShop {
        try SampleShop(customers: customers, seed: seed).write(to: file("logs-\(seed)"))
        return try Preparation(files: PurchaseLogFiles(in: file("logs-\(seed)"))).run()
    }

    /// A shop from logs that are given as text.
    func shop(product: String, custom: String, master: String, session: String) throws -> PreparedShop {
        let directory = file("logs")
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        for (name, text) in [("Product", product), ("Custom", custom), ("Master", master), ("Session", session)] {
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(directory)/\(name).csv"))
        }
        var rules = CleaningRules()
        rules.minimumBasket = 1
        rules.minimumSessions = 2
        return try Preparation(files: PurchaseLogFiles(in: directory), rules: rules).run()
    }

    /// Two customers: 7 (F, 30) with three baskets, A8 without a profile with one.
    func small() throws -> PreparedShop {
        try shop(
            product: """
                CLNT_ID,SESS_ID,HITS_SEQ,PD_C,PD_BUY_AM,PD_BUY_CT
                7,100,3,2,"2,500",1
                7,100,2,1,10.5,2
                7,s-2,2,3,1,1
                7,300,2,1,5,1
                A8,400,2,1,0,1
                """,
            custom: "CLNT_ID,CLNT_GENDER,CLNT_AGE\n7,F,30\nA8,,\n없는고객,M,20\n",
            master: "PD_C,PD_NM,CLAC1_NM,CLAC2_NM,CLAC3_NM\n1,m,식품,유제품,우유\n2,b,식품,,식빵\n3,t,레저,캠핑,텐트\n4,x,레저,캠핑,랜턴\n",
            session: """
                CLNT_ID,SESS_ID,SESS_SEQ,SESS_DT
                7,100,1,20180401
                7,s-2,2,
                7,300,30,20180930
                A8,400,1,20180501
                """)
    }
}

/// The message of the error that `body` throws, which is a ``ShopStoreError`` of one line.
func storeMessage(_ body: () throws -> Void) -> String {
    do {
        try body()
        Issue.record("nothing was thrown")
        return ""
    } catch let error as ShopStoreError {
        #expect(!error.message.contains("\n"))
        return error.message
    } catch {
        Issue.record("\(error) is no ShopStoreError")
        return ""
    }
}
