import Foundation
import Shop

/// The lines typed at earlier prompts: one file a user, read and written by any number of programs at once.
///
///     let history = HistoryFile(path: HistoryFile.defaultPath())
///     editor.remember(…)
///     try history.append("30대 여자야 추천해줘")
///
/// Plain UTF-8, a line each, oldest first, at most ``limit`` of them; readable by its owner alone (0600, in a
/// directory 0700). Each line is added under a lock (`flock`), and the file is only ever replaced as a whole, so that
/// two programs lose nothing of each other's and a crash leaves the old file or the new one.
///
/// Not kept: blank lines, the line just before once more, and lines that begin with a space. What is typed while a
/// customer is logged in is taken out again when they log out.
public struct HistoryFile: Sendable {
    public static let limit = 1000

    public let path: String

    public init(path: String) {
        self.path = path
    }

    /// `$XDG_STATE_HOME/dami/history`, else `~/.local/state/dami/history`.
    public static func defaultPath(environment: [String: String] = ProcessInfo.processInfo.environment) -> String {
        // XDG: a path that is not absolute is to be ignored.
        if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") { return state + "/dami/history" }
        return (environment["HOME"] ?? NSHomeDirectory()) + "/.local/state/dami/history"
    }

    public enum Failure: ReportableError {
        case unreadable(path: String, reason: String)
        case unwritable(path: String, reason: String)

        public var message: String {
            switch self {
            case .unreadable(let path, let reason): "\(path): the history can't be read (\(reason))"
            case .unwritable(let path, let reason): "\(path): the history can't be written (\(reason))"
            }
        }
    }

    /// The lines, oldest first; none where there is no file yet. What is not UTF-8 or holds control characters was not
    /// written by dami, and is left out.
    public func load() throws(Failure) -> [String] {
        guard let data = FileManager.default.contents(atPath: path) else {
            if access(path, F_OK) != 0, errno == ENOENT { return [] }
            throw .unreadable(path: path, reason: "no permission, or not a file")
        }
        return Self.lines(of: data)
    }

    /// Adds a line, where it is one to be kept.
    ///
    /// - Returns: whether it was added.
    @discardableResult
    public func append(_ line: String) throws(Failure) -> Bool {
        guard Self.isKept(line) else { return false }
        let descriptor = try openLocked()
        defer { close(descriptor) }
        var lines = Self.lines(of: Self.contents(of: descriptor))
        guard lines.last != line else { return false }
        lines.append(line)
        if lines.count > Self.limit {
            try replace(by: lines.suffix(Self.limit))
        } else {
            lseek(descriptor, 0, SEEK_END)
            guard Descriptor.write(line + "\n", to: descriptor) else { throw unwritable() }
        }
        return true
    }

    /// Takes lines out again that were added in this order, and leaves what others have added meanwhile.
    public func remove(_ removed: [String]) throws(Failure) {
        guard !removed.isEmpty else { return }
        let descriptor = try openLocked()
        defer { close(descriptor) }
        var lines = Self.lines(of: Self.contents(of: descriptor))
        var end = lines.count
        // Each is the last one of its text before the line that was added after it.
        for line in removed.reversed() {
            guard let index = lines[..<end].lastIndex(of: line) else { continue }
            lines.remove(at: index)
            end = index
        }
        try replace(by: lines[...])
    }

    static func isKept(_ line: String) -> Bool {
        !line.hasPrefix(" ") && line.contains { !$0.isWhitespace } && line.utf8.count <= 4096
            && !line.unicodeScalars.contains { $0.properties.generalCategory == .control }
    }

    private static func lines(of data: Data) -> [String] {
        data.split(separator: UInt8(ascii: "\n")).compactMap { String(bytes: $0, encoding: .utf8) }.filter(isKept)
            .suffix(limit)
    }

    private static func contents(of descriptor: Int32) -> Data {
        FileHandle(fileDescriptor: descriptor, closeOnDealloc: false).readDataToEndOfFile()
    }

    /// The file, made where there is none, under the lock.
    private func openLocked() throws(Failure) -> Int32 {
        let directory = (target as NSString).deletingLastPathComponent
        if access(directory, F_OK) != 0 {
            try? FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        }
        while true {
            let descriptor = open(target, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY, 0o600)
            guard descriptor >= 0 else { throw unwritable() }
            while flock(descriptor, LOCK_EX) != 0, errno == EINTR {}
            // Whoever held the lock may have put another file in this one's place meanwhile.
            var held = stat()
            var named = stat()
            if fstat(descriptor, &held) == 0, stat(target, &named) == 0, held.st_ino == named.st_ino,
                held.st_dev == named.st_dev
            {
                if held.st_mode & 0o077 != 0 { fchmod(descriptor, 0o600) }
                return descriptor
            }
            close(descriptor)
        }
    }

    private func replace(by lines: ArraySlice<String>) throws(Failure) {
        let beside = target + ".\(getpid())"
        let descriptor = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw unwritable() }
        let isWritten = Descriptor.write(lines.map { $0 + "\n" }.joined(), to: descriptor)
        close(descriptor)
        guard isWritten, rename(beside, target) == 0 else {
            let failure = unwritable()
            unlink(beside)
            throw failure
        }
    }

    /// The file itself, where the path is a link to it: a link stays one.
    private var target: String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private func unwritable() -> Failure {
        .unwritable(path: path, reason: String(cString: strerror(errno)))
    }
}
