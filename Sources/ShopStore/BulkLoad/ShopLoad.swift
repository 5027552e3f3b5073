import Dispatch
import Foundation
import PurchaseLog
import Shop
import Synchronization

/// Packs customers, sessions and baskets of a prepared shop into the b-trees of their tables and indexes.
///
/// The trees are cut into parts that are packed on all cores. Where the cuts lie depends on the shop alone, so the same
/// shop gives the same bytes on any machine.
struct ShopLoad: Sendable {
    /// The b-trees of the schema that are loaded, by the names in `sqlite_schema`.
    enum Tree: String, CaseIterable, Sendable {
        case customers
        case customersByCode = "sqlite_autoindex_customers_1"
        case sessions
        case sessionsByCustomer = "sessions_by_customer"
        case basketLines = "basket_lines"

        var kind: LeafPages.Kind {
            switch self {
            case .customers, .sessions: .table
            case .customersByCode, .sessionsByCustomer, .basketLines: .index
            }
        }
    }

    /// A part of a tree: a range of customers or of sessions.
    private struct Task: Sendable {
        var tree: Tree
        var range: Range<Int>
    }

    static let pageSize = 8_192
    /// How many customers or sessions make a part.
    private static let partSize = 50_000

    private let shop: PreparedShop

    init(_ shop: PreparedShop) { self.shop = shop }

    /// Loads the file at `path`, whose tables are empty.
    ///
    /// - Parameters:
    ///   - roots: the root page of each tree.
    ///   - progress: told how many parts of how many are packed; called on any thread.
    func load(
        into path: String, roots: [Tree: Int], progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void
    ) throws {
        let tasks = tasks()
        var packed: [TreePart?] = Array(repeating: nil, count: tasks.count)
        let codeOrder = customersByCode()
        let done = Mutex(0)
        packed.withUnsafeMutableBufferPointer { packed in
            // Each iteration writes its own element.
            nonisolated(unsafe) let packed = packed
            DispatchQueue.concurrentPerform(iterations: tasks.count) { index in
                packed[index] = pack(tasks[index], codeOrder: codeOrder)
                let count = done.withLock { done in
                    done += 1
                    return done
                }
                progress(count, tasks.count)
            }
        }
        var file = try BTreeFile(path: path, pageSize: Self.pageSize)
        for tree in Tree.allCases {
            let parts = tasks.indices.filter { tasks[$0].tree == tree }.map { packed[$0]! }
            file.add(parts, kind: tree.kind, root: roots[tree]!)
        }
        try file.finish()
    }

    private func tasks() -> [Task] {
        Tree.allCases.flatMap { tree in
            let count =
                switch tree {
                case .customers, .customersByCode: shop.customers.count
                case .sessions, .sessionsByCustomer, .basketLines: shop.sessions.count
                }
            // The last part takes the rest, so that none is too small to have a leaf.
            let parts = max(1, count / Self.partSize)
            return (0..<parts).map { part in
                Task(tree: tree, range: part * Self.partSize..<(part == parts - 1 ? count : (part + 1) * Self.partSize))
            }
        }
    }

    private func pack(_ task: Task, codeOrder: [UInt32]) -> TreePart {
        let bytesPerRow =
            switch task.tree {
            case .customers, .customersByCode: 24
            case .sessions: 44
            case .sessionsByCustomer: 16
            case .basketLines: 64
            }
        var leaves = LeafPages(
            kind: task.tree.kind, pageSize: Self.pageSize, beginsTree: task.range.lowerBound == 0,
            expectedBytes: task.range.count * bytesPerRow)
        var record = RecordWriter()
        switch task.tree {
        case .customers: for index in task.range { appendCustomer(index, &record, to: &leaves) }
        case .customersByCode: for place in task.range { appendCode(codeOrder[place], &record, to: &leaves) }
        case .sessions: packSessions(task.range, &record, to: &leaves)
        case .sessionsByCustomer: packSessionKeys(task.range, &record, to: &leaves)
        case .basketLines: packLines(task.range, &record, to: &leaves)
        }
        return TreePart(leaves)
    }

    // MARK: - Rows

    private func appendCustomer(_ index: Int, _ record: inout RecordWriter, to leaves: inout LeafPages) {
        let customer = shop.customers[index]
        record.begin()
        // The rowid stands in the cell; its column is empty.
        record.appendNull()
        record.append(text: customer.id)
        switch customer.profile.gender {
        case .female: record.append("F")
        case .male: record.append("M")
        case nil: record.appendNull()
        }
        if let age = customer.profile.age { record.append(age) } else { record.appendNull() }
        leaves.append(rowID: index + 1, record)
    }

    private func appendCode(_ index: UInt32, _ record: inout RecordWriter, to leaves: inout LeafPages) {
        record.begin()
        record.append(text: shop.customers[Int(index)].id)
        record.append(Int(index) + 1)
        leaves.append(record)
    }

    private func packSessions(_ range: Range<Int>, _ record: inout RecordWriter, to leaves: inout LeafPages) {
        var dates = DateTexts()
        for (customer, index) in customers(ofSessions: range) {
            let session = shop.sessions[index]
            record.begin()
            record.appendNull()
            record.append(customer + 1)
            shop.withSessionID(session) { record.append($0) }
            record.append(session.sequence)
            if let day = session.day { record.append(text: dates.text(ofDay: day)) } else { record.appendNull() }
            switch session.split {
            case .none: record.appendNull()
            case .train: record.append("train")
            case .test: record.append("test")
            }
            record.append("log")
            leaves.append(rowID: index + 1, record)
        }
    }

    private func packSessionKeys(_ range: Range<Int>, _ record: inout RecordWriter, to leaves: inout LeafPages) {
        for (customer, index) in customers(ofSessions: range) {
            record.begin()
            record.append(customer + 1)
            record.append(shop.sessions[index].sequence)
            record.append(index + 1)
            leaves.append(record)
        }
    }

    private func packLines(_ range: Range<Int>, _ record: inout RecordWriter, to leaves: inout LeafPages) {
        for index in range {
            var position = 0
            for lineIndex in shop.sessions[index].lines {
                let line = shop.lines[lineIndex]
                position += 1
                record.begin()
                record.append(index + 1)
                record.append(position)
                record.append(Int(line.item))
                record.append(Int(line.quantity))
                record.append(numeric: line.amount)
                leaves.append(record)
            }
        }
    }

    // MARK: - Orders

    /// The sessions of a range, each with its customer's index.
    private func customers(ofSessions range: Range<Int>) -> some Sequence<(Int, Int)> {
        // The last customer whose sessions begin at or before the range.
        var low = 0
        var high = shop.customers.count
        while low < high {
            let middle = (low + high) / 2
            if shop.customers[middle].sessions.upperBound <= range.lowerBound {
                low = middle + 1
            } else {
                high = middle
            }
        }
        var customer = low
        return range.lazy.map { index in
            while shop.customers[customer].sessions.upperBound <= index { customer += 1 }
            return (customer, index)
        }
    }

    /// The customers in the order of their ids' bytes, as SQLite compares text.
    private func customersByCode() -> [UInt32] {
        let keyed = shop.customers.indices.map { index -> (prefix: UInt64, index: UInt32) in
            var prefix: UInt64 = 0
            var shift: UInt64 = 64
            for byte in shop.customers[index].id.utf8.prefix(8) {
                shift -= 8
                prefix |= UInt64(byte) << shift
            }
            return (prefix, UInt32(index))
        }
        return keyed.sorted { a, b in
            if a.prefix != b.prefix { return a.prefix < b.prefix }
            return shop.customers[Int(a.index)].id.utf8.lexicographicallyPrecedes(shop.customers[Int(b.index)].id.utf8)
        }.map(\.index)
    }
}

/// The texts of the days of a log, each made once.
private struct DateTexts {
    private var texts: [Int: String] = [:]

    mutating func text(ofDay day: Int) -> String {
        if let text = texts[day] { return text }
        let text = CivilDay.text(ofDay: day)
        texts[day] = text
        return text
    }
}

extension RecordWriter {
    fileprivate mutating func append(text: String) {
        var text = text
        text.withUTF8 { append($0) }
    }
}
