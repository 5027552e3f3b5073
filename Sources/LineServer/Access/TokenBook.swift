import Crypto
import Dialogue
import Foundation
import Shop

/// The tokens that a server knows: for each a role, the SHA-256 of its bytes, and a name for people.
///
///     # who            hash of the token                                                     name
///     frontend 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 web-shop
///
/// The file holds no token, so whoever reads it can't speak as anybody.
public struct TokenBook: Sendable {
    /// A token's owner.
    public struct Holder: Hashable, Sendable {
        public var role: Role
        public var name: String
    }

    private struct Entry {
        var hash: [UInt8]
        var holder: Holder
    }

    private let entries: [Entry]

    public var count: Int { entries.count }

    /// Reads a tokens file.
    ///
    /// - Throws: ``TokenFileError`` with the line that can't be read.
    public init(contentsOf path: String) throws {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw TokenFileError.unreadable(path: path)
        }
        guard let text = String(validating: data, as: UTF8.self) else { throw TokenFileError.notText(path: path) }
        try self.init(text, path: path)
    }

    /// - Parameter path: what errors call the file.
    public init(_ text: String, path: String = "tokens") throws {
        var entries: [Entry] = []
        var firstLine: [[UInt8]: Int] = [:]
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = line.trimmingCharacters(in: .whitespacesAndNewlines)
            if line.isEmpty || line.hasPrefix("#") { continue }
            let place = TokenFileError.Place(path: path, line: index + 1)
            let entry = try Self.entry(line, at: place)
            if let first = firstLine.updateValue(index + 1, forKey: entry.hash) {
                throw TokenFileError.duplicate(place, first: first)
            }
            entries.append(entry)
        }
        self.entries = entries
    }

    private static func entry(_ line: String, at place: TokenFileError.Place) throws -> Entry {
        let fields = line.split(maxSplits: 2, whereSeparator: \.isWhitespace).map(String.init)
        guard fields.count == 3 else { throw TokenFileError.fields(place) }
        guard let role = Role(rawValue: fields[0]), role != .customer else {
            throw TokenFileError.role(place)
        }
        guard let hash = bytes(ofHex: fields[1]), hash.count == SHA256.byteCount else {
            throw TokenFileError.hash(place)
        }
        return Entry(hash: hash, holder: Holder(role: role, name: fields[2]))
    }

    private static func bytes(ofHex text: String) -> [UInt8]? {
        let digits = text.compactMap(\.hexDigitValue)
        guard digits.count == text.count, digits.count.isMultiple(of: 2) else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    /// Whose token that is. The time that this takes depends on the number of entries alone, not on how much of a token
    /// was right.
    public func holder(of token: String) -> Holder? {
        let hash = Array(SHA256.hash(data: Data(token.utf8)))
        var found: Holder?
        for entry in entries {
            var difference: UInt8 = 0
            for index in 0..<SHA256.byteCount { difference |= hash[index] ^ entry.hash[index] }
            if difference == 0 { found = entry.holder }
        }
        return found
    }

    /// A new token of 256 random bits, and its line for the file.
    public static func makeToken(role: Role, name: String) -> (token: String, line: String) {
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        let token = Data(bytes).base64EncodedString()
            .replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
            .replacingOccurrences(of: "=", with: "")
        let hash = SHA256.hash(data: Data(token.utf8)).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
        return (token, "\(role.rawValue) \(hash) \(name)")
    }
}

/// What is wrong with a tokens file.
public enum TokenFileError: ReportableError, Hashable {
    public struct Place: Hashable, Sendable {
        public var path: String
        public var line: Int
    }

    case unreadable(path: String)
    case notText(path: String)
    case fields(Place)
    case role(Place)
    case hash(Place)
    case duplicate(Place, first: Int)

    public var message: String {
        switch self {
        case .unreadable(let path):
            "\(path): the tokens file can't be read; make one with `dami token staff NAME >> \(path)`"
        case .notText(let path): "\(path): not UTF-8; a tokens file has a line `ROLE SHA256 NAME` per token"
        case .fields(let place): "\(place.path):\(place.line): a token's line is `ROLE SHA256 NAME`"
        case .role(let place): "\(place.path):\(place.line):1: the role must be guest, frontend or staff"
        case .hash(let place):
            "\(place.path):\(place.line): the second word must be a SHA-256 of 64 hexadecimal digits, as "
                + "`printf %s TOKEN | sha256sum` prints it"
        case .duplicate(let place, let first): "\(place.path):\(place.line): the same token stands on line \(first)"
        }
    }
}
