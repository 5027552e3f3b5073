import ArgumentParser
import Evaluation
import Foundation
import Shop
import ShopStore
import Terminal
import WideDeep

/// `dami evaluate`: how good a model is, and against what.
struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Measure a model on the test baskets of a shop.",
        discussion: """
            Tasks: warm (history and profile), cart (a stranger with 1, 2 or 3 items of the test basket in the cart, the \
            others to be found), warm-cart (both), profile, none. With --baselines, known methods answer the same \
            questions; their settings are chosen on the shop's train baskets alone. Definitions are in docs/EVALUATION.md.
            """)

    @Option(help: "The shop. (default: shop.db in dami's home)") var data: String?
    @Option(help: "The model. (default: shop.model in dami's home)") var model: String?
    @Option(help: "warm, cart, warm-cart, profile, none, one of these with its cart size (cart-2), or all.")
    var task = "all"
    @Flag(help: "Measure known methods, too.") var baselines = false
    @Option(help: "The score above which an item counts as predicted, for accuracy.") var threshold = 0.5
    @Option(help: ArgumentHelp("Lengths of list to measure beside 10.", valueName: "n,…")) var at: [CutoffList] = []
    @Option(help: "The seed of the carts and of the intervals.") var seed: UInt64 = 0
    @Option(help: ArgumentHelp("Write a page with tables and charts here.", valueName: "file.html"))
    var report: String?
    @Flag(help: "Print JSON.") var json = false

    func validate() throws {
        guard EvaluationTask.tasks(named: task) != nil else {
            throw ValidationError("--task must be warm, cart, warm-cart, profile, none or all, not \(task)")
        }
        guard (0...1).contains(threshold) else {
            throw ValidationError("--threshold must be between 0 and 1, not \(threshold)")
        }
    }

    func run() throws {
        let page = try report.map { try PageFile($0, option: "--report") }
        let shop = data ?? DamiHome.shop
        var settings = ModelEvaluation.Settings()
        settings.tasks = EvaluationTask.tasks(named: task) ?? []
        settings.cutoffs = at.flatMap(\.lengths)
        settings.seed = seed
        settings.threshold = threshold
        settings.baselines = baselines ? Baseline.all : []
        let model = model ?? DamiHome.model
        let evaluation = try ModelEvaluation(
            model: model, dataset: try ShopStore.open(shop, access: .readOnly).dataset(), shop: shop,
            settings: settings)
        if let warning = evaluation.match.warning(model: model, shop: shop) { note("dami: \(warning)") }

        let display = ProgressDisplay(
            title: "Evaluating", unit: .counted("methods"), total: settings.baselines.count + 1)
        let result: EvaluationReport
        do {
            result = try evaluation.report { name, done in display.update(completed: done, detail: name) }
        } catch {
            display.cancel()
            throw error
        }
        display.cancel()
        try StandardOutput.write(json ? result.json() + "\n" : result.text())
        try page?.write(result.html(), called: "the report")
    }
}

/// `5,20`: lengths of list.
struct CutoffList: ExpressibleByArgument {
    let lengths: [Int]

    init?(argument: String) {
        let numbers = argument.split(separator: ",", omittingEmptySubsequences: false).map {
            Int($0.trimmingCharacters(in: .whitespaces))
        }
        guard numbers.allSatisfy({ $0.map { (1...1000).contains($0) } ?? false }) else { return nil }
        lengths = numbers.compactMap { $0 }
    }
}
