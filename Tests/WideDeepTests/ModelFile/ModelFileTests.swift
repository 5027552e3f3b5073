import Foundation
import Shop
import Testing

@testable import WideDeep

struct ModelFileTests {
    static let catalog = Catalog(
        subcategories: [
            Subcategory(name: "우유", middleCategory: "유제품", category: "냉장식품"),
            Subcategory(name: "say \"hi\"\u{1}", middleCategory: nil, category: "기타"),
        ], labelCount: 1)

    private static func sample() -> ModelFileWriter {
        var writer = ModelFileWriter(preset: "test", catalog: catalog)
        writer.set("settings", ["rate": 0.5])
        writer.add("b", shape: [3], [Float(1), 2, 3])
        writer.add("a", shape: [2, 2], [Float(4), 5, 6, 7])
        writer.add("empty", shape: [0, 4], [Float]())
        writer.add("wide", shape: [1], [Int64(-9)])
        writer.add("bytes", shape: [3], [UInt8(1), 2, 3])
        return writer
    }

    @Test func whatIsWrittenIsRead() throws {
        try withFile { path in
            try Self.sample().write(to: path)
            let file = try ModelFile(path: path)
            #expect(try file.catalog() == Self.catalog)
            #expect(file.preset == "test")
            #expect(try file.decode([String: Double].self, from: "settings") == ["rate": 0.5])
            #expect(try file.tensor("a", of: Float.self, shape: [2, 2]).array == [4, 5, 6, 7])
            #expect(try file.tensor("b", of: Float.self, shape: [3])[2] == 3)
            #expect(try file.tensor("wide", of: Int64.self, shape: [1]).array == [-9])
            #expect(try file.tensor("empty", of: Float.self, shape: [0, 4]).count == 0)
            #expect(file.elementCount == 11)
        }
    }

    @Test func theSameContentsGiveTheSameBytesAndTensorsBeginAligned() throws {
        try withFile { path in
            try Self.sample().write(to: path)
            let first = try Data(contentsOf: URL(filePath: path))
            try Self.sample().write(to: path)
            #expect(try Data(contentsOf: URL(filePath: path)) == first)
            let length = first.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
            #expect((length + 8) % 64 == 0)
        }
    }

    @Test func aTensorOfAnotherTypeOrShapeIsRefused() throws {
        try withFile { path in
            try Self.sample().write(to: path)
            let file = try ModelFile(path: path)
            #expect(throws: ModelFileError.self) { try file.tensor("a", of: Float.self, shape: [4]) }
            #expect(throws: ModelFileError.self) { try file.tensor("a", of: Int32.self, shape: [2, 2]) }
            #expect(throws: ModelFileError.self) { try file.tensor("absent", of: Float.self, shape: [1]) }
            #expect(throws: ModelFileError.self) { try file.text("absent") }
        }
    }

    @Test func everyTruncationIsRefused() throws {
        try withFile { path in
            try Self.sample().write(to: path)
            let whole = try Data(contentsOf: URL(filePath: path))
            for count in stride(from: 0, to: whole.count, by: 7) {
                try whole.prefix(count).write(to: URL(filePath: path))
                #expect(throws: ModelFileError.self) { try ModelFile(path: path) }
            }
            try (whole + [0]).write(to: URL(filePath: path))
            #expect(throws: ModelFileError.self) { try ModelFile(path: path) }
        }
    }

    @Test func damagedBytesNeverCrashTheReader() throws {
        try withFile { path in
            try Self.sample().write(to: path)
            let whole = try Data(contentsOf: URL(filePath: path))
            var state: UInt64 = 42
            for _ in 0..<300 {
                var damaged = whole
                for _ in 0..<3 {
                    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    damaged[Int(state >> 33) % damaged.count] = UInt8(truncatingIfNeeded: state >> 20)
                }
                try damaged.write(to: URL(filePath: path))
                do {
                    let file = try ModelFile(path: path)
                    _ = try file.catalog()
                    _ = try file.tensor("a", of: Float.self, shape: [2, 2]).array
                } catch let error as ModelFileError {
                    #expect(!error.message.contains("\n"))
                }
            }
        }
    }

    static let hostile: [(header: String, reason: String)] = [
        (
            #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
            "twice"
        ),
        (
            #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}"#,
            "overlaps"
        ),
        (
            #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[5,9]}}"#,
            "gap"
        ),
        (#"{"a":{"dtype":"F99","shape":[1],"data_offsets":[0,4]}}"#, "unknown type"),
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, "does not fit"),
        (#"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}"#, "does not fit"),
        (#"{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]}}"#, "too large"),
        (#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, "whole number"),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, "lacks"),
        (#"{"a":{"dtype":"F32","shape":[1]}}"#, "lacks"),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}}"#, "unknown key"),
        (#"{"a":[[[[[[[["#, "missing"),
        (#"{"__metadata__":{"k":"v","k":"w"}}"#, "twice"),
        (#"{"__metadata__":{"k":1}}"#, "missing"),
        (#"{"__metadata__":{"k":"\ud800"}}"#, "surrogate"),
        (#"{"a"#, "does not end"), ("", "too early"), ("{} x", "follows"),
    ]

    @Test(arguments: hostile)
    func aHostileHeaderIsRefusedWithTheReason(_ sample: (header: String, reason: String)) throws {
        try withFile { path in
            let length = withUnsafeBytes(of: UInt64(sample.header.utf8.count).littleEndian) { Data($0) }
            try (length + Data(sample.header.utf8) + Data(count: 8)).write(to: URL(filePath: path))
            let error = #expect(throws: ModelFileError.self) { try ModelFile(path: path) }
            #expect(error?.message.contains(sample.reason) == true, "\(error?.message ?? "")")
        }
    }

    @Test func aHugeHeaderLengthIsRefusedBeforeAnythingIsRead() throws {
        for length in [UInt64.max, 1 << 63, 100_000_001, 1000] {
            try withFile { path in
                let bytes = withUnsafeBytes(of: length.littleEndian) { Data($0) } + Data("{}".utf8)
                try bytes.write(to: URL(filePath: path))
                #expect(throws: ModelFileError.self) { try ModelFile(path: path) }
            }
        }
    }

    @Test func aForeignOrNewerFileSaysSo() throws {
        try withFile { path in
            for (metadata, expected) in [
                (#"{"format":"pt"}"#, "not a dami model"),
                (#"{"format":"dami","format_version":"2"}"#, "newer"),
            ] {
                let header = "{\"__metadata__\":\(metadata)}"
                let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) }
                try (length + Data(header.utf8)).write(to: URL(filePath: path))
                let error = #expect(throws: ModelFileError.self) { try ModelFile(path: path) }
                #expect(error?.message.contains(expected) == true)
            }
        }
    }

    @Test func aWriteThatFailsLeavesWhatWasThere() throws {
        try withFile { path in
            try Self.sample().write(to: path)
            let before = try Data(contentsOf: URL(filePath: path))
            do {
                let file = try AtomicFile(path: path)
                try [UInt8](repeating: 1, count: 10).withUnsafeBytes { try file.write($0) }
                // Dropped without a commit, as when an error is thrown.
            }
            #expect(try Data(contentsOf: URL(filePath: path)) == before)
            let folder = URL(filePath: path).deletingLastPathComponent()
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 1)
            #expect(throws: ModelFileError.self) { try Self.sample().write(to: folder.path + "/none/x.model") }
        }
    }
}

/// Runs `body` with a path in a folder of its own, which is removed behind it.
func withFile(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "dami-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.appending(path: "file.model").path)
}
