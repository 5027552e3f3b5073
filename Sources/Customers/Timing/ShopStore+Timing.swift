import Foundation
import GRDB
import Shop
import ShopStore

extension ShopStore {
    /// How many customers the shop's intervals are estimated from: more would only move the third digit.
    private static let timingSample = 20_000

    /// The shop's purchase intervals by what happened up to and including `today`, from a fixed sample of customers.
    public func computeTiming(until today: Int = .max) throws -> PurchaseTiming {
        var statistics = PurchaseTiming.Statistics(itemCount: try catalog().count)
        try forEachSampledCustomer(limit: Self.timingSample) { statistics.add($0.history, until: today) }
        return statistics.timing()
    }

    /// The shop's purchase intervals as they were computed last; computed, and kept where the file may be written, if
    /// they never were or the shop has grown by a tenth since.
    public func timing() throws -> PurchaseTiming {
        let lastSession = try lastSessionID()
        if let kept = try keptTiming(), kept.catalogCount == (try catalog().count),
            lastSession <= kept.lastSession + max(100, kept.lastSession / 10)
        {
            return kept.timing
        }
        let timing = try computeTiming()
        let kept = KeptTiming(lastSession: lastSession, catalogCount: timing.itemLogMeans.count, timing: timing)
        try keep(kept)
        return timing
    }

    /// What is kept under `shop.key = 'timing'`.
    private struct KeptTiming: Codable {
        var version = 2
        var lastSession: Int
        var catalogCount: Int
        var timing: PurchaseTiming
    }

    private func lastSessionID() throws -> Int {
        try reading { try Int.fetchOne($0, sql: "SELECT max(id) FROM sessions") ?? 0 }
    }

    private func keptTiming() throws -> KeptTiming? {
        let text = try reading { try String.fetchOne($0, sql: "SELECT value FROM shop WHERE key = 'timing'") }
        guard let kept = text.flatMap({ try? JSONDecoder().decode(KeptTiming.self, from: Data($0.utf8)) }),
            kept.version == 2
        else { return nil }
        return kept
    }

    private func keep(_ kept: KeptTiming) throws {
        guard let writer else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let text = String(decoding: try encoder.encode(kept), as: UTF8.self)
        // Where another program is writing just now, the figures are computed again next time.
        try? writer.write {
            try $0.execute(sql: "INSERT OR REPLACE INTO shop (key, value) VALUES ('timing', ?)", arguments: [text])
        }
    }
}
