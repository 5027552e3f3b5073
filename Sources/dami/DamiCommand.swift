import ArgumentParser
import Foundation
import Shop

/// The root command. Each subcommand is a file of its own in this folder.
@main
struct DamiCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dami",
        abstract: "A conversational recommender that a shop runs by itself.",
        subcommands: [
            ChatCommand.self,
            PrepareCommand.self,
            TrainCommand.self,
            EvaluateCommand.self,
            RecommendCommand.self,
            CompareCommand.self,
            UnderstandCommand.self,
            InspectCommand.self,
            ExportCommand.self,
            HistoryCommand.self,
            SampleCommand.self,
            DueCommand.self,
            ServeCommand.self,
            TokenCommand.self,
            CouponsCommand.self,
            IndicatorsCommand.self,
            ForgetCommand.self,
            ExportCustomerCommand.self,
            ReplayCommand.self,
        ])

    /// Exit status: 0 done, 1 the work failed (one line on stderr), 2 wrong usage.
    static func main() async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let error as any ReportableError {
            note("dami: \(error.message)")
            Foundation.exit(1)
        } catch let code as ExitCode {
            Foundation.exit(code.rawValue)
        } catch {
            let status = exitCode(for: error)
            let message = fullMessage(for: error)
            if status == .success {
                do { try StandardOutput.print(message) } catch let error as StandardOutputError {
                    note("dami: \(error.message)")
                    Foundation.exit(1)
                } catch {}
                Foundation.exit(0)
            }
            note(message)
            Foundation.exit(status == .validationFailure ? 2 : 1)
        }
    }
}
