import Dispatch
import Foundation
import Synchronization

/// Lays whole b-trees into an SQLite file that has the tables, empty, and that nobody has open.
///
/// SQLite inserts about a million rows a second, whatever is turned off; packing pages in the order of the rows takes a
/// tenth of that, and all cores. The file is SQLite's in everything else: SQLite makes it, with its schema; each tree's
/// topmost page takes the place of the table's empty root; the others follow at the file's end; then the number of pages
/// in the file's header is put right ("Database File Format", 1.3). `ShopLoadTests` has SQLite check every page, order
/// and reference of the result, and compares it with a file that SQLite filled itself.
struct BTreeFile: ~Copyable {
    private let descriptor: Int32
    private let path: String
    private let pageSize: Int
    private var pageCount: Int
    /// What is to be written where: collected first, so that all cores can write.
    private var writes: [Write] = []

    private struct Write: Sendable {
        var page: Int
        var bytes: ArraySlice<UInt8>
    }

    /// Opens a file for loading.
    ///
    /// - Throws: ``ShopStoreError/unwritable(path:reason:)``.
    init(path: String, pageSize: Int) throws {
        self.path = path
        self.pageSize = pageSize
        descriptor = open(path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw ShopStoreError.unwritable(path: path, reason: String(cString: strerror(errno)))
        }
        var status = stat()
        fstat(descriptor, &status)
        pageCount = Int(status.st_size) / pageSize
    }

    deinit { close(descriptor) }

    /// Lays out a tree whose root is the page `root`; ``finish()`` writes it.
    ///
    /// - Parameters:
    ///   - parts: its leaves, in order; a part without rows has none.
    mutating func add(_ parts: [TreePart], kind: LeafPages.Kind, root: Int) {
        let parts = parts.filter { $0.pageCount > 0 }
        guard parts.reduce(0, { $0 + $1.pageCount }) > 1 else {
            // No rows: the empty root that SQLite made stays.
            guard let only = parts.first else { return }
            writes.append(Write(page: root, bytes: only.bytes[...]))
            return
        }
        // Leaves, and what stands behind each.
        var children: [(page: Int, separator: [UInt8])] = []
        for (index, part) in parts.enumerated() {
            var first = 0
            while first < part.pageCount {
                let page = nextPage()
                // As many pages at once as lie behind one another in the file.
                var count = 1
                children.append((page, part.separator(after: first) ?? boundary(behind: index, of: parts)))
                while first + count < part.pageCount, pageCount + 1 != lockPage {
                    children.append(
                        (nextPage(), part.separator(after: first + count) ?? boundary(behind: index, of: parts)))
                    count += 1
                }
                writes.append(Write(page: page, bytes: part.bytes[(first * pageSize)..<((first + count) * pageSize)]))
                first += count
            }
        }
        while true {
            let groups = groups(of: children)
            if groups.count == 1 {
                writes.append(Write(page: root, bytes: interiorPage(children[...], kind: kind)[...]))
                return
            }
            var parents: [(page: Int, separator: [UInt8])] = []
            for group in groups {
                let page = nextPage()
                writes.append(Write(page: page, bytes: interiorPage(children[group], kind: kind)[...]))
                parents.append((page, children[group.upperBound - 1].separator))
            }
            children = parents
        }
    }

    /// Writes all trees, and the number of pages into the file's header.
    ///
    /// - Throws: ``ShopStoreError/unwritable(path:reason:)``.
    func finish() throws {
        let writes = writes
        let failed = Mutex<ShopStoreError?>(nil)
        let descriptor = descriptor
        let (path, pageSize) = (path, pageSize)
        DispatchQueue.concurrentPerform(iterations: writes.count) { index in
            guard failed.withLock({ $0 == nil }) else { return }
            let write = writes[index]
            if let error = Self.write(write.bytes, at: (write.page - 1) * pageSize, descriptor, path) {
                failed.withLock { $0 = error }
            }
        }
        if let error = failed.withLock({ $0 }) { throw error }
        let count = withUnsafeBytes(of: UInt32(pageCount).bigEndian) { Array($0) }
        if let error = Self.write(count[...], at: 28, descriptor, path) { throw error }
    }

    /// The page with the byte at 1 GiB, which SQLite locks and never uses.
    private var lockPage: Int { (1 << 30) / pageSize + 1 }

    private mutating func nextPage() -> Int {
        pageCount += 1
        if pageCount == lockPage { pageCount += 1 }
        return pageCount
    }

    /// What stands between the last leaf of a part and the first of the next one; nothing behind the last part.
    private func boundary(behind index: Int, of parts: [TreePart]) -> [UInt8] {
        guard index + 1 < parts.count else { return [] }
        return parts[index].boundary(to: parts[index + 1])
    }

    /// Cuts a level into the children of one page each. A page holds a separator for each child but its last, and no
    /// page is without any.
    private func groups(of children: [(page: Int, separator: [UInt8])]) -> [Range<Int>] {
        var groups: [Range<Int>] = []
        var start = 0
        var used = 12
        for index in children.indices {
            let size = 4 + children[index].separator.count + 2
            if used + size > pageSize, index > start {
                // The child at `index` is the page's last: its separator goes up.
                groups.append(start..<index + 1)
                start = index + 1
                used = 12
            } else {
                used += size
            }
        }
        if start < children.count {
            groups.append(start..<children.count)
        }
        if groups.count > 1, let last = groups.last, last.count == 1 {
            let before = groups[groups.count - 2]
            groups[groups.count - 2] = before.lowerBound..<before.upperBound - 1
            groups[groups.count - 1] = before.upperBound - 1..<last.upperBound
        }
        return groups
    }

    private func interiorPage(
        _ children: ArraySlice<(page: Int, separator: [UInt8])>, kind: LeafPages.Kind
    ) -> [UInt8] {
        var page = [UInt8](repeating: 0, count: pageSize)
        page[0] = kind == .table ? 0x05 : 0x02
        var start = pageSize
        for (position, child) in children.dropLast().enumerated() {
            start -= 4 + child.separator.count
            Self.store(child.page, bytes: 4, in: &page, at: start)
            page.replaceSubrange(start + 4..<start + 4 + child.separator.count, with: child.separator)
            Self.store(start, bytes: 2, in: &page, at: 12 + position * 2)
        }
        Self.store(children.count - 1, bytes: 2, in: &page, at: 3)
        Self.store(start, bytes: 2, in: &page, at: 5)
        Self.store(children.last!.page, bytes: 4, in: &page, at: 8)
        return page
    }

    private static func store(_ value: Int, bytes: Int, in page: inout [UInt8], at offset: Int) {
        for index in 0..<bytes {
            page[offset + index] = UInt8(truncatingIfNeeded: value >> ((bytes - 1 - index) * 8))
        }
    }

    /// Writes bytes at an offset; returns what went wrong.
    private static func write(
        _ bytes: ArraySlice<UInt8>, at offset: Int, _ descriptor: Int32, _ path: String
    ) -> ShopStoreError? {
        bytes.withUnsafeBytes { bytes in
            var written = 0
            while written < bytes.count {
                let count = pwrite(
                    descriptor, bytes.baseAddress! + written, bytes.count - written, off_t(offset + written))
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return .unwritable(path: path, reason: String(cString: strerror(errno))) }
                written += count
            }
            return nil
        }
    }
}

/// The leaves of a part of a tree, done.
struct TreePart: Sendable {
    let kind: LeafPages.Kind
    let bytes: [UInt8]
    let pageCount: Int
    private let leadingSeparator: [UInt8]
    private let separators: [[UInt8]]
    private let lastRowID: Int

    init(_ leaves: consuming LeafPages) {
        leaves.finish()
        kind = leaves.kind
        bytes = leaves.bytes
        pageCount = leaves.pageCount
        leadingSeparator = leaves.leadingSeparator
        separators = leaves.separators
        lastRowID = leaves.lastRowID
    }

    /// What stands behind a leaf; `nil` behind the last one.
    func separator(after leaf: Int) -> [UInt8]? { leaf < separators.count ? separators[leaf] : nil }

    /// What stands between this part and the next.
    func boundary(to next: TreePart) -> [UInt8] {
        switch kind {
        case .index: return next.leadingSeparator
        case .table:
            return [UInt8](unsafeUninitializedCapacity: 9) { buffer, count in
                count = Varint.write(UInt64(lastRowID), to: buffer.baseAddress!)
            }
        }
    }
}
