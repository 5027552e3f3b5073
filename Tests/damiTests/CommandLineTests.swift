import Foundation
import Testing

@testable import dami

/// What a shell sees of the program: exit statuses, stdout, one line on stderr.
@Suite struct CommandLineTests {
    private func withProgram(_ body: (DamiProcess) throws -> Void) throws {
        let program = try DamiProcess()
        defer { program.remove() }
        try body(program)
    }

    @Test(arguments: [
        "nonsense", "train --epochs many", "prepare", "due", "train --batch 0", "due --on 2018-09-01 --within=-1",
        "recommend --batch --count 3", "recommend --batch --gender F", "recommend --batch --age 30",
        "recommend --batch --cart 우유", "recommend --batch --exclude 우유", "recommend --batch --category 식품",
        "recommend --batch --explain", "recommend --batch --data x.db --customer 1",
        "serve --max-connections=-1", "serve --max-connections 0", "serve --max-connections 9223372036854775807",
        "serve --idle-timeout=-1", "serve --port 70000", "serve --port=-1", "serve --max-line 0", "serve --max-rate=-1",
        "serve --max-outstanding 0", "serve --drain-timeout=-1", "serve --metrics-port 70000",
        "serve --tls-certificate x.pem", "serve --tls-key x.pem", "serve --host 0.0.0.0",
    ])
    func wrongUsageEndsWithTwo(line: String) throws {
        try withProgram { dami in
            let result = try dami.run(line.split(separator: " ").map(String.init))
            #expect(result.status == 2)
            #expect(result.output.isEmpty)
            #expect(result.errors.contains("Usage:") || result.errors.contains("Error:"))
        }
    }

    @Test func helpIsAResult() throws {
        try withProgram { dami in
            let result = try dami.run("--help")
            #expect(result.status == 0)
            for command in ["prepare", "train", "evaluate", "recommend", "chat", "serve", "replay", "understand"] {
                #expect(result.output.contains(command))
            }
        }
    }

    @Test func aMissingFileIsOneLine() throws {
        try withProgram { dami in
            for result in [
                try dami.run("prepare", dami.path("nowhere"), "--output", dami.path("shop.db")),
                try dami.run("train", "--data", dami.path("none.db"), "--output", dami.path("m.model")),
                try dami.run("recommend", "--model", dami.path("none.model"), "--age", "30"),
                try dami.run("inspect", dami.path("none.db")),
                try dami.run("history", "--data", dami.path("none.db")),
                try dami.run("evaluate", "--report", dami.path("nowhere/page.html")),
                try dami.run("indicators", "--html", dami.path("nowhere/page.html")),
                try dami.run("indicators", "--html", dami.directory.path),
            ] {
                #expect(result.status == 1)
                #expect(result.output.isEmpty)
                #expect(result.errors.hasPrefix("dami: "))
                #expect(result.errors.split(separator: "\n").count == 1)
            }
        }
    }

    @Test func foreignAndTruncatedFilesAreRefused() throws {
        try withProgram { dami in
            let model = dami.path("bad.model")
            for bytes in [Data(), Data("hello".utf8), Data([255, 255, 255, 255, 255, 255, 255, 127]), Data(count: 64)] {
                try bytes.write(to: URL(fileURLWithPath: model))
                let result = try dami.run("recommend", "--model", model, "--age", "30")
                #expect(result.status == 1)
                #expect(result.errors.split(separator: "\n").count == 1)
                #expect(result.errors.contains("bad.model"))
            }
            try Data("SQLite format 3\0garbage".utf8).write(to: URL(fileURLWithPath: dami.path("bad.db")))
            let result = try dami.run("history", "--data", dami.path("bad.db"))
            #expect(result.status == 1)
            #expect(result.errors.split(separator: "\n").count == 1)
        }
    }

    @Test func aChatWithWhatIsNoShopDoesNotBegin() throws {
        let shop = try DialogTests.shop.get()
        try withProgram { dami in
            try Data("a,b\n1,2\n".utf8).write(to: URL(fileURLWithPath: dami.path("log.csv")))
            for path in [dami.path("log.csv"), "/dev/null", shop.model, dami.directory.path, dami.path("none.db")] {
                let result = try dami.run("chat", "--data", path, "--model", shop.model, input: Data("안녕\n".utf8))
                #expect(result.status == 1, "\(path)")
                #expect(result.output.isEmpty, "\(path)")
                #expect(result.errors.hasPrefix("dami: \(path): "), "\(result.errors)")
                #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
            }
        }
    }

    @Test func whatIsNeitherAShopNorAModelIsTold() throws {
        try withProgram { dami in
            try dami.run("sample", "--output", dami.path("logs"), "--customers", "20")
            try Data().write(to: URL(fileURLWithPath: dami.path("empty")))
            for (file, expected) in [
                (dami.path("logs"), "cannot be read: Is a directory"), ("/proc/self/mem", "cannot be read: "),
                (dami.path("logs") + "/Custom.csv", "is neither a shop nor a model"),
                (dami.path("empty"), "is neither a shop nor a model"),
            ] {
                let result = try dami.run("inspect", file)
                #expect(result.status == 1)
                #expect(result.errors.hasPrefix("dami: \(file): \(expected)"), "\(result.errors)")
                #expect(result.errors.split(separator: "\n").count == 1)
            }
            for command in [["history", "--data"], ["export", "--onnx", dami.path("o.onnx"), "--model"]] {
                let result = try dami.run(command + [dami.path("logs")])
                #expect(result.status == 1)
                #expect(!result.errors.contains("cannot be written"))
                #expect(result.errors.split(separator: "\n").count == 1)
            }
        }
    }

    @Test func theLogsAreNeverWrittenTo() throws {
        try withProgram { dami in
            let logs = dami.path("logs")
            try dami.run("sample", "--output", logs, "--customers", "20")
            let product = try Data(contentsOf: URL(fileURLWithPath: logs + "/Product.csv"))
            let custom = try Data(contentsOf: URL(fileURLWithPath: logs + "/Custom.csv"))
            for result in [
                try dami.run(
                    "prepare", logs, "--output", dami.path("a.db"), "--rejects", logs + "/../logs/Product.csv"),
                try dami.run("prepare", logs, "--output", logs + "/Custom.csv", "--replace"),
                try dami.run("prepare", logs, "--output", logs + "/Custom.csv"),
                try dami.run("prepare", logs, "--output", dami.path("a.db"), "--rejects", dami.path("a.db")),
            ] {
                #expect(result.status == 1)
                #expect(result.errors.hasPrefix("dami: --") && result.errors.contains("name another file"))
            }
            #expect(try Data(contentsOf: URL(fileURLWithPath: logs + "/Product.csv")) == product)
            #expect(try Data(contentsOf: URL(fileURLWithPath: logs + "/Custom.csv")) == custom)
            #expect(!FileManager.default.fileExists(atPath: dami.path("a.db")))
        }
    }

    @Test func aMissingColumnIsNamed() throws {
        try withProgram { dami in
            try dami.run("sample", "--output", dami.path("logs"), "--customers", "20")
            let master = URL(fileURLWithPath: dami.path("logs")).appendingPathComponent("Master.csv")
            let text = try String(contentsOf: master, encoding: .utf8)
            try Data(text.replacing("CLAC3_NM", with: "SOMETHING").utf8).write(to: master)
            let result = try dami.run("prepare", dami.path("logs"), "--output", dami.path("shop.db"))
            #expect(result.status == 1)
            #expect(result.errors.contains("Master.csv"))
            #expect(result.errors.contains("CLAC3_NM"))
            #expect(!FileManager.default.fileExists(atPath: dami.path("shop.db")))
        }
    }
}
