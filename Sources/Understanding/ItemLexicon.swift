import Shop

/// The catalog's names as people say them: exactly, in part, misspelt, or in the other language.
///
/// Exact names, aliases and categories are keys of tries over units; parts of names are found through ``PartIndex``.
struct ItemLexicon: Sendable {
    let catalog: Catalog
    private let names: UnitTrie
    private let entries: [Entry]
    private let aliases: UnitTrie
    /// Groups of the alias table by alias.
    private let aliasGroups: [[Int32]]
    /// The words of each group, scanned once: they are looked up in the catalog again and again.
    private let groups: [[ScannedLine]]
    private let categories: UnitTrie
    private let categoryEntries: [CategoryEntry]
    let parts: PartIndex

    /// The items that a key stands for, all of the key's best tier.
    private struct Entry: Sendable {
        var items: [ItemID]
        var tier: KeyTier
    }

    private struct CategoryEntry: Sendable {
        var names: [String]
        var tier: KeyTier
        var isAlias: Bool
    }

    /// At most so many options are offered.
    private static let optionLimit = 40

    init(catalog: Catalog, aliases table: AliasTable) {
        self.catalog = catalog
        var keyed: [(key: [TextUnit], tier: KeyTier, item: ItemID)] = []
        for (item, subcategory) in catalog.subcategories.enumerated() {
            for (key, tier) in NameKeys.keys(of: subcategory.name) { keyed.append((key, tier, item)) }
        }
        let grouped = Self.grouped(keyed)
        names = UnitTrie(sortedKeys: grouped.map { $0.key[...] }, values: grouped.indices.map(Int32.init))
        entries = grouped.map { Entry(items: $0.values, tier: $0.tier) }
        groups = table.groups.map { words in words.map { ScannedLine($0) } }

        var aliasKeys: [(key: [TextUnit], tier: KeyTier, item: Int)] = []
        for (group, words) in table.groups.enumerated() {
            for word in words {
                for (key, tier) in NameKeys.keys(of: word) where tier <= .derived {
                    aliasKeys.append((key, .exact, group))
                }
            }
        }
        let groupedAliases = Self.grouped(aliasKeys)
        aliases = UnitTrie(
            sortedKeys: groupedAliases.map { $0.key[...] }, values: groupedAliases.indices.map(Int32.init))
        aliasGroups = groupedAliases.map { $0.values.map(Int32.init) }
        (categories, categoryEntries) = Self.categoryIndex(catalog, table)
        parts = PartIndex(names: catalog.subcategories.map(\.name))
    }

    /// Keys sorted, each once, with the values of its best tier in ascending order.
    private static func grouped(
        _ keyed: [(key: [TextUnit], tier: KeyTier, item: Int)]
    ) -> [(key: [TextUnit], tier: KeyTier, values: [Int])] {
        let sorted = keyed.sorted {
            if $0.key != $1.key { return $0.key.lexicographicallyPrecedes($1.key) }
            return ($0.tier, $0.item) < ($1.tier, $1.item)
        }
        var result: [(key: [TextUnit], tier: KeyTier, values: [Int])] = []
        for entry in sorted {
            if let last = result.last, last.key == entry.key {
                if entry.tier == last.tier, last.values.last != entry.item {
                    result[result.count - 1].values.append(entry.item)
                }
            } else {
                result.append((entry.key, entry.tier, [entry.item]))
            }
        }
        return result
    }

    private static func categoryIndex(_ catalog: Catalog, _ table: AliasTable) -> (UnitTrie, [CategoryEntry]) {
        let categoryNames = catalog.categories + catalog.middleCategories.filter { !catalog.categories.contains($0) }
        var keyed: [(key: [TextUnit], tier: KeyTier, item: Int)] = []
        for (index, name) in categoryNames.enumerated() {
            for (key, tier) in NameKeys.keys(of: name) { keyed.append((key, tier, index)) }
            // Both sides of a slash stand for a category, in English too: nobody says all of it.
            for part in NameKeys.withoutBrackets(name).split(separator: "/") {
                let units = ScannedLine(part).units
                if units.count >= 2 { keyed.append((units, .component, index)) }
            }
        }
        let direct = grouped(keyed)
        var indexByKey: [[TextUnit]: Int] = [:]
        for (index, entry) in direct.enumerated() { indexByKey[entry.key] = index }
        for words in table.groups {
            let keys = words.map { ScannedLine($0).units }
            guard let known = keys.lazy.compactMap({ indexByKey[$0] }).first else { continue }
            for key in keys where indexByKey[key] == nil {
                for value in direct[known].values { keyed.append((key, .alias, value)) }
            }
        }
        let all = grouped(keyed)
        let trie = UnitTrie(sortedKeys: all.map { $0.key[...] }, values: all.indices.map(Int32.init))
        let entries = all.map { entry in
            // A CLAC1 name goes before a CLAC2 name of the same sound.
            let main = entry.values.filter { $0 < catalog.categories.count }
            return CategoryEntry(
                names: (main.isEmpty ? entry.values : main).map { categoryNames[$0] }, tier: entry.tier,
                isAlias: entry.tier == .alias)
        }
        return (trie, entries)
    }

    // MARK: Looking up

    /// Names and aliases that begin at a boundary, said in full: longest first.
    func exactMatches(in line: ScannedLine, at start: Int) -> [NameMatch] {
        guard line.marks[start].contains(.cut), !line.isInsideWord(start) else { return [] }
        var found: [NameMatch] = []
        names.forEachPrefix(of: line.units, from: start) { index, end in
            guard line.marks[end].contains(.cut), !line.isInsideWord(end) else { return }
            let entry = entries[Int(index)]
            found.append(
                NameMatch(
                    naming: naming(entry.items), end: end, isCatalogName: true,
                    cost: entry.tier == .exact ? 0 : entry.tier == .derived ? 1 : 2))
        }
        aliases.forEachPrefix(of: line.units, from: start) { index, end in
            guard line.marks[end].contains(.cut), !line.isInsideWord(end) else { return }
            guard !found.contains(where: { $0.end == end }) else { return }
            // The catalog's own names go first, a part of one too.
            guard partItems(in: line, range: start..<end) == nil else { return }
            if let items = exactItems(ofGroups: aliasGroups[Int(index)]) {
                found.append(NameMatch(naming: naming(items), end: end, isCatalogName: false, cost: 2))
            }
        }
        return found.sorted { $0.end > $1.end }
    }

    /// Categories that begin at a boundary, longest first; only those that stand for a single one.
    func categoryMatches(in line: ScannedLine, at start: Int) -> [(name: String, end: Int, cost: Int)] {
        guard line.marks[start].contains(.cut), !line.isInsideWord(start) else { return [] }
        var found: [(name: String, end: Int, cost: Int)] = []
        categories.forEachPrefix(of: line.units, from: start) { index, end in
            let entry = categoryEntries[Int(index)]
            guard line.marks[end].contains(.cut), !line.isInsideWord(end), entry.names.count == 1 else { return }
            // 식빵 is an item even where a category is called 빵.
            guard !entry.isAlias || names.value(of: line.units[start..<end]) == nil else { return }
            found.append((entry.names[0], end, entry.isAlias ? 3 : entry.tier == .component ? 1 : 0))
        }
        return found.reversed()
    }

    /// What a stretch names in part or misspelt; `nil` where it is like no name at all.
    func looseMatch(in line: ScannedLine, range: Range<Int>) -> NameMatch? {
        let key = line.units[range]
        if let items = partItems(in: line, range: range) {
            return NameMatch(naming: naming(items), end: range.upperBound, isCatalogName: true, cost: 6)
        }
        let groups = aliases.value(of: key).map { aliasGroups[Int($0)] }
        if let groups {
            guard let items = looseItems(ofGroups: groups) else {
                return NameMatch(naming: .missingGood, end: range.upperBound, isCatalogName: false, cost: 12)
            }
            return NameMatch(naming: naming(items), end: range.upperBound, isCatalogName: false, cost: 7)
        }
        return misspelt(key, in: line, range: range)
    }

    /// Whether the stretch is a word for a common good, whatever the catalog has.
    func isGood(_ key: ArraySlice<TextUnit>) -> Bool { aliases.value(of: key) != nil || names.value(of: key) != nil }

    private func misspelt(_ key: ArraySlice<TextUnit>, in line: ScannedLine, range: Range<Int>) -> NameMatch? {
        let isLatin = key.allSatisfy(\.isLatin)
        guard key.count >= (isLatin ? 4 : 5), key.contains(where: { $0.isLatin || Jamo.isJamo($0) }) else { return nil }
        let found = names.valuesOneEdit(from: key).map { entries[Int($0)] }
        if let best = found.map(\.tier).min() {
            let items = Array(Set(found.filter { $0.tier == best }.flatMap(\.items))).sorted()
            return NameMatch(naming: naming(items), end: range.upperBound, isCatalogName: true, cost: 8)
        }
        let groups = aliases.valuesOneEdit(from: key).flatMap { aliasGroups[Int($0)] }
        if !groups.isEmpty, let items = looseItems(ofGroups: groups) {
            return NameMatch(naming: naming(items), end: range.upperBound, isCatalogName: false, cost: 9)
        }
        if isLatin || key.contains(where: \.isLatin) {
            let words = PartIndex.latinWords(of: line, in: range)
            if words.count >= 1, words.allSatisfy({ $0.count >= 3 }) {
                let items = parts.items(withWords: words, tolerant: true)
                if !items.isEmpty {
                    return NameMatch(naming: naming(items), end: range.upperBound, isCatalogName: true, cost: 9)
                }
            }
        }
        return nil
    }

    private func partItems(in line: ScannedLine, range: Range<Int>) -> [ItemID]? {
        let key = line.units[range]
        if key.allSatisfy({ $0.isLatin || $0.isDigit }) {
            guard key.count >= 2, key.contains(where: \.isLatin) else { return nil }
            let items = parts.items(withWords: PartIndex.latinWords(of: line, in: range), tolerant: false)
            return items.isEmpty ? nil : items
        }
        let items = parts.items(containing: PartIndex.characterHashes(of: line, in: range))
        return items.isEmpty ? nil : items
    }

    private func naming(_ items: [ItemID]) -> Naming {
        items.count == 1 ? .item(items[0]) : .ambiguous(Array(items.prefix(Self.optionLimit)))
    }

    private func exactItems(ofGroups groups: [Int32]) -> [ItemID]? {
        for group in groups {
            for word in self.groups[Int(group)] {
                guard let index = names.value(of: word.units) else { continue }
                return entries[Int(index)].items
            }
        }
        return nil
    }

    /// The items of the first word of the groups that the catalog has a name or a part of a name for.
    func looseItems(ofGroups groups: [Int32]) -> [ItemID]? {
        if let exact = exactItems(ofGroups: groups) { return exact }
        for group in groups {
            for word in self.groups[Int(group)] {
                if let items = partItems(in: word, range: 0..<word.count) { return items }
            }
        }
        return nil
    }

    // MARK: Suggestions

    /// The catalog's names that are most like what was said, best first: shared syllables and words, then spelling.
    func nearestItems(to text: String, limit: Int) -> [ItemID] {
        let line = ScannedLine(text)
        guard line.count > 0, limit > 0 else { return [] }
        var scores: [ItemID: Double] = [:]
        for (item, shared) in parts.overlaps(with: line) { scores[item] = Double(shared) }
        if let index = aliases.value(of: line.units) {
            for item in looseItems(ofGroups: aliasGroups[Int(index)]) ?? [] { scores[item, default: 0] += 4 }
        }
        let all = catalog.count <= 20_000 ? Array(0..<catalog.count) : Array(scores.keys)
        for item in all {
            let units = ScannedLine(catalog.name(of: item)).units
            let limit = max(1, min(units.count, line.count) / 2)
            let distance = OneEdit.distance(line.units, units, limit: limit)
            if distance <= limit { scores[item, default: 0] += 3 * (1 - Double(distance) / Double(limit + 1)) }
        }
        let sorted = scores.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return sorted.prefix(limit).map(\.key)
    }
}
