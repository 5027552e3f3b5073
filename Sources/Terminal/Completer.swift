import Dialogue
import Foundation
import Shop
import Understanding

/// What Tab could mean: slash commands, their arguments, and the names of items and categories.
///
/// A name is found by its beginning, in whichever way it was typed:
///
/// | typed | name |
/// | --- | --- |
/// | `바디` · `ba` | 바디워시 · Bagels: the beginning itself |
/// | `샤` · `샴ㅍ` | 샴푸: a syllable that is not finished |
/// | `ㅅㅍ` | 샴푸: initial consonants, all of them before some of them |
/// | `tia` · `ㅡㅑㅣ` | 샴푸 · Milk: typed on the other keyboard layout |
///
/// The ways are tried in this order, and the first that finds anything counts. Spaces in names may be left out.
struct Completer: Sendable {
    private struct Name: Sendable {
        var text: String
        /// As typed by a person in a hurry: no spaces, small letters.
        var folded: String
        /// The keys that type it on a Korean keyboard.
        var keys: String
        /// The first key of each syllable; what is not Hangul has none.
        var initials: String
    }

    private let commands: [SlashCommand]
    private let items: [Name]
    private let categories: [Name]

    init(catalog: Catalog, isStaff: Bool) {
        commands = SlashCommand.all.filter { isStaff || !$0.isStaff }
        items = Self.names(catalog.subcategories.map(\.name))
        categories = Self.names(catalog.categories + catalog.middleCategories)
    }

    private static func names(_ names: [String]) -> [Name] {
        Set(names).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { text in
            let folded = fold(text)
            return Name(
                text: text, folded: folded, keys: keys(of: folded),
                initials: String(folded.map { isHangul($0) ? keys(of: String($0)).first ?? "?" : "\0" }))
        }
    }

    /// What Tab does with the cursor at `cursor`, in code points.
    ///
    /// - Parameter cart: the names in the cart, which `/remove` completes.
    func completion(of line: String, cursor: Int, cart: [String] = []) -> Completion? {
        let before = String(String.UnicodeScalarView(line.unicodeScalars.prefix(cursor)))
        if before.hasPrefix("/") {
            guard let space = before.firstIndex(of: " ") else { return command(before) }
            return argument(
                of: String(before[..<space]), typed: String(before[before.index(after: space)...]), cart: cart)
        }
        return text(before)
    }

    // MARK: - Slash commands

    private func command(_ typed: String) -> Completion? {
        let found = commands.filter { $0.name.hasPrefix(typed.lowercased()) }
        guard let first = found.first else { return nil }
        if found.count == 1 {
            return Completion(
                replaced: typed.unicodeScalars.count, text: first.name + (first.arguments.isEmpty ? "" : " "))
        }
        return choice(among: found.map(\.name), typed: typed)
    }

    private func argument(of command: String, typed: String, cart: [String]) -> Completion? {
        switch command {
        case "/add", "/exclude", "/similar", "/score": return name(Self.lastInList(typed), among: items, quoting: true)
        case "/remove": return name(Self.lastInList(typed), among: Self.names(cart), quoting: true)
        case "/filter": return name(typed, among: categories)
        case "/profile", "/whatif": return word(typed, among: ["F", "M"])
        case "/language": return word(typed, among: ["ko", "en"])
        case "/json", "/suggest", "/trace": return word(typed, among: ["on", "off"])
        default: return nil
        }
    }

    /// What stands behind the last comma that is not within quotes, without the spaces before it.
    private static func lastInList(_ typed: String) -> String {
        var isQuoted = false
        var start = typed.startIndex
        for index in typed.indices {
            if typed[index] == "\"" { isQuoted.toggle() }
            if typed[index] == ",", !isQuoted { start = typed.index(after: index) }
        }
        return String(typed[start...].drop { $0 == " " || $0 == "\"" })
    }

    private func word(_ typed: String, among words: [String]) -> Completion? {
        let found = words.filter { $0.lowercased().hasPrefix(typed.lowercased()) }
        return found.isEmpty ? nil : choice(among: found, typed: typed)
    }

    // MARK: - Names

    /// In a sentence a name may be of several words: the longest part before the cursor that begins one is completed.
    private func text(_ before: String) -> Completion? {
        var starts: [String.Index] = []
        var isAtStart = true
        for index in before.indices {
            let isSeparator = before[index] == " " || before[index] == ","
            if isAtStart, !isSeparator { starts.append(index) }
            isAtStart = isSeparator
        }
        for start in starts.suffix(4) {
            if let found = name(String(before[start...]), among: items + categories) { return found }
        }
        return nil
    }

    private func name(_ typed: String, among names: [Name], quoting: Bool = false) -> Completion? {
        guard !typed.isEmpty else { return nil }
        let found = matches(typed, among: names)
        guard let first = found.first else { return nil }
        guard found.count == 1 || found.allSatisfy({ $0 == first }) else { return choice(among: found, typed: typed) }
        let text = quoting && first.contains(",") ? "\"\(first)\"" : first
        return Completion(replaced: typed.unicodeScalars.count, text: text)
    }

    private func matches(_ typed: String, among names: [Name]) -> [String] {
        let folded = Self.fold(typed)
        guard !folded.isEmpty else { return [] }
        let keys = Self.keys(of: folded)
        let isInitials = folded.unicodeScalars.allSatisfy { (0x3131...0x314E).contains($0.value) }
        // Behind a finished name a space is the next word's.
        let isFinished = typed.hasSuffix(" ")
        let ways: [(Name) -> Bool] = [
            { $0.folded.hasPrefix(folded) && !(isFinished && $0.folded == folded) },
            { !isInitials && folded.contains(where: Self.isHangul) && $0.keys.hasPrefix(keys) },
            { isInitials && $0.initials == keys },
            { isInitials && $0.initials.hasPrefix(keys) },
            { $0.keys.hasPrefix(keys) },
        ]
        for way in ways {
            let found = names.filter(way)
            if isFinished, found.isEmpty { return [] }
            if !found.isEmpty { return found.map(\.text) }
        }
        return []
    }

    /// Several candidates: their common beginning where that is more than was typed.
    private func choice(among candidates: [String], typed: String) -> Completion {
        let shared = candidates.dropFirst().reduce(candidates[0]) { shared, candidate in
            String(zip(shared, candidate).prefix { $0 == $1 }.map(\.0))
        }
        let isProgress =
            Self.keys(of: Self.fold(shared)).hasPrefix(Self.keys(of: Self.fold(typed)))
            && shared.count >= typed.count && shared != typed
        return Completion(
            replaced: typed.unicodeScalars.count, text: isProgress ? shared : typed,
            candidates: candidates.count > 1 ? candidates : [])
    }

    private static func fold(_ text: String) -> String {
        text.precomposedStringWithCanonicalMapping.lowercased().filter { $0 != " " }
    }

    private static func keys(of text: String) -> String { KeyboardLayout.latin(typedAsHangul: text) }

    private static func isHangul(_ character: Character) -> Bool {
        character.unicodeScalars.contains {
            (0xAC00...0xD7A3).contains($0.value) || (0x3131...0x318E).contains($0.value)
        }
    }
}
