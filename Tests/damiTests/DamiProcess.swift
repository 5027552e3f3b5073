import Foundation

/// Runs the built program as a person's shell would, with a home of its own.
struct DamiProcess {
    /// A directory that is gone when the test is over.
    let directory: URL

    init() throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("dami-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    func remove() { try? FileManager.default.removeItem(at: directory) }

    func path(_ name: String) -> String { directory.appendingPathComponent(name).path }

    struct Result {
        var status: Int32
        var output: String
        var errors: String
        var lines: [String] { output.split(separator: "\n").map(String.init) }
        var json: [String: Any] {
            (try? JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any]) ?? [:]
        }
    }

    /// Runs `dami` with arguments and, if given, standard input and a device for standard output.
    @discardableResult
    func run(_ arguments: String..., input: Data? = nil, output device: String? = nil) throws -> Result {
        try run(arguments, input: input, output: device)
    }

    @discardableResult
    func run(_ arguments: [String], input: Data? = nil, output device: String? = nil) throws -> Result {
        let process = Process()
        process.executableURL = Self.program
        process.arguments = arguments
        process.environment = ["DAMI_HOME": path("home"), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"]
        // Files rather than pipes: nothing can fill up and wait.
        let outputPath = path("stdout-\(UUID().uuidString)")
        let errorPath = path("stderr-\(UUID().uuidString)")
        let inputPath = path("stdin-\(UUID().uuidString)")
        for path in [outputPath, errorPath] { _ = FileManager.default.createFile(atPath: path, contents: nil) }
        _ = FileManager.default.createFile(atPath: inputPath, contents: input ?? Data())
        process.standardInput = FileHandle(forReadingAtPath: inputPath)
        process.standardOutput = FileHandle(forWritingAtPath: device ?? outputPath)
        process.standardError = FileHandle(forWritingAtPath: errorPath)
        try process.run()
        process.waitUntilExit()
        func text(_ path: String) -> String {
            String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
        }
        return Result(status: process.terminationStatus, output: text(outputPath), errors: text(errorPath))
    }

    /// The executable stands beside the test bundle.
    private static let program: URL = {
        let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundleURL
        let beside =
            bundle?.deletingLastPathComponent()
            ?? URL(fileURLWithPath: CommandLine.arguments[0])
            .deletingLastPathComponent()
        return beside.appendingPathComponent("dami")
    }()
}
