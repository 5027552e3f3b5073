import ArgumentParser
import Foundation
import Shop

/// Where results go. Every command writes there through this, so that a full disk ends each of them with status 1 and one
/// line, and one who reads no further (`dami history | head`) ends it without a word.
enum StandardOutput {
    /// Writes a line at once.
    static func print(_ line: String) throws { try write(line + "\n") }

    static func write(_ text: String) throws { try write(Array(text.utf8)) }

    static func write(_ bytes: [UInt8], to descriptor: Int32 = STDOUT_FILENO) throws {
        var start = 0
        while start < bytes.count {
            let count = bytes[start...].withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                if errno == EPIPE { throw ExitCode(0) }
                throw StandardOutputError(reason: String(cString: strerror(errno)))
            }
            start += count
        }
    }
}

struct StandardOutputError: ReportableError {
    let reason: String

    var message: String { "stdout: cannot be written: \(reason)" }
}

/// Collects lines for stdout.
struct OutputBuffer {
    private var bytes: [UInt8] = []

    mutating func write(_ line: String) throws {
        bytes.append(contentsOf: line.utf8)
        bytes.append(0x0A)
        if bytes.count > 1 << 16 { try flush() }
    }

    mutating func flush() throws {
        try StandardOutput.write(bytes)
        bytes.removeAll(keepingCapacity: true)
    }
}

/// Prints while work goes on that must not end with stdout, such as a training: what went wrong is thrown when it is done.
struct PatientOutput {
    private var failure: (any Error)?

    mutating func print(_ line: String) {
        guard failure == nil else { return }
        do { try StandardOutput.print(line) } catch { failure = error }
    }

    func check() throws {
        if let failure { throw failure }
    }
}
