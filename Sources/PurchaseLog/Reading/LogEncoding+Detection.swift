import Foundation

extension LogEncoding {
    private static let regions = 64
    private static let fieldsOfRegion = 64
    /// A longer field is cut; it is none that a log means.
    private static let longestField = 1 << 16

    /// The encoding in which most of a file's fields that are not plain ASCII can be read; UTF-8 before CP949.
    ///
    /// A vote, not a test of all bytes: one name cut in the middle of a character must not turn the others to noise. The
    /// first such fields of each of 64 equal parts of the file vote, so that a large file is judged at all its length,
    /// and a file with few of them by every one; the rest is looked through eight bytes at a time.
    static func detect(_ bytes: UnsafeRawBufferPointer) -> LogEncoding {
        var telling = 0
        var valid = 0
        var position = 0
        for region in 1...regions {
            let end = bytes.count * region / regions
            var left = fieldsOfRegion
            while left > 0, let found = firstNonASCII(in: bytes, from: position, to: end) {
                let field = field(around: found, in: bytes)
                telling += 1
                if String(validating: UnsafeRawBufferPointer(rebasing: bytes[field]), as: UTF8.self) != nil {
                    valid += 1
                }
                position = field.upperBound
                left -= 1
            }
            position = max(position, end)
        }
        return valid * 2 >= telling ? .utf8 : .cp949
    }

    private static func firstNonASCII(in bytes: UnsafeRawBufferPointer, from start: Int, to end: Int) -> Int? {
        var position = start
        while position + 8 <= end {
            let word = bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)
            if word & 0x8080_8080_8080_8080 != 0 { break }
            position += 8
        }
        while position < end {
            if bytes[position] >= 0x80 { return position }
            position += 1
        }
        return nil
    }

    /// What stands between the commas or line ends around a byte. Neither is a part of a character in either encoding.
    private static func field(around position: Int, in bytes: UnsafeRawBufferPointer) -> Range<Int> {
        func ends(_ byte: UInt8) -> Bool { byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\n") }
        let range = max(0, position - longestField)..<min(bytes.count, position + longestField)
        let start = bytes[range.lowerBound..<position].lastIndex(where: ends).map { $0 + 1 } ?? range.lowerBound
        let end = bytes[position..<range.upperBound].firstIndex(where: ends) ?? range.upperBound
        return start..<end
    }
}
