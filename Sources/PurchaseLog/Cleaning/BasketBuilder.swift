import Dispatch
import Shop

/// Groups the rows of Product into baskets, and runs the rules for baskets and customers.
struct BasketBuilder {
    let rules: CleaningRules
    let customers: IdentifierTable
    let profiles: [Profile]
    let isComplete: [Bool]
    let log: SessionTable
    let master: MasterLog
    /// Of the rows of Product.
    let comparison: RowComparison

    func build(
        _ parts: [ProductLog.Part], counts: PreparationCounts, rejectedRows: [RejectedRow]
    ) -> PreparedShop {
        var counts = counts
        // Sessions with a basket, in the order of the result: by customer, then by the customer's time.
        var rowCounts = [UInt32](repeating: 0, count: log.count)
        for part in parts {
            for row in part.rows { rowCounts[Int(row.session)] += 1 }
        }
        let customerOrder = customers.sorted()
        let (sessionOrder, sessionRanges) = orderedSessions(customerOrder, rowCounts: rowCounts)
        let rows = gather(parts, in: sessionOrder, rowCounts: rowCounts)
        var (sessions, lines) = baskets(rows, in: sessionOrder, rowCounts: rowCounts, settled: &counts.settled)
        split(&sessions, customerOrder: customerOrder, ranges: sessionRanges, counts: &counts)
        let catalog = finishCatalog(sessions, &lines, &counts)
        return PreparedShop(
            catalog: catalog,
            customers: zip(customerOrder, sessionRanges).map { customer, range in
                PreparedShop.Customer(
                    id: customers[customer], profile: profiles[Int(customer)], sessions: range)
            },
            sessions: sessions, lines: lines, counts: counts, rules: rules, hasNumericIDs: customers.isDecimal,
            rejectedRows: rejectedRows, sessionTable: log)
    }

    /// The sessions that have rows, and for each customer, in order, the range of theirs.
    private func orderedSessions(
        _ customerOrder: [UInt32], rowCounts: [UInt32]
    ) -> (order: [UInt32], ranges: [Range<Int>]) {
        var rank = [UInt32](repeating: 0, count: customerOrder.count)
        for (position, customer) in customerOrder.enumerated() { rank[Int(customer)] = UInt32(position) }
        var starts = [Int](repeating: 0, count: customerOrder.count + 1)
        for (index, entry) in log.entries.enumerated() where rowCounts[index] > 0 {
            starts[Int(rank[Int(entry.customer)]) + 1] += 1
        }
        for position in 0..<customerOrder.count { starts[position + 1] += starts[position] }
        var next = starts
        var order = [UInt32](repeating: 0, count: starts[customerOrder.count])
        for (index, entry) in log.entries.enumerated() where rowCounts[index] > 0 {
            let position = Int(rank[Int(entry.customer)])
            order[next[position]] = UInt32(index)
            next[position] += 1
        }
        let ranges = (0..<customerOrder.count).map { starts[$0]..<starts[$0 + 1] }
        for range in ranges where range.dropFirst().contains(where: { isEarlier(order[$0], order[$0 - 1]) }) {
            order[range].sort { isEarlier($0, $1) }
        }
        return (order, ranges)
    }

    /// By `SESS_SEQ`; sessions of the same number by date, those without one first, then by session id.
    private func isEarlier(_ a: UInt32, _ b: UInt32) -> Bool {
        let (first, second) = (log.entries[Int(a)], log.entries[Int(b)])
        if first.sequence != second.sequence { return first.sequence < second.sequence }
        if first.day != second.day { return first.day < second.day }
        return log.precedes(a, b)
    }

    /// How many sessions one core takes at a time.
    private static let rangeSize = 1 << 16

    /// The rows session by session, each session's in the order of the file.
    private func gather(
        _ parts: [ProductLog.Part], in order: [UInt32], rowCounts: [UInt32]
    ) -> [ProductLog.Row] {
        var next = [Int](repeating: 0, count: rowCounts.count)
        var total = 0
        for session in order {
            next[Int(session)] = total
            total += Int(rowCounts[Int(session)])
        }
        // Which core a session belongs to must not change while its rows come.
        let starts = next
        let half = total / 2
        return [ProductLog.Row](unsafeUninitializedCapacity: total) { buffer, count in
            next.withUnsafeMutableBufferPointer { next in
                // One core fills the first half, another the second; a session's place is moved on by one of them alone.
                nonisolated(unsafe) let next = next
                nonisolated(unsafe) let buffer = buffer
                DispatchQueue.concurrentPerform(iterations: 2) { side in
                    for part in parts {
                        for row in part.rows {
                            guard (starts[Int(row.session)] >= half) == (side == 1) else { continue }
                            let place = next[Int(row.session)]
                            buffer.initializeElement(at: place, to: row)
                            next[Int(row.session)] = place + 1
                        }
                    }
                }
            }
            count = total
        }
    }

    /// The sessions with their baskets.
    private func baskets(
        _ rows: [ProductLog.Row], in order: [UInt32], rowCounts: [UInt32], settled: inout [String: Int]
    ) -> ([PreparedShop.Session], [PreparedShop.Line]) {
        struct Range {
            var sessions: [PreparedShop.Session] = []
            var lines: [PreparedShop.Line] = []
            var repeated = 0
        }
        let rangeCount = (order.count + Self.rangeSize - 1) / Self.rangeSize
        var firstRows = [0]
        for range in 0..<rangeCount {
            let sessions = order[(range * Self.rangeSize)..<min(order.count, (range + 1) * Self.rangeSize)]
            firstRows.append(sessions.reduce(firstRows[range]) { $0 + Int(rowCounts[Int($1)]) })
        }
        let firsts = firstRows
        var ranges = [Range](repeating: Range(), count: rangeCount)
        ranges.withUnsafeMutableBufferPointer { ranges in
            // Each iteration writes its own element.
            nonisolated(unsafe) let ranges = ranges
            DispatchQueue.concurrentPerform(iterations: rangeCount) { index in
                var result = Range()
                result.lines.reserveCapacity(firsts[index + 1] - firsts[index])
                var quantities: [Quantity] = []
                var first = firsts[index]
                for logIndex in order[(index * Self.rangeSize)..<min(order.count, (index + 1) * Self.rangeSize)] {
                    let end = first + Int(rowCounts[Int(logIndex)])
                    let start = result.lines.count
                    result.repeated += appendBasket(rows[first..<end], to: &result.lines, &quantities)
                    first = end
                    let entry = log.entries[Int(logIndex)]
                    result.sessions.append(
                        PreparedShop.Session(
                            sequence: Int(entry.sequence), day: entry.day == SessionTable.noDay ? nil : Int(entry.day),
                            split: .none, lines: start..<result.lines.count, token: log.token(logIndex)))
                }
                ranges[index] = result
            }
        }
        var sessions: [PreparedShop.Session] = []
        var lines: [PreparedShop.Line] = []
        sessions.reserveCapacity(order.count)
        lines.reserveCapacity(ranges.reduce(0) { $0 + $1.lines.count })
        for index in ranges.indices {
            let offset = lines.count
            for var session in ranges[index].sessions {
                session.lines = session.lines.lowerBound + offset..<session.lines.upperBound + offset
                sessions.append(session)
            }
            lines += ranges[index].lines
            if ranges[index].repeated > 0 { settled["row_repeated", default: 0] += ranges[index].repeated }
            ranges[index] = Range()
        }
        return (sessions, lines)
    }

    /// Adds one session's basket: its distinct subcategories in the order of `HITS_SEQ`, rows of the same number in that
    /// of the file, with quantity and amount summed up. A row that is byte for byte the same as another counts once.
    ///
    /// - Parameter quantities: room for the basket's quantities, which are rounded only when they are summed up.
    /// - Returns: how many rows were such repetitions.
    private func appendBasket(
        _ rows: ArraySlice<ProductLog.Row>, to lines: inout [PreparedShop.Line], _ quantities: inout [Quantity]
    ) -> Int {
        var repeated = 0
        quantities.removeAll(keepingCapacity: true)
        let start = lines.count
        let sorted = rows.count == 1 ? rows : stablySorted(rows)
        for (index, row) in zip(sorted.indices, sorted) {
            if isRepeated(index, in: sorted) {
                repeated += 1
                continue
            }
            if let known = lines[start...].firstIndex(where: { $0.item == row.subcategory }) {
                quantities[known - start] = quantities[known - start] + row.quantity
                lines[known].amount += row.amount
            } else {
                quantities.append(row.quantity)
                lines.append(PreparedShop.Line(item: row.subcategory, quantity: 0, amount: row.amount))
            }
        }
        for (index, quantity) in quantities.enumerated() { lines[start + index].quantity = quantity.rounded }
        return repeated
    }

    private func stablySorted(_ rows: ArraySlice<ProductLog.Row>) -> ArraySlice<ProductLog.Row> {
        // Logs are mostly in this order already.
        if zip(rows, rows.dropFirst()).allSatisfy({ $0.hit <= $1.hit }) { return rows }
        return rows.sorted { ($0.hit, $0.offset) < ($1.hit, $1.offset) }[...]
    }

    private func isRepeated(_ index: Int, in rows: ArraySlice<ProductLog.Row>) -> Bool {
        let row = rows[index]
        var other = index - 1
        while other >= rows.startIndex, rows[other].hit == row.hit {
            if rows[other].subcategory == row.subcategory, rows[other].quantity == row.quantity,
                rows[other].amount == row.amount, comparison.isSame(rows[other].offset, row.offset)
            {
                return true
            }
            other -= 1
        }
        return false
    }

    /// Rules 3 to 6, and the split.
    private func split(
        _ sessions: inout [PreparedShop.Session], customerOrder: [UInt32], ranges: [Range<Int>],
        counts: inout PreparationCounts
    ) {
        var kept: [Int] = []
        for (customer, range) in zip(customerOrder, ranges) where !range.isEmpty {
            guard rules.keepsMissingProfiles || isComplete[Int(customer)] else { continue }
            kept.removeAll(keepingCapacity: true)
            for index in range where sessions[index].lines.count >= rules.minimumBasket { kept.append(index) }
            counts.dropped.smallBasket += range.count - kept.count
            guard !kept.isEmpty else { continue }
            guard kept.count >= rules.minimumSessions else {
                counts.dropped.fewSessions += 1
                continue
            }
            let latest = kept.suffix(rules.keptSessions)
            counts.dropped.olderSessions += kept.count - latest.count
            for index in latest.dropLast() { sessions[index].split = .train }
            sessions[latest.last!].split = .test
            counts.customers += 1
            counts.trainBaskets += latest.count - 1
            counts.testBaskets += 1
        }
        counts.sessions = counts.trainBaskets + counts.testBaskets
    }

    /// Puts the labels first, and renumbers the lines.
    private func finishCatalog(
        _ sessions: [PreparedShop.Session], _ lines: inout [PreparedShop.Line], _ counts: inout PreparationCounts
    ) -> Catalog {
        var isLabel = [Bool](repeating: false, count: master.subcategories.count)
        for session in sessions where session.split != .none {
            for line in lines[session.lines] { isLabel[Int(line.item)] = true }
        }
        let order = master.subcategories.indices.sorted { a, b in
            if isLabel[a] != isLabel[b] { return isLabel[a] }
            return master.subcategories[a].name.utf8.lexicographicallyPrecedes(master.subcategories[b].name.utf8)
        }
        var position = [UInt32](repeating: 0, count: order.count)
        for (new, old) in order.enumerated() { position[old] = UInt32(new) }
        for index in lines.indices { lines[index].item = position[Int(lines[index].item)] }
        let labelCount = isLabel.count { $0 }
        let subcategories = order.map { master.subcategories[$0] }
        counts.subcategories = labelCount
        counts.categories = Set(subcategories.prefix(labelCount).map(\.category)).count
        return Catalog(subcategories: subcategories, labelCount: labelCount)
    }
}
