import NIOConcurrencyHelpers
import NIOCore

/// Counts wrong tokens by the address that they come from, so that a guesser gets no further by connecting anew.
///
/// An address may be wrong ``burst`` times, then once every ``seconds``. 256 random bits can't be guessed at any speed;
/// this keeps the log readable, and protects tokens that somebody chose by hand.
final class TokenAttempts: Sendable {
    static let burst = 20
    static let seconds = 6.0
    /// Addresses remembered; beyond that the whole table starts again, so that it can't be made to grow.
    static let capacity = 10_000

    private struct Record {
        var failures: Double
        var at: NIODeadline
    }

    private let records = NIOLockedValueBox<[String: Record]>([:])

    /// Whether the address may try a token now.
    func mayTry(_ address: String, at now: NIODeadline = .now()) -> Bool {
        records.withLockedValue { records in
            guard let record = records[address] else { return true }
            return Self.failures(of: record, at: now) < Double(Self.burst)
        }
    }

    func failed(_ address: String, at now: NIODeadline = .now()) {
        records.withLockedValue { records in
            if records.count >= Self.capacity, records[address] == nil { records.removeAll() }
            let before = records[address].map { Self.failures(of: $0, at: now) } ?? 0
            records[address] = Record(failures: before + 1, at: now)
        }
    }

    private static func failures(of record: Record, at now: NIODeadline) -> Double {
        max(0, record.failures - Double((now - record.at).nanoseconds) / 1e9 / seconds)
    }
}
