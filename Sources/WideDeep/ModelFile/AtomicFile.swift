import Foundation

/// A file that appears whole or not at all: written beside its place, flushed to disk, then renamed.
package struct AtomicFile: ~Copyable {
    private let path: String
    private let temporaryPath: String
    private let descriptor: CInt
    private var isCommitted = false

    /// Opens a new file beside `path`, which stays as it is until ``commit()``.
    package init(path: String) throws(ModelFileError) {
        self.path = path
        temporaryPath = "\(path).\(getpid()).partial"
        descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .lastSystemError(path: path, action: "write it") }
    }

    /// Appends bytes.
    package borrowing func write(_ bytes: UnsafeRawBufferPointer) throws(ModelFileError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Foundation.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw .lastSystemError(path: path, action: "write it") }
            rest = rest.dropFirst(count)
        }
    }

    /// Makes it durable and puts it in its place.
    package consuming func commit() throws(ModelFileError) {
        guard fsync(descriptor) == 0, rename(temporaryPath, path) == 0 else {
            throw .lastSystemError(path: path, action: "write it")
        }
        isCommitted = true
        let directory = (path as NSString).deletingLastPathComponent
        let folder = open(directory.isEmpty ? "." : directory, O_RDONLY | O_CLOEXEC)
        if folder >= 0 {
            fsync(folder)
            close(folder)
        }
    }

    deinit {
        close(descriptor)
        if !isCommitted { unlink(temporaryPath) }
    }
}
