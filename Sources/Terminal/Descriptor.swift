import Foundation

/// Whole writes to a file descriptor.
enum Descriptor {
    /// Writes all of the text. Returns whether it got through: a reader that has gone away is no error of ours.
    @discardableResult
    static func write(_ text: String, to descriptor: Int32) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            var written = 0
            while written < bytes.count {
                let count = Foundation.write(descriptor, bytes.baseAddress! + written, bytes.count - written)
                if count > 0 {
                    written += count
                } else if errno == EAGAIN {
                    var watched = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    poll(&watched, 1, -1)
                } else if errno != EINTR {
                    return false
                }
            }
            return true
        }
    }
}
