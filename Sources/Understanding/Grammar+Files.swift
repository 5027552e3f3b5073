import CGrammars
import Foundation
import Yams

extension Grammar {
    /// The grammars that come with the program.
    ///
    /// - Throws: never in a program that was tested: a test compiles them.
    public static func bundled() throws -> Grammar { try compiled(bundledSource()) }

    /// The bundled grammars, compiled once in a process.
    static let shared: Grammar = {
        do { return try bundled() } catch { preconditionFailure("the bundled grammars: \(error)") }
    }()

    /// The bytes live as long as the program.
    nonisolated(unsafe) static let bundledFiles: [(name: String, bytes: UnsafeBufferPointer<UInt8>)] = [
        ("ko.yaml", cgrammars_korean()), ("en.yaml", cgrammars_english()), ("aliases.yaml", cgrammars_aliases()),
    ].map { name, file in (name, UnsafeBufferPointer(start: file.bytes, count: file.count)) }

    static var bundledTexts: [(name: String, text: String)] {
        bundledFiles.map { (name: $0.name, text: String(decoding: $0.bytes, as: UTF8.self)) }
    }

    static func bundledSource() throws -> GrammarSource {
        var source = GrammarSource()
        for file in bundledTexts { try source.add(yaml: file.text, file: file.name) }
        return source
    }

    /// The bundled grammars and those of a folder's `.yaml` files, in the order of their names.
    ///
    /// The test sentences of all files are checked, so that a phrasing that breaks another is found at once.
    /// - Throws: ``GrammarError``.
    public static func extended(by directory: String) throws -> Grammar {
        var source = try bundledSource()
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: directory).filter { $0.hasSuffix(".yaml") }
                .sorted()
        } catch {
            throw GrammarError(
                file: directory, line: 1, column: 1, expected: "a readable folder of grammar files (.yaml)")
        }
        var files = bundledTexts
        for name in names {
            let path = directory + "/" + name
            guard let data = FileManager.default.contents(atPath: path),
                let text = String(validating: data, as: UTF8.self)
            else { throw GrammarError(file: path, line: 1, column: 1, expected: "a readable file of UTF-8 text") }
            try source.add(yaml: text, file: path)
            files.append((path, text))
        }
        let grammar = try compiled(source)
        for file in files { try GrammarTests(yaml: file.text, file: file.name).check(grammar) }
        return grammar
    }
}

extension GrammarError {
    init(file: String, line: Int, column: Int, expected: String) {
        self.file = file
        self.line = line
        self.column = column
        self.expected = expected
    }
}
