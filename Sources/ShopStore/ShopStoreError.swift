import Shop

/// Why a shop's file could not be opened, read or written.
public enum ShopStoreError: ReportableError, Hashable {
    case notFound(path: String)
    /// It is no SQLite file, or one that another program made.
    case notAShop(path: String, reason: String)
    /// It was written by a dami that knows more than this one.
    case newer(path: String, version: Int)
    /// It was written by an older dami and must be migrated, but may only be read.
    case older(path: String, version: Int)
    case damaged(path: String, reason: String)
    case exists(path: String)
    case unreadable(path: String, reason: String)
    case unwritable(path: String, reason: String)
    case busy(path: String)
    case unknownCustomer(id: String)
    /// Rows were removed, but not yet their bytes; the file remembers that. `unknown` is an id that nobody has (any
    /// more), where what is left is of customers who were removed before.
    case erasurePending(path: String, unknown: String?, obstacle: ErasureObstacle)

    public var message: String {
        switch self {
        case .notFound(let path):
            "\(path): no such file; make it with dami prepare INPUT_DIR --output \(path)"
        case .notAShop(let path, let reason):
            "\(path): is not a shop made by dami prepare (\(reason))"
        case .newer(let path, let version):
            "\(path): was written by a newer dami (schema \(version)); update dami, or prepare the shop again"
        case .older(let path, let version):
            "\(path): has the older schema \(version) and may only be read; give the right to write it once"
        case .damaged(let path, let reason):
            "\(path): is damaged (\(reason)); restore it, or prepare the shop again"
        case .exists(let path):
            "\(path): exists already; add --replace to build it anew"
        case .unreadable(let path, let reason):
            "\(path): cannot be read: \(reason)"
        case .unwritable(let path, let reason):
            "\(path): cannot be written (\(reason)); nothing was changed"
        case .busy(let path):
            "\(path): another program is writing to it; try again when that is done"
        case .unknownCustomer(let id):
            "no customer has the id \(id)"
        case .erasurePending(let path, nil, let obstacle):
            "removed, but its bytes are still in the file \(obstacle.clause(path: path)); run the command again"
        case .erasurePending(let path, let id?, let obstacle):
            "no customer has the id \(id), but bytes of one that was removed are still in the file "
                + "\(obstacle.clause(path: path)); run the command again"
        }
    }
}

/// Why bytes of removed customers are still in a shop's file.
public enum ErasureObstacle: Hashable, Sendable {
    /// Others read what the file held before.
    case readers
    /// Another program is writing.
    case writer
    case failure(String)

    /// To follow "still in the file".
    func clause(path: String) -> String {
        switch self {
        case .readers: "until \(path)'s readers end"
        case .writer: "while another program is writing to \(path)"
        case .failure(let reason): "since \(path) cannot be written (\(reason))"
        }
    }
}
