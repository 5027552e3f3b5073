import Shop
import Yams

extension GrammarError: ReportableError {
    public var message: String { "\(file):\(line):\(column): expected \(expected)" }
}

extension GrammarError {
    /// A YAML error, which names its own place.
    init(file: String, yaml error: YamlError) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            self.init(file: file, mark: mark, expected: "valid YAML (\(problem))")
        default:
            self.init(file: file, mark: nil, expected: "valid YAML")
        }
    }
}
