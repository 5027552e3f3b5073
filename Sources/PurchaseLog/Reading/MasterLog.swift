import Shop

/// Master: which subcategory each product belongs to, and the categories above it.
struct MasterLog {
    /// The products that have a subcategory.
    private(set) var products: IdentifierTable
    /// By product: its subcategory, a position in ``subcategories``.
    private(set) var subcategory: [UInt32] = []
    /// Every subcategory of the file, in the order first seen.
    private(set) var subcategories: [Subcategory] = []
    private(set) var tally: ReadingTally
    private(set) var settled: [String: Int] = [:]

    /// The three names of a product, by their numbers in a chunk's table of names.
    private struct Path: Hashable {
        var category: UInt32
        var middle: UInt32
        var subcategory: UInt32
    }

    /// How many products name a pair of categories for a subcategory.
    private struct Vote {
        var category: String
        var middle: String?
        var products = 0
        /// The number of the first of them.
        var firstProduct = UInt32.max

        mutating func add(_ product: UInt32) {
            products += 1
            firstProduct = min(firstProduct, product)
        }
    }

    private struct Row {
        var product: Identifier
        /// A position in `paths`.
        var path: UInt32
    }

    private struct Part {
        var rows: [Row] = []
        var names = IdentifierTable()
        var paths: [Path] = []
        var pathNumbers: [Path: UInt32] = [:]
        var lastPath: (path: Path, number: UInt32)?
        var unclassified = 0
        /// Keeps alive what the rows point into.
        let arena: TextArena

        init(_ start: PartStart) {
            arena = start.arena
            rows.reserveCapacity(start.expectedRows)
        }

        mutating func number(of path: Path) -> UInt32 {
            if let lastPath, lastPath.path == path { return lastPath.number }
            let next = UInt32(paths.count)
            let number = pathNumbers[path] ?? next
            if number == next {
                pathNumbers[path] = next
                paths.append(path)
            }
            lastPath = (path, number)
            return number
        }
    }

    init(_ log: LogBytes, advanced: @Sendable (Int, Int) -> Void) throws {
        let reader = try LogReader(
            log, required: ["PD_C", "CLAC1_NM", "CLAC3_NM"], optional: ["CLAC2_NM"], text: ["PD_NM"])
        let (parts, tally) = reader.read(
            make: { Part($0) },
            row: { part, row in
                let product = row.bytes(0)
                if product.isMissing { return RowFault(reason: .missingID, column: 0) }
                guard let productID = row.identifier(product) else {
                    return RowFault(reason: .unreadableID, column: 0)
                }
                let subcategory = row.bytes(2)
                // A product without a subcategory is as good as one that is not in Master.
                if subcategory.isMissing {
                    part.unclassified += 1
                    return nil
                }
                let category = row.bytes(1)
                if category.isMissing { return RowFault(reason: .missingCategory, column: 1) }
                let middle = row.bytes(3)
                let path = Path(
                    category: part.names.insert(Identifier(category.buffer)).index,
                    middle: middle.isMissing ? .max : part.names.insert(Identifier(middle.buffer)).index,
                    subcategory: part.names.insert(Identifier(subcategory.buffer)).index)
                part.rows.append(Row(product: productID, path: part.number(of: path)))
                return nil
            }, advanced: advanced)
        self.tally = tally
        products = IdentifierTable(minimumCapacity: tally.rows)
        subcategory.reserveCapacity(tally.rows)
        let unclassified = parts.reduce(0) { $0 + $1.unclassified }
        if unclassified > 0 { settled["product_without_subcategory"] = unclassified }
        withExtendedLifetime(parts) { join(parts, of: log) }
        products.freeze()
    }

    /// Numbers products and subcategories.
    ///
    /// A product that stands twice belongs where its first row puts it. A subcategory under several categories belongs
    /// under the pair of `CLAC1_NM` and `CLAC2_NM` that most of its products name; among equals that of the first of
    /// these products.
    private mutating func join(_ parts: [Part], of log: LogBytes) {
        var numbers: [String: UInt32] = [:]
        var votes: [[Vote]] = []
        for part in parts {
            let names = (0..<part.names.count).map { part.names.withBytes(of: UInt32($0), log.text) }
            // For each of the chunk's paths its subcategory, and its place among that subcategory's votes.
            let places = part.paths.map { path -> (subcategory: UInt32, vote: Int) in
                let name = names[Int(path.subcategory)]
                let number = numbers[name] ?? UInt32(numbers.count)
                if Int(number) == numbers.count {
                    numbers[name] = number
                    votes.append([])
                }
                let category = names[Int(path.category)]
                let middle = path.middle == .max ? nil : names[Int(path.middle)]
                let known = votes[Int(number)].firstIndex { $0.category == category && $0.middle == middle }
                if let known { return (number, known) }
                votes[Int(number)].append(Vote(category: category, middle: middle))
                return (number, votes[Int(number)].count - 1)
            }
            for row in part.rows {
                let place = places[Int(row.path)]
                let (product, isNew) = products.insert(row.product)
                if isNew {
                    subcategory.append(place.subcategory)
                    votes[Int(place.subcategory)][place.vote].add(product)
                } else {
                    settled["product_repeated", default: 0] += 1
                    if subcategory[Int(product)] != place.subcategory {
                        settled["product_in_two_subcategories", default: 0] += 1
                    }
                }
            }
        }
        let names = numbers.sorted { $0.value < $1.value }.map(\.key)
        for (name, votes) in zip(names, votes) {
            if votes.count(where: { $0.products > 0 }) > 1 {
                settled["subcategory_in_two_categories", default: 0] += 1
            }
            // `max` takes the first among equals: of pairs that only rows of repeated products name, the first seen.
            let chosen = votes.max { ($0.products, $1.firstProduct) < ($1.products, $0.firstProduct) }!
            subcategories.append(
                Subcategory(name: name, middleCategory: chosen.middle, category: chosen.category))
        }
    }
}
