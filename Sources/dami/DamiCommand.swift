import ArgumentParser

@main
struct DamiCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "dami", abstract: "A conversational recommender.")
}
