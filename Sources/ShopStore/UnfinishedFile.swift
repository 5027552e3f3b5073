import Foundation
import Synchronization

/// A file that is built beside its place: it either gets there whole, or goes.
///
/// Its name holds the process, so that what a killed process left behind is known for what it is, and removed by the
/// next one.
final class UnfinishedFile {
    /// Where to build.
    let path: String
    private let destination: String

    private static let mark = ".unfinished-"

    /// Those that are being built now.
    private static let current = Mutex<Set<String>>([])

    /// Removes all that this process is building: for when it is told to end at once.
    static func removeAll() {
        for path in current.withLock({ $0 }) { remove(path) }
    }

    init(for destination: String) {
        self.destination = destination
        path = destination + Self.mark + String(getpid())
        Self.removeLeftovers(of: destination)
        Self.remove(path)
        let path = path
        Self.current.withLock { _ = $0.insert(path) }
    }

    /// Puts the file in its place, on disk.
    func commit(replacing: Bool) throws {
        func failure() -> ShopStoreError {
            .unwritable(path: destination, reason: String(cString: strerror(errno)))
        }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure() }
        // Purchases are nobody else's business. SQLite gives its logs the same rights.
        fchmod(descriptor, 0o600)
        let synced = fsync(descriptor)
        close(descriptor)
        guard synced == 0 else { throw failure() }
        if replacing {
            // A write-ahead log of the old file must not be taken for the new one's.
            guard rename(path, destination) == 0 else { throw failure() }
            for suffix in ["-wal", "-shm", "-journal"] { unlink(destination + suffix) }
        } else {
            // `link` fails where the file has appeared in the meantime.
            guard link(path, destination) == 0 else {
                if errno == EEXIST { throw ShopStoreError.exists(path: destination) }
                guard errno == EPERM || errno == ENOTSUP || errno == EOPNOTSUPP, rename(path, destination) == 0 else {
                    throw failure()
                }
                return
            }
            unlink(path)
        }
        let directory = open((destination as NSString).deletingLastPathComponent.orCurrent, O_RDONLY | O_CLOEXEC)
        if directory >= 0 {
            fsync(directory)
            close(directory)
        }
    }

    /// Removes what was built, unless it is in its place already.
    func remove() {
        Self.remove(path)
        let path = path
        Self.current.withLock { _ = $0.remove(path) }
    }

    private static func remove(_ path: String) {
        for suffix in ["", "-journal", "-wal", "-shm"] { unlink(path + suffix) }
    }

    private static func removeLeftovers(of destination: String) {
        let directory = (destination as NSString).deletingLastPathComponent.orCurrent
        let prefix = (destination as NSString).lastPathComponent + mark
        for name in (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? [] where name.hasPrefix(prefix)
        {
            let rest = name.dropFirst(prefix.count).prefix { $0.isNumber }
            guard let process = pid_t(rest), process != getpid(), kill(process, 0) != 0, errno == ESRCH else {
                continue
            }
            unlink(directory + "/" + name)
        }
    }
}

extension String {
    fileprivate var orCurrent: String { isEmpty ? "." : self }
}
