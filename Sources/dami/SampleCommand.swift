import ArgumentParser
import PurchaseLog
import Terminal

/// `dami sample`: a synthetic shop to try everything with.
struct SampleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample",
        abstract: "Write the four purchase logs of a synthetic shop.",
        discussion: """
            The files have the form that dami prepare reads, with the faults of real logs, and signal that a model \
            can find. A customer makes about 35 rows of Product.
            """)

    @Option(name: .shortAndLong, help: ArgumentHelp("The directory to write to.", valueName: "dir")) var output: String
    @Option(help: "How many customers.") var customers = 3_000
    @Option(help: "Another seed is another shop.") var seed: UInt64 = 1

    func validate() throws {
        guard (1...10_000_000).contains(customers) else {
            throw ValidationError("--customers must be between 1 and 10000000, not \(customers)")
        }
    }

    func run() throws {
        let display = ProgressDisplay(title: "Sample shop", unit: .counted("customers"), total: customers)
        do {
            try SampleShop(customers: customers, seed: seed).write(to: output) { written, total in
                display.update(completed: written, total: total)
            }
            display.finish(completed: customers)
        } catch {
            display.cancel()
            throw error
        }
    }
}
