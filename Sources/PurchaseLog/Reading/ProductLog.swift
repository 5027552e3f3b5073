/// Product: what was bought, each row joined with its session and its subcategory as it is read.
struct ProductLog {
    /// A row that the first two rules keep.
    struct Row {
        /// A position in the Session log.
        var session: UInt32
        /// `HITS_SEQ`; `UInt32.max` where it is blank, so that the row comes last.
        var hit: UInt32
        /// A position in Master's subcategories.
        var subcategory: UInt32
        /// The whole part of the quantity, rounded down.
        private var wholeQuantity: Int32
        /// `PD_BUY_AM`, 0 where the log does not say.
        var amount: Double
        /// Where the row begins in the file, and from bit 40 on the millionths of the quantity: there are as many rows as
        /// in the file, and 32 bytes each are enough.
        private var offsetAndFraction: UInt64

        /// - Parameter quantity: `PD_BUY_CT`, 1 where the log does not say.
        init(session: UInt32, hit: UInt32, subcategory: UInt32, quantity: Double, amount: Double, offset: Int) {
            self.session = session
            self.hit = hit
            self.subcategory = subcategory
            self.amount = amount
            let whole = quantity.rounded(.down)
            wholeQuantity = Int32(whole)
            let fraction = min(Quantity.one - 1, Int64(((quantity - whole) * Double(Quantity.one)).rounded()))
            offsetAndFraction = UInt64(offset) | UInt64(fraction) << 40
        }

        var offset: Int { Int(offsetAndFraction & 0xFF_FFFF_FFFF) }
        var quantity: Quantity {
            Quantity(millionths: Int64(wholeQuantity) * Quantity.one + Int64(offsetAndFraction >> 40))
        }
    }

    struct Part {
        var rows: [Row] = []
        var firstHit = 0
        var noSession = 0
        var noProduct = 0
        var missingProfile = 0
        var unclearNumbers = 0
        /// A row's session is mostly that of the row before.
        private var last: (customer: UInt64, session: UInt64, index: UInt32?) = (.max, .max, nil)

        init(_ start: PartStart) { rows.reserveCapacity(start.expectedRows) }

        /// The position of a row's session in the Session log, or `nil` where it is not there.
        @inline(__always)
        mutating func session(
            _ customer: Identifier, _ session: Identifier, customers: IdentifierTable, sessions: SessionTable
        ) -> UInt32? {
            // Only for numbers, whose keys are the ids themselves.
            if last.customer == customer.key, last.session == session.key { return last.index }
            let index = customers.find(customer).flatMap { sessions.find(customer: $0, session: session) }
            if customer.isNumber, session.isNumber { last = (customer.key, session.key, index) }
            return index
        }
    }

    let parts: [Part]
    let tally: ReadingTally
    /// How many columns the header has.
    let columnCount: Int

    /// Reads the file and runs the rules for rows.
    ///
    /// - Parameter isComplete: by customer, whether gender and age are known.
    init(
        _ log: LogBytes, rules: CleaningRules, customers: IdentifierTable, isComplete: [Bool], sessions: SessionTable,
        master: MasterLog, advanced: @Sendable (Int, Int) -> Void
    ) throws {
        let reader = try LogReader(
            log, required: ["CLNT_ID", "SESS_ID", "HITS_SEQ", "PD_C"], optional: ["PD_BUY_CT", "PD_BUY_AM"],
            text: ["PD_ADD_NM", "PD_BRA_NM"])
        columnCount = reader.columns.columnCount
        (parts, tally) = reader.read(
            make: { Part($0) },
            row: { part, row in
                let hits = row.bytes(2)
                var hit = UInt32.max
                if let number = hits.count32 {
                    hit = number
                } else if !hits.isMissing {
                    return RowFault(reason: .badNumber, column: 2)
                }
                guard let customerID = row.identifier(0) else { return RowFault(reason: .unreadableID, column: 0) }
                guard let sessionID = row.identifier(1) else { return RowFault(reason: .unreadableID, column: 1) }
                guard let productID = row.identifier(3) else { return RowFault(reason: .unreadableID, column: 3) }
                if hit == 1, !rules.keepsFirstHits {
                    part.firstHit += 1
                    return nil
                }
                guard let session = part.session(customerID, sessionID, customers: customers, sessions: sessions) else {
                    part.noSession += 1
                    return nil
                }
                guard let product = master.products.find(productID) else {
                    part.noProduct += 1
                    return nil
                }
                if !rules.keepsMissingProfiles, !isComplete[Int(sessions.entries[Int(session)].customer)] {
                    part.missingProfile += 1
                }
                let quantity = row.bytes(4)
                let amount = row.bytes(5)
                let quantityNumber = quantity.quantity
                let amountNumber = amount.number
                if (quantityNumber == nil && !quantity.isMissing) || (amountNumber == nil && !amount.isMissing) {
                    part.unclearNumbers += 1
                }
                part.rows.append(
                    Row(
                        session: session, hit: hit, subcategory: master.subcategory[Int(product)],
                        quantity: quantityNumber ?? 1, amount: amountNumber ?? 0, offset: row.offset))
                return nil
            }, advanced: advanced)
    }
}
