import Foundation

#if canImport(Glibc)
    import Glibc
    private let openFiles = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
#elseif canImport(Darwin)
    import Darwin
    private let openFiles = RLIMIT_NOFILE
#endif

/// How many files and sockets the process may have open.
public enum FileLimit {
    /// Files that a server has open beside its connections: the database, the model, event loops, metrics.
    static let reserve = 128

    /// Raises the process's limit so that `connections` fit, as far as the system allows.
    ///
    /// - Returns: the connections that fit.
    public static func raise(forConnections connections: Int) -> Int {
        var limit = rlimit()
        guard getrlimit(openFiles, &limit) == 0 else { return connections }
        let wanted = rlim_t(connections) + rlim_t(reserve)
        if limit.rlim_cur < wanted {
            limit.rlim_cur = min(wanted, limit.rlim_max)
            _ = setrlimit(openFiles, &limit)
            _ = getrlimit(openFiles, &limit)
        }
        return limit.rlim_cur >= wanted ? connections : max(0, Int(limit.rlim_cur) - reserve)
    }
}
