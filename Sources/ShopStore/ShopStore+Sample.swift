import Foundation
import PurchaseLog

extension ShopStore {
    /// Makes a synthetic shop and stores it: what somebody gets who has no logs at hand. About a second for 3,000
    /// customers, a quarter of whom are in the split.
    ///
    /// - Throws: ``PreparationError``, ``ShopStoreError``.
    public static func createSample(
        at path: String, customers: Int = 3_000, seed: UInt64 = 1, replacing: Bool = false
    ) throws {
        let directory = FileManager.default.temporaryDirectory.path + "/dami-sample-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try SampleShop(customers: customers, seed: seed).write(to: directory)
        let shop = try Preparation(files: PurchaseLogFiles(in: directory)).run()
        try create(at: path, from: shop, replacing: replacing)
    }
}
