import Foundation

/// How the text of a log is written. Only names, genders, ages and ids that are not ASCII need to be decoded.
public enum LogEncoding: String, Hashable, Sendable, Codable, CaseIterable {
    case utf8 = "utf-8"
    /// Unified Hangul Code (Windows code page 949), which contains EUC-KR.
    case cp949

    /// The text of some bytes, or `nil` where they are not written in this encoding.
    func decode(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        if bytes.allSatisfy({ $0 < 0x80 }) { return String(decoding: bytes, as: UTF8.self) }
        switch self {
        case .utf8:
            return String(validating: bytes, as: UTF8.self)
        case .cp949:
            return Self.convert(bytes)
        }
    }

    /// Through the C library's iconv, which knows every character of the code page.
    private static func convert(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        guard let converter = iconv_open("UTF-8", "CP949"), Int(bitPattern: converter) != -1 else { return nil }
        defer { iconv_close(converter) }
        // Two bytes become three.
        var output = [CChar](repeating: 0, count: bytes.count * 2 + 8)
        var input: UnsafeMutablePointer<CChar>? = UnsafeMutableRawPointer(mutating: bytes.baseAddress!)
            .assumingMemoryBound(to: CChar.self)
        var inputLeft = bytes.count
        let capacity = output.count
        let written: Int? = output.withUnsafeMutableBufferPointer { buffer in
            var next: UnsafeMutablePointer<CChar>? = buffer.baseAddress
            var outputLeft = capacity
            let status = iconv(converter, &input, &inputLeft, &next, &outputLeft)
            return status == Int.max || status == -1 || inputLeft > 0 ? nil : capacity - outputLeft
        }
        guard let written else { return nil }
        return output[..<written].withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }
}
