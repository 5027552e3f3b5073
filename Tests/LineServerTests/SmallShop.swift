import Foundation
import PurchaseLog
import Shop
import ShopStore

/// A shop of forty items and three customers (1, 2 and 3), in a folder of its own that goes with it.
final class SmallShop: Sendable {
    let directory: String
    var path: String { directory + "/shop.db" }

    init() throws {
        directory = NSTemporaryDirectory() + "dami-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        var product = "CLNT_ID,SESS_ID,HITS_SEQ,PD_C\n"
        var session = "CLNT_ID,SESS_ID,SESS_SEQ,SESS_DT\n"
        for customer in 1...3 {
            for sequence in 1...2 {
                session += "\(customer),\(customer)\(sequence),\(sequence),2018040\(sequence)\n"
                for item in 0..<40 { product += "\(customer),\(customer)\(sequence),2,\(item)\n" }
            }
        }
        let master = "PD_C,PD_NM,CLAC1_NM,CLAC2_NM,CLAC3_NM\n" + (0..<40).map { "\($0),p,all,all,item\($0)\n" }.joined()
        let custom = "CLNT_ID,CLNT_GENDER,CLNT_AGE\n1,F,30\n2,M,40\n3,F,20\n"
        for (name, text) in [("Product", product), ("Session", session), ("Master", master), ("Custom", custom)] {
            try text.write(toFile: directory + "/\(name).csv", atomically: false, encoding: .utf8)
        }
        var rules = CleaningRules()
        rules.minimumSessions = 1
        let shop = try Preparation(files: try PurchaseLogFiles(in: directory), rules: rules).run()
        try ShopStore.create(at: directory + "/shop.db", from: shop)
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    func open() throws -> ShopStore { try ShopStore.open(path, access: .writable) }
}
