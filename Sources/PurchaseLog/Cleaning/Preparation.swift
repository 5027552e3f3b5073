import Dispatch
import Shop

/// How far a preparation is, for a progress bar.
public struct PreparationProgress: Hashable, Sendable {
    /// Bytes of the logs read so far, and in all.
    public var bytes: Int
    public var totalBytes: Int
    /// Rows read so far, of all files.
    public var rows: Int
}

/// Makes four logs into a shop by the study's cleaning rules.
///
///     let files = try PurchaseLogFiles(in: "logs")
///     let shop = try Preparation(files: files).run()
///     shop.counts.trainBaskets
///
/// Custom, Session and Master are read first; a row of Product is then joined with its session and its subcategory as
/// it is parsed, so that nothing but 32 bytes a row is kept of the largest file. See `docs/SHOP_FORMAT.md` for the rules.
public struct Preparation: Sendable {
    public var files: PurchaseLogFiles
    public var rules: CleaningRules
    /// The encoding of all files; `nil` to find it out.
    public var encoding: LogEncoding?

    /// The largest share of broken rows with which a file is read.
    public static let mostBrokenRows = 0.01

    public init(files: PurchaseLogFiles, rules: CleaningRules = CleaningRules(), encoding: LogEncoding? = nil) {
        self.files = files
        self.rules = rules
        self.encoding = encoding
    }

    /// Reads and cleans. The result is the same for the same bytes, on any number of cores.
    ///
    /// - Parameters:
    ///   - progress: told how far the reading is; called on any thread.
    ///   - rejected: told of each file's rows that could not be understood, also where they are too many.
    /// - Throws: ``PreparationError``.
    public func run(
        progress: @escaping @Sendable (PreparationProgress) -> Void = { _ in },
        rejected: ([RejectedRow]) throws -> Void = { _ in }
    ) throws -> PreparedShop {
        try rules.validate()
        let customBytes = try LogBytes(path: files.custom, encoding: encoding)
        let sessionBytes = try LogBytes(path: files.session, encoding: encoding)
        let masterBytes = try LogBytes(path: files.master, encoding: encoding)
        let productBytes = try LogBytes(path: files.product, encoding: encoding)
        let meter = ProgressMeter(
            total: customBytes.count + sessionBytes.count + masterBytes.count + productBytes.count, report: progress)
        var rejectedRows: [RejectedRow] = []
        func check(_ tally: ReadingTally, _ log: LogBytes) throws {
            let rows = tally.rejected.map { $0.located(in: log) }
            rejectedRows += rows
            try rejected(rows)
            try tally.check(log, first: rows.first)
        }

        let custom = try CustomLog(customBytes, advanced: meter.advance)
        try check(custom.tally, customBytes)
        let (sessionParts, sessionTally) = try SessionLog.rows(sessionBytes, advanced: meter.advance)
        try check(sessionTally, sessionBytes)
        // Numbering the sessions takes one core; Master is read on the others meanwhile.
        nonisolated(unsafe) let parts = sessionParts
        let (numbered, masterResult) = concurrently {
            withExtendedLifetime(sessionBytes) {
                var customers = custom.customers
                let session = SessionLog(parts, rowCount: sessionTally.rows, customers: &customers)
                customers.freeze()
                return (session: session, customers: customers)
            }
        } and: {
            Result { try MasterLog(masterBytes, advanced: meter.advance) }
        }
        let (session, customers) = numbered
        let master = try masterResult.get()
        try check(master.tally, masterBytes)
        guard productBytes.count < Int(UInt32.max) * 64, session.sessions.count < Int(UInt32.max) else {
            throw PreparationError.tooLarge(path: files.session, what: "has more sessions than can be numbered")
        }

        var profiles = custom.profiles
        profiles += Array(repeating: Profile.unknown, count: customers.count - profiles.count)
        let isComplete = profiles.map { $0.gender != nil && $0.age != nil }
        let product = try ProductLog(
            productBytes, rules: rules, customers: customers, isComplete: isComplete, sessions: session.sessions,
            master: master, advanced: meter.advance)
        try check(product.tally, productBytes)

        var counts = PreparationCounts()
        count(custom.tally, \.custom, in: &counts)
        count(sessionTally, \.session, in: &counts)
        count(master.tally, \.master, in: &counts)
        count(product.tally, \.product, in: &counts)
        for settled in [custom.settled, session.settled, master.settled] {
            counts.settled.merge(settled, uniquingKeysWith: +)
        }
        for part in product.parts {
            counts.dropped.firstHit += part.firstHit
            counts.dropped.noSession += part.noSession
            counts.dropped.noProduct += part.noProduct
            counts.dropped.missingProfile += part.missingProfile
            if part.unclearNumbers > 0 { counts.settled["number_not_understood", default: 0] += part.unclearNumbers }
        }
        return withExtendedLifetime(productBytes) {
            BasketBuilder(
                rules: rules, customers: customers, profiles: profiles, isComplete: isComplete,
                log: session.sessions, master: master,
                comparison: RowComparison(log: productBytes, columnCount: product.columnCount)
            ).build(product.parts, counts: counts, rejectedRows: rejectedRows)
        }
    }

    private func count(
        _ tally: ReadingTally, _ file: WritableKeyPath<PreparationCounts.Rows, Int>, in counts: inout PreparationCounts
    ) {
        counts.rows[keyPath: file] = tally.rows
        counts.repaired[keyPath: file] = tally.repaired
        counts.skipped[keyPath: file] = tally.rejected.count
        for row in tally.rejected { counts.skippedReasons[row.reason.rawValue, default: 0] += 1 }
    }
}

/// Runs two pieces of work at the same time.
private func concurrently<First, Second>(
    _ first: @Sendable () -> First, and second: @Sendable () -> Second
) -> (First, Second) {
    nonisolated(unsafe) var firstResult: First?
    nonisolated(unsafe) var secondResult: Second?
    DispatchQueue.concurrentPerform(iterations: 2) { index in
        if index == 0 { firstResult = first() } else { secondResult = second() }
    }
    return (firstResult!, secondResult!)
}

extension ReadingTally.Rejected {
    func located(in log: LogBytes) -> RejectedRow {
        let end = min(max(end, offset), log.count)
        return RejectedRow(
            path: log.path, line: log.line(at: offset), column: column, reason: reason,
            text: log.text(
                UnsafeRawBufferPointer(rebasing: log.bytes[offset..<end]).assumingMemoryBound(to: UInt8.self)))
    }
}

extension ReadingTally {
    /// Stops where more rows are broken than a log may have.
    func check(_ log: LogBytes, first: RejectedRow?) throws {
        let all = rows + rejected.count
        guard let first, Double(rejected.count) > Double(all) * Preparation.mostBrokenRows else { return }
        var reasons: [RejectedRow.Reason: Int] = [:]
        for row in rejected { reasons[row.reason, default: 0] += 1 }
        throw PreparationError.tooManyBrokenRows(
            path: log.path, broken: rejected.count, rows: all, first: first,
            reasons: RejectedRow.Reason.allCases.compactMap { reason in
                reasons[reason].map { "\(reason.rawValue) \($0)" }
            })
    }
}
