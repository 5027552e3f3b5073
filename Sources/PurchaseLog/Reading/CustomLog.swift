import Shop

/// Custom: who the customers are.
struct CustomLog {
    /// All customers, numbered in the order of the file.
    var customers: IdentifierTable
    /// By customer.
    var profiles: [Profile]
    var tally: ReadingTally
    var settled: [String: Int] = [:]

    private struct Row {
        var customer: Identifier
        var gender: FieldBytes
        var age: FieldBytes
    }

    private struct Part {
        var rows: [Row] = []
        /// Keeps alive what the rows point into.
        let arena: TextArena

        init(_ start: PartStart) {
            arena = start.arena
            rows.reserveCapacity(start.expectedRows)
        }
    }

    init(_ log: LogBytes, advanced: @Sendable (Int, Int) -> Void) throws {
        let reader = try LogReader(log, required: ["CLNT_ID", "CLNT_GENDER", "CLNT_AGE"])
        let (parts, tally) = reader.read(
            make: { Part($0) },
            row: { part, row in
                switch row.requiredIdentifier(0) {
                case .success(let customer):
                    part.rows.append(Row(customer: customer, gender: row.bytes(1), age: row.bytes(2)))
                    return nil
                case .failure(let fault):
                    return fault
                }
            }, advanced: advanced)
        self.tally = tally
        let encoding = log.encoding
        customers = IdentifierTable(minimumCapacity: tally.rows)
        profiles = []
        profiles.reserveCapacity(tally.rows)
        withExtendedLifetime(parts) {
            for part in parts {
                for row in part.rows { add(row, encoding: encoding) }
            }
        }
    }

    /// Of several rows of a customer the first counts that says both gender and age; else the first.
    private mutating func add(_ row: Row, encoding: LogEncoding) {
        var profile = Profile()
        switch ProfileFields.gender(row.gender, encoding: encoding) {
        case .known(let gender): profile.gender = gender
        case .missing: break
        case .unclear: settled["gender_not_understood", default: 0] += 1
        }
        switch ProfileFields.age(row.age, encoding: encoding) {
        case .known(let age): profile.age = age
        case .missing: break
        case .unclear: settled["age_not_understood", default: 0] += 1
        }
        let (index, isNew) = customers.insert(row.customer)
        if isNew {
            profiles.append(profile)
        } else {
            settled["customer_repeated", default: 0] += 1
            let before = profiles[Int(index)]
            let wasComplete = before.gender != nil && before.age != nil
            if !wasComplete, profile.gender != nil, profile.age != nil { profiles[Int(index)] = profile }
        }
    }
}
