import Foundation
import GRDB
import PurchaseLog
import Shop

extension ShopStore {
    /// Writes a prepared shop into a new file.
    ///
    /// The file is built beside its place and renamed when it is whole and on disk, so that whoever opens `path` finds
    /// the old shop or the new one, whenever this is interrupted. The same shop gives the same bytes.
    ///
    /// - Parameters:
    ///   - replacing: whether a file that is there already may be replaced.
    ///   - progress: told how many parts of how many are packed; called on any thread.
    /// - Throws: ``ShopStoreError``.
    public static func create(
        at path: String, from shop: PreparedShop, replacing: Bool = false,
        progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws {
        if !replacing, FileManager.default.fileExists(atPath: path) { throw ShopStoreError.exists(path: path) }
        let unfinished = UnfinishedFile(for: path)
        defer { unfinished.remove() }
        do {
            try write(shop, to: unfinished.path, progress: progress)
        } catch let error as DatabaseError {
            throw ShopStoreError(error, path: path)
        } catch ShopStoreError.unwritable(_, let reason) {
            throw ShopStoreError.unwritable(path: path, reason: reason)
        }
        try unfinished.commit(replacing: replacing)
    }

    /// Removes the files that are being built in this process: for a program that is told to end at once.
    public static func abandonUnfinishedFiles() { UnfinishedFile.removeAll() }

    private static func write(
        _ shop: PreparedShop, to path: String, progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void
    ) throws {
        var configuration = Configuration()
        configuration.prepareDatabase { database in
            // Nothing can be lost: until the rename the file does not count.
            try database.execute(sql: "PRAGMA page_size = \(ShopLoad.pageSize)")
            try database.execute(sql: "PRAGMA journal_mode = OFF")
            try database.execute(sql: "PRAGMA synchronous = OFF")
        }
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.inDatabase { try $0.execute(sql: "PRAGMA application_id = \(ShopSchema.applicationID)") }
        try ShopSchema.migrator.migrate(queue)
        let roots = try queue.write { database in
            try writeSettings(of: shop, database)
            try writeCatalog(of: shop, database)
            return try rootPages(database)
        }
        try queue.close()
        try ShopLoad(shop).load(into: path, roots: roots, progress: progress)
    }

    private static func writeSettings(of shop: PreparedShop, _ database: Database) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let settings = [
            ("counts", String(decoding: try encoder.encode(shop.counts), as: UTF8.self)),
            ("rules", String(decoding: try encoder.encode(shop.rules), as: UTF8.self)),
            ("numeric_ids", shop.hasNumericIDs ? "1" : "0"),
        ]
        for (key, value) in settings {
            try database.execute(sql: "INSERT INTO shop (key, value) VALUES (?, ?)", arguments: [key, value])
        }
    }

    private static func writeCatalog(of shop: PreparedShop, _ database: Database) throws {
        let insert = try database.makeStatement(sql: "INSERT INTO subcategories VALUES (?, ?, ?, ?, ?)")
        for (item, subcategory) in shop.catalog.subcategories.enumerated() {
            try insert.execute(arguments: [
                item, subcategory.name, subcategory.middleCategory, subcategory.category, shop.catalog.isLabel(item),
            ])
        }
    }

    private static func rootPages(_ database: Database) throws -> [ShopLoad.Tree: Int] {
        var roots: [ShopLoad.Tree: Int] = [:]
        for tree in ShopLoad.Tree.allCases {
            roots[tree] = try Int.fetchOne(
                database, sql: "SELECT rootpage FROM sqlite_schema WHERE name = ?", arguments: [tree.rawValue])
        }
        precondition(roots.count == ShopLoad.Tree.allCases.count, "the schema lacks a table that is loaded")
        return roots
    }
}
