import CZlib
import Foundation
import Shop
import Testing

@testable import PurchaseLog

@Suite("Reading the logs")
struct ReadingTests {
    @Test("columns are found by name, in any order and case, others ignored, optional ones left out")
    func findsColumnsByName() throws {
        let folder = try LogFolder()
        folder.custom = "AREA,clnt_age,Clnt_Gender,CLNT_ID\nx,40대,여,7\n"
        folder.master = "CLAC3_NM,PD_C,CLAC1_NM\n우유,1,식품\n"
        folder.session = "SESS_SEQ,SESS_ID,CLNT_ID\n\"1,017\",100,7\n"
        folder.product = "PD_C,HITS_SEQ,SESS_ID,CLNT_ID\n1,2,100,7\n"
        let shop = try folder.prepare()
        #expect(shop.customers[0].profile == Profile(gender: .female, age: 40))
        #expect(shop.sessions[0].sequence == 1_017)
        #expect(shop.sessions[0].day == nil)
        #expect(shop.lines[0].quantity == 1)
        #expect(shop.catalog.subcategories[0] == Subcategory(name: "우유", middleCategory: nil, category: "식품"))
    }

    @Test("a byte order mark, CRLF, blank lines and a missing last line end change nothing")
    func readsWindowsFiles() throws {
        let folder = try LogFolder.small()
        let plain = try folder.prepare()
        for log in [\LogFolder.product, \.custom, \.master, \.session] {
            folder[keyPath: log] =
                "\u{FEFF}" + folder[keyPath: log].replacingOccurrences(of: "\n", with: "\r\n\r\n").dropLast(2)
        }
        let shop = try folder.prepare()
        #expect(shop.counts == plain.counts)
        #expect(shop.baskets(of: "7") == plain.baskets(of: "7"))
        #expect(shop.catalog == plain.catalog)
    }

    @Test("CP949 is found out, and may be demanded")
    func readsCP949() throws {
        let folder = try LogFolder.small()
        folder.custom = "CLNT_ID,CLNT_GENDER,CLNT_AGE\n7,여,30대\n"
        try folder.writeAll()
        // "여", "30대"; 우유, 식빵, 텐트, 식품, 레저, 유제품, 빵, 캠핑 in the code page.
        try folder.write(
            Data("CLNT_ID,CLNT_GENDER,CLNT_AGE\n7,".utf8) + [0xBF, 0xA9] + Data(",30".utf8) + [0xB4, 0xEB, 0x0A],
            as: "Custom.csv")
        let milk: [UInt8] = [0xBF, 0xEC, 0xC0, 0xAF]
        let bread: [UInt8] = [0xBD, 0xC4, 0xBB, 0xA7]
        let food: [UInt8] = [0xBD, 0xC4, 0xC7, 0xB0]
        // 뷁 is in the code page, but not in EUC-KR.
        let extended: [UInt8] = [0x94, 0xEE]
        var master = Data("PD_C,PD_NM,CLAC1_NM,CLAC2_NM,CLAC3_NM\n1,".utf8)
        master += milk + Data(",".utf8) + food + Data(",,".utf8) + milk + Data("\n2,x,".utf8)
        master +=
            food + Data(",,".utf8) + bread + Data("\n3,x,".utf8) + food + Data(",,".utf8) + extended + Data("\n".utf8)
        try folder.write(master, as: "Master.csv")
        for encoding in [nil, LogEncoding.cp949] {
            let shop = try folder.prepareWritten(encoding: encoding)
            #expect(shop.baskets(of: "7") == [["우유", "식빵"], ["식빵"]])
            #expect(shop.customers[0].profile == Profile(gender: .female, age: 30))
            #expect(shop.catalog.categories == ["식품"])
            #expect(shop.catalog.subcategories.contains { $0.name == "뷁" })
        }
    }

    @Test("files are found by the word in their names, compressed or not")
    func findsFilesByWord() throws {
        let folder = try LogFolder.small()
        try folder.writeAll()
        let manager = FileManager.default
        for (name, long) in [
            ("Product", "제6회 L.POINT Big Data Competition-분석용데이터-01.Product"), ("Custom", "2018_custom_v2"),
            ("Master", "분석용데이터-04.MASTER"), ("Session", "분석용데이터-05.Session"),
        ] {
            try manager.moveItem(atPath: folder.path + "/\(name).csv", toPath: folder.path + "/\(long).csv")
        }
        try folder.write("not a log", as: "readme.txt")
        try folder.write("not a log", as: ".Product.csv")
        #expect(try folder.prepareWritten().counts.rows.product == 3)
    }

    @Test("a .gz file is read as what it holds, of several members, too")
    func readsGzip() throws {
        let folder = try LogFolder.small()
        let plain = try folder.prepare()
        let half = folder.product.utf8.count / 2
        let bytes = Array(folder.product.utf8)
        try folder.write(try gzipped(bytes[..<half]) + gzipped(bytes[half...]), as: "Product.csv.gz")
        try FileManager.default.removeItem(atPath: folder.path + "/Product.csv")
        #expect(try folder.prepareWritten().lines == plain.lines)
        try folder.write(try gzipped(bytes[...]).dropLast(6), as: "Product.csv.gz")
        let message = preparationMessage { _ = try folder.prepareWritten() }
        #expect(message.contains("Product.csv.gz: is a damaged or truncated gzip file"))
    }

    @Test("a row that a comma or a quote has shifted is repaired from the right")
    func repairsShiftedRows() throws {
        let folder = try LogFolder.small()
        for (index, name) in ["컵, 접시", "\"컵\" 세트, 3개", "27\" 컵, \"새\" 것", "\"닫히지 않은, 컵"].enumerated() {
            folder.master += "\(10 + index),\(name),주방,그릇,컵\(index)\n"
            folder.product += "7,200,\(20 + index),\(10 + index),,,100,1\n"
        }
        folder.product += "7,200,30,3,색상: 빨강, 파랑, 노랑,브랜드,\"1,000\",4\n"
        let shop = try folder.prepare()
        #expect(shop.baskets(of: "7")[1] == ["식빵", "컵0", "컵1", "컵2", "컵3", "텐트"])
        #expect(shop.lines.last?.quantity == 4)
        #expect(shop.lines.last?.amount == 1_000)
        #expect(shop.counts.repaired.master == 4)
        #expect(shop.counts.repaired.product == 1)
        #expect(shop.catalog.categories.contains("주방"))
        #expect(!shop.catalog.categories.contains { $0.contains("접시") })
    }

    @Test("rows that cannot be understood are skipped, counted by reason, and told with their lines")
    func skipsBrokenRows() throws {
        let folder = try LogFolder.small()
        for number in 0..<1_000 { folder.product += "7,100,\(number + 10),2,,,1,1\n" }
        folder.product += "7,100\n7,100,zwei,1,,,1,1\n"
        for number in 0..<200 { folder.session += "7,\(1_000 + number),\(10 + number),,,,,,\n" }
        folder.session += ",5,1,,,,,,\n7,9999,,,,,,,\n"
        let shop = try folder.prepare()
        #expect(shop.counts.rows.product == 1_003)
        #expect(shop.counts.skipped.product == 2)
        #expect(shop.counts.skipped.session == 2)
        #expect(shop.counts.skippedReasons == ["too_few_fields": 1, "bad_number": 2, "missing_id": 1])
        #expect(shop.rejectedRows.map(\.line) == [204, 205, 1_005, 1_006])
        #expect(shop.rejectedRows.map(\.column) == [1, 3, 1, 3])
        #expect(shop.rejectedRows.last?.text == "7,100,zwei,1,,,1,1")
    }

    @Test("rejected rows are written as CSV, the row itself quoted")
    func writesRejects() throws {
        let folder = try LogFolder()
        let file = try RejectsFile(path: folder.path + "/rejects.csv")
        try file.append([
            RejectedRow(path: "a,b.csv", line: 3, column: 2, reason: .missingID, text: "x,\"y\"")
        ])
        try file.close()
        let text = try String(contentsOfFile: folder.path + "/rejects.csv", encoding: .utf8)
        #expect(text == "FILE,LINE,COLUMN,REASON,ROW\n\"a,b.csv\",3,2,missing_id,\"x,\"\"y\"\"\"\n")
    }

    @Test("more than one broken row in a hundred stops, with the first of them")
    func stopsAtManyBrokenRows() throws {
        let folder = try LogFolder.small()
        folder.product += "7,100,x,1,,,1,1\n"
        let message = preparationMessage { _ = try folder.prepare() }
        #expect(message.contains("Product.csv: line 5, column 3: a whole number was expected"))
        #expect(message.contains("1 of 4 rows are broken (bad_number 1)"))
        #expect(message.contains("--rejects"))
    }

    @Test("a missing column stops, with what was seen and what was expected")
    func stopsAtMissingColumns() throws {
        let folder = try LogFolder.small()
        folder.session = folder.session.replacingOccurrences(of: "SESS_SEQ", with: "SEQ")
        let message = preparationMessage { _ = try folder.prepare() }
        #expect(
            message.contains("Session.csv: line 1: no column SESS_SEQ, the header has CLNT_ID, SESS_ID, SEQ, SESS_DT"))
        folder.session = ""
        #expect(
            preparationMessage { _ = try folder.prepare() }.contains(
                "no column CLNT_ID, SESS_ID, SESS_SEQ, the file has no header; add"))
        folder.session = "CLNT_ID,SESS_ID,SESS_SEQ,SESS_ID\n"
        #expect(preparationMessage { _ = try folder.prepare() }.contains("SESS_ID stands twice"))
    }

    @Test("a header's names may hold line breaks, where they are quoted")
    func readsHeadersAcrossLines() throws {
        let folder = try LogFolder.small()
        folder.master =
            "PD_C,\"비고\n(Ko)\",CLAC1_NM,\"CLAC3_NM\r\n\"\r\n1,\"x\ny\",식품,우유\r\n2,y,식품,식빵\r\n3,z,레저,텐트\r\n"
        #expect(try folder.prepare().catalog.count == 3)
        folder.master = "PD_C,\"CLAC1\nNM\",CLAC3_NM\n"
        let message = preparationMessage { _ = try folder.prepare() }
        #expect(message.contains("no column CLAC1_NM, the header has PD_C, CLAC1NM, CLAC3_NM"))
    }

    @Test("a quote in the header that is never closed loses no rows")
    func readsHeadersWithStrayQuotes() throws {
        let folder = try LogFolder()
        folder.custom = "CLNT_ID,CLNT_GENDER,CLNT_AGE,\"note\n7,F,30,\"x\ny\"\n8,F,30,\n"
        folder.custom += "9,F,30,\"\n"
        #expect(try folder.prepare().customers.map(\.id) == ["7", "8", "9"])
        folder.custom = "CLNT_ID,\"CLNT_GENDER,CLNT_AGE\n7,F,30\"\n8,F,30\n"
        #expect(preparationMessage { _ = try folder.prepare() }.contains("\"CLNT_GENDER, CLNT_AGE; add"))
    }

    @Test("columns may be many, and rows of them are repaired, too")
    func readsWideLogs() throws {
        let folder = try LogFolder.small()
        let names = (0..<400).map { "c\($0)" }.joined(separator: ",")
        let values = (0..<400).map { String($0) }.joined(separator: ",")
        folder.custom = "CLNT_ID,\(names),CLNT_GENDER,CLNT_AGE\n7,\(values),F,30\n"
        folder.master = "PD_C,\(names),PD_NM,CLAC1_NM,CLAC3_NM\n1,\(values),\"a\",식품,우유\n2,\(values),a, b,식품,식빵\n"
        let shop = try folder.prepare()
        #expect(shop.customers[0].profile == Profile(gender: .female, age: 30))
        #expect(shop.catalog.subcategories.map(\.name) == ["식빵", "우유"])
        #expect(shop.counts.repaired.master == 1)
        folder.custom = "CLNT_ID,CLNT_GENDER,CLNT_AGE" + String(repeating: ",", count: 1 << 16) + "\n"
        #expect(
            preparationMessage { _ = try folder.prepare() }.contains(
                "Custom.csv: line 1: the header has 65539 columns, at most 65536 are read"))
    }

    @Test("no log is written to, by whatever name it is called")
    func refusesToOverwriteLogs() throws {
        let folder = try LogFolder.small()
        try folder.writeAll()
        let files = try PurchaseLogFiles(in: folder.path)
        let manager = FileManager.default
        try manager.createSymbolicLink(
            atPath: folder.path + "/soft", withDestinationPath: folder.path + "/Custom.csv")
        try manager.linkItem(atPath: folder.path + "/Session.csv", toPath: folder.path + "/hard")
        for (name, log) in [
            ("Product.csv", "Product"), ("../\((folder.path as NSString).lastPathComponent)/soft", "Custom"),
            ("hard", "Session"),
        ] {
            let message = preparationMessage {
                try files.refuseWriting(to: folder.path + "/" + name, option: "--rejects")
            }
            #expect(message.hasPrefix("--rejects ") && message.contains("is the \(log) log"))
        }
        try files.refuseWriting(to: folder.path + "/rejects.csv", option: "--rejects")
    }

    @Test("files that are missing, doubled or of another kind are named")
    func tellsWhichFile() throws {
        let folder = try LogFolder.small()
        try folder.writeAll()
        try FileManager.default.removeItem(atPath: folder.path + "/Custom.csv")
        #expect(
            preparationMessage { _ = try folder.prepareWritten() }.contains(
                "no file for Custom, found only Master.csv, Product.csv, Session.csv; name it with --custom FILE"))
        try folder.write(folder.custom, as: "1-Custom.csv")
        try folder.write(folder.custom, as: "2-Custom.csv")
        #expect(preparationMessage { _ = try folder.prepareWritten() }.contains("1-Custom.csv, 2-Custom.csv"))
        try folder.write(Data([0xFF, 0xFE, 0x43, 0x00]), as: "Custom.csv")
        #expect(preparationMessage { _ = try folder.prepareWritten() }.contains("Custom.csv: is written in UTF-16"))
        #expect(
            preparationMessage { _ = try PurchaseLogFiles(in: folder.path + "/none") }.contains("no such directory"))
    }

    @Test("files with a header and nothing else make an empty shop")
    func readsEmptyLogs() throws {
        let shop = try LogFolder().prepare()
        #expect(shop.customers.isEmpty)
        #expect(shop.catalog.count == 0)
        #expect(shop.counts.customers == 0)
    }

    private func gzipped(_ bytes: ArraySlice<UInt8>) throws -> Data {
        var stream = z_stream()
        let status = deflateInit2_(
            &stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        try #require(status == Z_OK)
        defer { deflateEnd(&stream) }
        var input = Array(bytes)
        var output = [UInt8](repeating: 0, count: bytes.count + 100)
        let count = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                deflate(&stream, Z_FINISH)
                return output.count - Int(stream.avail_out)
            }
        }
        return Data(output[..<count])
    }
}
