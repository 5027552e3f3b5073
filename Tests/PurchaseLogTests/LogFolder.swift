import Foundation
import PurchaseLog
import Testing

/// A directory with four small logs, which goes when the test is over.
final class LogFolder {
    let path: String

    var product = "CLNT_ID,SESS_ID,HITS_SEQ,PD_C,PD_ADD_NM,PD_BRA_NM,PD_BUY_AM,PD_BUY_CT\n"
    var custom = "CLNT_ID,CLNT_GENDER,CLNT_AGE\n"
    var master = "PD_C,PD_NM,CLAC1_NM,CLAC2_NM,CLAC3_NM\n"
    var session = "CLNT_ID,SESS_ID,SESS_SEQ,SESS_DT,TOT_PAG_VIEW_CT,TOT_SESS_HR_V,DVC_CTG_NM,ZON_NM,CITY_NM\n"

    /// Rules under which two baskets of one subcategory are a customer's.
    static let loose: CleaningRules = {
        var rules = CleaningRules()
        rules.minimumBasket = 1
        rules.minimumSessions = 1
        return rules
    }()

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/dami-logs-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// One customer (7, F, 30) who bought milk and bread in one session, and bread in the next.
    static func small() throws -> LogFolder {
        let folder = try LogFolder()
        folder.custom += "7,F,30\n"
        folder.master += "1,우유 1L,식품,유제품,우유\n2,식빵,식품,빵,식빵\n3,텐트,레저,캠핑,텐트\n"
        folder.session += "7,100,1,20180401,3,\"1,200\",mobile,Seoul,Seoul\n7,200,2,20180402,3,10,mobile,Seoul,Seoul\n"
        folder.product += "7,100,2,1,,,\"2,500\",1\n7,100,5,2,,,3000,2\n7,200,3,2,,,\"3,000\",1\n"
        return folder
    }

    func write(_ text: String, as name: String) throws { try write(Data(text.utf8), as: name) }

    func write(_ data: Data, as name: String) throws {
        try data.write(to: URL(fileURLWithPath: path + "/" + name))
    }

    func writeAll() throws {
        try write(product, as: "Product.csv")
        try write(custom, as: "Custom.csv")
        try write(master, as: "Master.csv")
        try write(session, as: "Session.csv")
    }

    /// Writes the logs and prepares them.
    func prepare(_ rules: CleaningRules = loose, encoding: LogEncoding? = nil) throws -> PreparedShop {
        try writeAll()
        return try prepareWritten(rules, encoding: encoding)
    }

    /// Prepares what was written already.
    func prepareWritten(_ rules: CleaningRules = loose, encoding: LogEncoding? = nil) throws -> PreparedShop {
        try Preparation(files: PurchaseLogFiles(in: path), rules: rules, encoding: encoding).run()
    }
}

extension PreparedShop {
    /// The baskets of a customer by name, oldest first.
    func baskets(of id: String) -> [[String]] {
        guard let customer = customers.first(where: { $0.id == id }) else { return [] }
        return customer.sessions.map { session in
            lines[sessions[session].lines].map { catalog.name(of: Int($0.item)) }
        }
    }

    /// The split of a customer's baskets, oldest first.
    func splits(of id: String) -> [Split] {
        guard let customer = customers.first(where: { $0.id == id }) else { return [] }
        return customer.sessions.map { sessions[$0].split }
    }
}

/// The message of the error that `body` throws, which is a ``PreparationError`` of one line.
func preparationMessage(_ body: () throws -> Void) -> String {
    do {
        try body()
        Issue.record("nothing was thrown")
        return ""
    } catch let error as PreparationError {
        #expect(!error.message.contains("\n"))
        return error.message
    } catch {
        Issue.record("\(error) is no PreparationError")
        return ""
    }
}
