import Foundation

/// A file's bytes, mapped read-only.
final class MappedFile: @unchecked Sendable {
    // Unchecked: the memory is never written.
    let bytes: UnsafeRawBufferPointer

    init(path: String) throws(ModelFileError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .lastSystemError(path: path, action: "open it") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .lastSystemError(path: path, action: "read it") }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw ModelFileError.system(path: path, action: "read it", reason: "not a file")
        }
        let size = Int(status.st_size)
        guard size > 0 else { throw ModelFileError.damaged(path: path, reason: "it is empty") }
        guard let address = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), address != MAP_FAILED else {
            throw .lastSystemError(path: path, action: "map it")
        }
        bytes = UnsafeRawBufferPointer(start: address, count: size)
    }

    deinit {
        munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
    }
}

extension ModelFileError {
    /// What `errno` says now.
    static func lastSystemError(path: String, action: String) -> ModelFileError {
        .system(path: path, action: action, reason: String(cString: strerror(errno)))
    }
}
