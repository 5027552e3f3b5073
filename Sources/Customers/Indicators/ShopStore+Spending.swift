import GRDB
import Shop
import ShopStore

extension ShopStore {
    /// What each customer has paid up to and including `today`, by `CLNT_ID`; customers who paid nothing are left out.
    ///
    /// Older preparations took amounts of hundreds of digits for infinite; those are nothing.
    public func spending(until today: Int) throws -> [String: Double] {
        try reading { database in
            var spending: [String: Double] = [:]
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT customers.code, total(amount) FROM basket_lines
                    JOIN sessions ON sessions.id = session_id JOIN customers ON customers.id = customer_id
                    WHERE (date IS NULL OR date <= ?) AND abs(amount) < 1e300 GROUP BY customer_id
                    """, arguments: [CivilDay.text(ofDay: today)])
            while let row = try rows.next() { spending[row[0]] = row[1] }
            return spending
        }
    }

    /// The day of the latest session, from 1970-01-01; `nil` where no session has a date.
    public func lastDay() throws -> Int? {
        try reading { try String.fetchOne($0, sql: "SELECT max(date) FROM sessions") }.flatMap(CivilDay.day(ofText:))
    }
}
