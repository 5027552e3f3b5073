import Foundation

/// Times one thing and prints a line of JSON, for the scripts beside this package to compare.
@main
struct Bench {
    static func main() throws {
        var arguments = Arguments(Array(CommandLine.arguments.dropFirst()))
        switch arguments.next() {
        case "gemm": try GemmBench.run(&arguments)
        case "doc2vec": try Doc2VecBench.run(&arguments)
        case "epoch": try EpochBench.run(&arguments)
        case "default-forward": try DefaultForward.run(&arguments)
        case "forward": try ForwardBench.run(&arguments)
        default:
            FileHandle.standardError.write(
                Data("usage: bench gemm|doc2vec|epoch|forward|default-forward key=value…\n".utf8))
            exit(2)
        }
    }

    /// Seconds of the fastest of several runs.
    static func best(of runs: Int, _ body: () -> Void) -> Double {
        (0..<runs).map { _ in seconds(body) }.min() ?? 0
    }

    static func seconds(_ body: () -> Void) -> Double {
        let start = DispatchTime.now().uptimeNanoseconds
        body()
        return Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
    }
}

/// `key=value` arguments.
struct Arguments {
    private var words: [String]

    init(_ words: [String]) { self.words = words }

    mutating func next() -> String? { words.isEmpty ? nil : words.removeFirst() }

    func text(_ key: String, _ other: String) -> String {
        words.first { $0.hasPrefix(key + "=") }.map { String($0.dropFirst(key.count + 1)) } ?? other
    }

    func number(_ key: String, _ other: Int) -> Int { Int(text(key, "")) ?? other }

    func decimal(_ key: String, _ other: Double) -> Double { Double(text(key, "")) ?? other }
}
