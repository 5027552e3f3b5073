import Foundation
import GRDB
import Shop

/// One shop in one SQLite file: its catalog, its customers, and what they bought.
///
///     let store = try ShopStore.open("shop.db", access: .readOnly)
///     let dataset = try store.dataset()                    // what a model is trained on
///     let customer = try store.customer("13516")           // a customer's profile and all baskets
///
/// May be used from any thread. The tables are described in `docs/SHOP_FORMAT.md`.
public final class ShopStore: Sendable {
    /// What a program may do with the file.
    public enum Access: Hashable, Sendable {
        case readOnly
        /// Readers and one writer at a time, over a write-ahead log.
        case writable
    }

    /// Where the file lies.
    public let path: String
    public let access: Access
    /// For the tables that other rooms own; readers may use it, too.
    package let database: any DatabaseReader
    /// `nil` where the file may only be read.
    package let writer: (any DatabaseWriter)?

    private init(path: String, access: Access, database: any DatabaseReader, writer: (any DatabaseWriter)?) {
        self.path = path
        self.access = access
        self.database = database
        self.writer = writer
    }

    /// How many seconds to wait while another program is writing.
    public static let patience = 5.0

    /// Opens a shop. A writable one is migrated to this program's schema where it is older, and rid of what an earlier
    /// ``forget(customer:waiting:)`` had to leave in it, if nobody stands in the way.
    ///
    /// - Parameter finishesErasure: `false` for who wants to know how that goes, and calls
    ///   ``forget(customer:waiting:)``.
    /// - Throws: ``ShopStoreError`` where there is no such file, or it is not a shop of this or an older version.
    public static func open(_ path: String, access: Access, finishesErasure: Bool = true) throws -> ShopStore {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw ShopStoreError.notFound(path: path)
        }
        if isDirectory.boolValue { throw ShopStoreError.notAShop(path: path, reason: "a directory") }
        guard FileManager.default.isReadableFile(atPath: path) else {
            throw ShopStoreError.unreadable(path: path, reason: "there is no permission to")
        }
        do {
            var configuration = Configuration()
            configuration.label = "shop"
            configuration.busyMode = .timeout(patience)
            switch access {
            case .readOnly:
                configuration.readonly = true
                let queue = try DatabaseQueue(path: path, configuration: configuration)
                let version = try queue.read { try check($0, path: path) }
                guard version == ShopSchema.version else {
                    throw ShopStoreError.older(path: path, version: version)
                }
                return ShopStore(path: path, access: access, database: queue, writer: nil)
            case .writable:
                // Looked at before the pool opens it, for a pool turns any database into one with a write-ahead log.
                configuration.readonly = true
                _ = try DatabaseQueue(path: path, configuration: configuration).read { try check($0, path: path) }
                configuration.readonly = false
                configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = FULL") }
                let pool = try DatabasePool(path: path, configuration: configuration)
                try ShopSchema.migrator.migrate(pool)
                let store = ShopStore(path: path, access: access, database: pool, writer: pool)
                // What can't be finished now stays marked, and is no reason not to serve customers.
                if finishesErasure { store.finishErasure(waiting: 0) }
                return store
            }
        } catch let error as DatabaseError {
            throw ShopStoreError(error, path: path, isReading: access == .readOnly)
        }
    }

    /// The schema's version, if the file is a shop of this or an older one.
    private static func check(_ database: Database, path: String) throws -> Int {
        let application = try Int32.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        guard application == ShopSchema.applicationID else {
            // SQLite takes a file without a byte, which /dev/null is, too, for a database without a table.
            let isEmpty = try Int.fetchOne(database, sql: "PRAGMA page_count") == 0
            throw ShopStoreError.notAShop(
                path: path, reason: isEmpty ? "an empty file" : "an SQLite file of another program")
        }
        let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        guard version <= ShopSchema.version else { throw ShopStoreError.newer(path: path, version: version) }
        return version
    }
}

extension ShopStoreError {
    /// - Parameter isReading: whether the file was only to be read.
    init(_ error: DatabaseError, path: String, isReading: Bool = false) {
        let reason = error.message ?? "SQLite error \(error.resultCode.rawValue)"
        switch error.resultCode {
        case .SQLITE_NOTADB: self = .notAShop(path: path, reason: "not an SQLite file")
        case .SQLITE_CORRUPT: self = .damaged(path: path, reason: reason)
        case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy(path: path)
        case .SQLITE_FULL, .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_IOERR:
            self = isReading ? .unreadable(path: path, reason: reason) : .unwritable(path: path, reason: reason)
        default: self = .damaged(path: path, reason: reason)
        }
    }
}
