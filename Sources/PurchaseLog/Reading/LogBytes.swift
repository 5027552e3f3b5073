import CZlib
import Foundation
import Synchronization

/// The bytes of one log: mapped where the file is plain, inflated where it is a `.gz`.
///
/// The bytes stay where they are for as long as this object lives; everything that points into them is used inside
/// ``withExtendedLifetime(_:_:)`` of it.
final class LogBytes: @unchecked Sendable {
    let path: String
    let bytes: UnsafeRawBufferPointer
    /// Where the header begins: behind a byte order mark.
    let start: Int
    private let release: () -> Void
    private let chosenEncoding: LogEncoding?
    private let foundEncoding = Mutex<LogEncoding?>(nil)

    /// - Parameter encoding: how the text is written; `nil` to find it out.
    /// - Throws: ``PreparationError/unreadable(path:reason:)``,
    ///   ``PreparationError/unsupportedContent(path:what:advice:)``.
    init(path: String, encoding: LogEncoding? = nil) throws {
        self.path = path
        chosenEncoding = encoding
        let mapped = try Self.map(path)
        if mapped.count >= 2, mapped[0] == 0x1F, mapped[1] == 0x8B {
            defer { Self.unmap(mapped) }
            let inflated = try Self.inflate(mapped, path: path)
            bytes = UnsafeRawBufferPointer(inflated)
            release = { inflated.deallocate() }
        } else {
            bytes = mapped
            release = { Self.unmap(mapped) }
        }
        if bytes.count >= 2, (bytes[0] == 0xFF && bytes[1] == 0xFE) || (bytes[0] == 0xFE && bytes[1] == 0xFF) {
            release()
            throw PreparationError.unsupportedContent(
                path: path, what: "is written in UTF-16", advice: "save it as CSV in UTF-8")
        }
        start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    deinit { release() }

    var count: Int { bytes.count }

    /// How the file's text is written. Found out when it is first asked for: most logs have no text that is wanted.
    var encoding: LogEncoding {
        if let chosenEncoding { return chosenEncoding }
        return foundEncoding.withLock { found in
            if let found { return found }
            let encoding = start > 0 ? .utf8 : LogEncoding.detect(bytes)
            found = encoding
            return encoding
        }
    }

    /// Some of the file's bytes as text; what cannot be read in its encoding becomes U+FFFD.
    func text(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        // Looked at first, for the encoding of a file is not found out for nothing.
        if bytes.allSatisfy({ $0 < 0x80 }) { return String(decoding: bytes, as: UTF8.self) }
        return encoding.decode(bytes) ?? String(decoding: bytes, as: UTF8.self)
    }

    /// The line, from 1, that a byte lies in.
    func line(at offset: Int) -> Int {
        var line = 1
        var position = 0
        let end = min(offset, bytes.count)
        guard let base = bytes.baseAddress else { return 1 }
        while position < end, let found = memchr(base + position, 0x0A, end - position) {
            line += 1
            position = UnsafeRawPointer(found) - base + 1
        }
        return line
    }

    private static func map(_ path: String) throws -> UnsafeRawBufferPointer {
        func failure() -> PreparationError { .unreadable(path: path, reason: String(cString: strerror(errno))) }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure() }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure() }
        guard status.st_mode & S_IFMT == S_IFREG else { return try readAll(descriptor, failure: failure) }
        guard status.st_size > 0 else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        let size = Int(status.st_size)
        guard let address = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), address != MAP_FAILED else {
            throw failure()
        }
        madvise(address, size, Int32(MADV_SEQUENTIAL))
        return UnsafeRawBufferPointer(start: address, count: size)
    }

    /// A pipe cannot be mapped: its bytes are copied into an anonymous mapping.
    private static func readAll(_ descriptor: Int32, failure: () -> PreparationError) throws -> UnsafeRawBufferPointer {
        var data: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure() }
            if count == 0 { break }
            data.append(contentsOf: buffer[..<count])
        }
        guard !data.isEmpty else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        let flags = MAP_PRIVATE | MAP_ANONYMOUS
        guard let address = mmap(nil, data.count, PROT_READ | PROT_WRITE, flags, -1, 0), address != MAP_FAILED else {
            throw failure()
        }
        address.copyMemory(from: data, byteCount: data.count)
        return UnsafeRawBufferPointer(start: address, count: data.count)
    }

    private static func unmap(_ mapped: UnsafeRawBufferPointer) {
        guard let base = mapped.baseAddress else { return }
        munmap(UnsafeMutableRawPointer(mutating: base), mapped.count)
    }

    /// Inflates all members of a gzip file, one behind the other (RFC 1952, 2.2).
    private static func inflate(_ packed: UnsafeRawBufferPointer, path: String) throws -> UnsafeMutableRawBufferPointer
    {
        let damaged = PreparationError.unsupportedContent(
            path: path, what: "is a damaged or truncated gzip file", advice: "copy it again")
        var stream = z_stream()
        // 15 bits of window, 16 for the gzip wrapper.
        guard inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw damaged
        }
        defer { inflateEnd(&stream) }
        var output = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1 << 16, packed.count * 6), alignment: 16)
        var written = 0
        var consumed = 0
        do {
            while consumed < packed.count {
                if written == output.count {
                    let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: output.count * 2, alignment: 16)
                    larger.copyMemory(from: UnsafeRawBufferPointer(output))
                    output.deallocate()
                    output = larger
                }
                let input = packed[consumed...].prefix(1 << 30)
                let room = min(output.count - written, 1 << 30)
                stream.next_in = UnsafeMutablePointer(
                    mutating: (packed.baseAddress! + consumed).assumingMemoryBound(to: UInt8.self))
                stream.avail_in = UInt32(input.count)
                stream.next_out = (output.baseAddress! + written).assumingMemoryBound(to: UInt8.self)
                stream.avail_out = UInt32(room)
                let status = CZlib.inflate(&stream, Z_NO_FLUSH)
                consumed += input.count - Int(stream.avail_in)
                written += room - Int(stream.avail_out)
                switch status {
                case Z_OK: break
                case Z_BUF_ERROR where written == output.count: break
                case Z_STREAM_END:
                    // Zeros behind the last member are padding.
                    if packed[consumed...].allSatisfy({ $0 == 0 }) {
                        return UnsafeMutableRawBufferPointer(start: output.baseAddress, count: written)
                    }
                    guard inflateReset(&stream) == Z_OK else { throw damaged }
                default: throw damaged
                }
            }
            throw damaged
        } catch {
            output.deallocate()
            throw error
        }
    }
}
