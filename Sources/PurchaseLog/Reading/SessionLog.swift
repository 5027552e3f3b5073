/// Session: when each (customer, session) was, in the order of the customer's sessions.
struct SessionLog {
    private(set) var sessions = SessionTable()
    private(set) var settled: [String: Int] = [:]

    struct Row {
        var customer: Identifier
        var session: Identifier
        var sequence: UInt32
        var day: Int32
    }

    struct Part {
        var rows: [Row] = []
        var unclearDates = 0
        /// Keeps alive what the rows point into.
        let arena: TextArena

        init(_ start: PartStart) {
            arena = start.arena
            rows.reserveCapacity(start.expectedRows)
        }
    }

    /// The rows of the file, not yet joined with anything: the part that all cores can do.
    static func rows(_ log: LogBytes, advanced: @Sendable (Int, Int) -> Void) throws -> (
        parts: [Part], tally: ReadingTally
    ) {
        let reader = try LogReader(
            log, required: ["CLNT_ID", "SESS_ID", "SESS_SEQ"], optional: ["SESS_DT"], text: ["ZON_NM", "CITY_NM"])
        return reader.read(
            make: { Part($0) },
            row: { part, row in
                let customer: Identifier
                let session: Identifier
                switch (row.requiredIdentifier(0), row.requiredIdentifier(1)) {
                case (.success(let first), .success(let second)): (customer, session) = (first, second)
                case (.failure(let fault), _), (_, .failure(let fault)): return fault
                }
                guard let sequence = row.bytes(2).count32 else { return RowFault(reason: .badNumber, column: 2) }
                let date = row.bytes(3)
                var day = SessionTable.noDay
                if let known = date.day {
                    day = known
                } else if !date.isMissing {
                    part.unclearDates += 1
                }
                part.rows.append(Row(customer: customer, session: session, sequence: sequence, day: day))
                return nil
            }, advanced: advanced)
    }

    /// Numbers the sessions. Customers that are new are added to `customers`.
    ///
    /// A (customer, session) with several `SESS_SEQ` has the lowest, and the date beside it: a session's number is
    /// given when it begins.
    init(_ parts: [Part], rowCount: Int, customers: inout IdentifierTable) {
        sessions = SessionTable(minimumCapacity: rowCount)
        for part in parts {
            if part.unclearDates > 0 { settled["date_not_understood", default: 0] += part.unclearDates }
            for row in part.rows {
                let (customer, _) = customers.insert(row.customer)
                let isNew = sessions.insert(
                    customer: customer, session: row.session, sequence: row.sequence, day: row.day)
                if !isNew { settled["session_repeated", default: 0] += 1 }
            }
        }
    }
}
