import Foundation
import GRDB
import GRDBSQLite
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
    ///   - progress: told how many rows of how many are written.
    /// - Throws: ``ShopStoreError``.
    public static func create(
        at path: String, from shop: PreparedShop, replacing: Bool = false,
        progress: @escaping (_ written: Int, _ total: Int) -> Void = { _, _ in }
    ) throws {
        if !replacing, FileManager.default.fileExists(atPath: path) { throw ShopStoreError.exists(path: path) }
        let unfinished = UnfinishedFile(for: path)
        defer { unfinished.remove() }
        do {
            try write(shop, to: unfinished.path, progress: progress)
        } catch let error as DatabaseError {
            throw ShopStoreError(error, path: path)
        }
        try unfinished.commit(replacing: replacing)
    }

    private static func write(
        _ shop: PreparedShop, to path: String, progress: @escaping (_ written: Int, _ total: Int) -> Void
    ) throws {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        configuration.prepareDatabase { database in
            // Nothing can be lost: until the rename the file does not count.
            try database.execute(sql: "PRAGMA page_size = 8192")
            try database.execute(sql: "PRAGMA journal_mode = OFF")
            try database.execute(sql: "PRAGMA synchronous = OFF")
            try database.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
            try database.execute(sql: "PRAGMA cache_size = -65536")
        }
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.inDatabase { try $0.execute(sql: "PRAGMA application_id = \(ShopSchema.applicationID)") }
        try ShopSchema.migrator.migrate(queue)
        try queue.inTransaction { database in
            try ShopImport(shop, into: database, progress: progress).run()
            return .commit
        }
        try queue.close()
    }
}
