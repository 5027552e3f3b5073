import Embedding
import Features
import Foundation
import Shop
import WideDeep

/// `bench epoch [rows=20480] [threads=2] [epochs=3]`: seconds of an epoch of `seed-v1`, encoded data in memory: 37
/// categories, 10,027 wide columns, 347 deep inputs, 898 labels, batch 256, Adam.
enum EpochBench {
    static func run(_ arguments: inout Arguments) throws {
        let rows = arguments.number("rows", 20_480)
        let (dataset, columns) = shop(baskets: rows)
        var settings = StudySettings(preset: "seed-v1")!
        settings.epochs = arguments.number("epochs", 3)
        settings.doc2vec.epochs = 1
        settings.labels = .same
        var control = StudyTraining.Control()
        var seconds: [Double] = []
        var processor: [Double] = []
        var processorStart = clock()
        var costs: [Double] = []
        var start = DispatchTime.now().uptimeNanoseconds
        control.progress = { progress in
            guard progress.endsEpoch else { return }
            let now = DispatchTime.now().uptimeNanoseconds
            if progress.stage == .training {
                costs.append(progress.cost)
                // The first includes encoding.
                if progress.epoch > 0 {
                    seconds.append(Double(now - start) / 1e9)
                    processor.append(Double(clock() - processorStart) / 1e6)
                }
            }
            start = now
            processorStart = clock()
        }
        let training = StudyTraining(dataset: dataset, settings: settings, threads: arguments.number("threads", 2))
        let model = try training.run(control)
        let best = seconds.min() ?? 0
        print(
            "{\"rows\":\(rows),\"columns_a_row\":\(columns),\"wide\":\(model.schema.wideColumns),\"deep\":\(model.schema.deepInputs),"
                + "\"labels\":\(model.labels),\"threads\":\(training.threads),\"epoch_seconds\":\(best),\"epoch_cpu_seconds\":\(processor.min() ?? 0),\"all\":\(seconds),\"cost\":\(costs),"
                + "\"peak_megabytes\":\(peakMegabytes())}")
        let output = arguments.text("output", "")
        if !output.isEmpty { try model.write(to: output) }
    }

    /// Baskets over 898 items in 37 categories, about two categories a basket, as skewed as shops are.
    static func shop(baskets: Int) -> (PurchaseDataset, Double) {
        let catalog = Catalog(
            subcategories: (0..<898).map {
                Subcategory(name: "i\($0)", middleCategory: nil, category: "c\(100 + $0 % 37)")
            })
        var random = KeyedGenerator(1, 2, 3)
        func skewed(_ count: Int) -> Int { Int(Float(count) * random.unit() * random.unit()) }
        var categories = 0
        let customers = (0..<baskets / 8).map { customer in
            let train = (0..<8).map { _ in
                let favourites = [skewed(37), skewed(37)]
                var items: [ItemID] = []
                for _ in 0..<2 + skewed(8) {
                    let category = favourites[random.below(2)]
                    let item = min(897, category + 37 * skewed(24))
                    if !items.contains(item) { items.append(item) }
                }
                categories += Set(items.map { $0 % 37 }).count
                return Basket(items: items)
            }
            let gender: Gender? = random.below(2) == 0 ? .female : .male
            return CustomerBaskets(
                id: String(customer), profile: Profile(gender: gender, age: 10 + 10 * random.below(8)), train: train,
                test: nil)
        }
        let held = Double(categories) / Double(baskets)
        // k held categories set k columns and one for each pair with at least one of them.
        let columns = held + held * (36 - (held - 1) / 2)
        return (PurchaseDataset(catalog: catalog, customers: customers), columns)
    }

    static func peakMegabytes() -> Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss / 1024
    }
}
