import GRDB

/// The mark, in the table `shop`, that bytes of removed customers may still be in the file.
///
/// It is set by the transaction that removes the rows and goes when their bytes are gone, so that whatever stands in
/// the way between the two (a long reader, a full disk, the program's death), the file itself tells what is left to do.
/// It says nothing of who was removed.
struct PendingErasure: Equatable {
    /// What is to be done next.
    enum Step: String {
        /// The file is to be written anew without what was removed.
        case vacuum
        /// The write-ahead log is to be brought into the file and emptied.
        case checkpoint
    }

    var step: Step
    /// Drawn for each removal: who finishes an earlier one leaves the mark of a later one alone.
    private var token: UInt64

    private static let key = "erasure"

    private var text: String { "\(step.rawValue) \(token)" }

    private init(step: Step, token: UInt64) {
        self.step = step
        self.token = token
    }

    /// Marks that rows are removed by the transaction under way.
    static func begin(_ database: Database) throws {
        let mark = PendingErasure(step: .vacuum, token: .random(in: 0 ... .max))
        try database.execute(
            sql: "INSERT OR REPLACE INTO shop (key, value) VALUES (?, ?)", arguments: [key, mark.text])
    }

    /// The mark, or `nil` where there is nothing left to erase.
    static func fetch(_ database: Database) throws -> PendingErasure? {
        guard let text = try String.fetchOne(database, sql: "SELECT value FROM shop WHERE key = ?", arguments: [key])
        else { return nil }
        let parts = text.split(separator: " ")
        return PendingErasure(
            step: parts.first.flatMap { Step(rawValue: String($0)) } ?? .vacuum,
            token: parts.last.flatMap { UInt64($0) } ?? 0)
    }

    /// Goes on to the next step, unless more was removed meanwhile.
    mutating func advance(to step: Step, _ database: Database) throws {
        let next = PendingErasure(step: step, token: token)
        try database.execute(
            sql: "UPDATE shop SET value = ? WHERE key = ? AND value = ?", arguments: [next.text, Self.key, text])
        self = next
    }

    /// Takes the mark away, unless more was removed meanwhile.
    func end(_ database: Database) throws {
        try database.execute(sql: "DELETE FROM shop WHERE key = ? AND value = ?", arguments: [Self.key, text])
    }
}
