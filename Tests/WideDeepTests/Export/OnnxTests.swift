import Testing

@testable import WideDeep

struct OnnxTests {
    @Test func fieldsAreWrittenAsProtocolBuffersSay() {
        var message = ProtobufMessage()
        message.add(1, 150)
        message.add(2, "testing")
        message.add(3, Float(1))
        // The first two are the examples of the encoding's own documentation.
        #expect(message.bytes == [0x08, 0x96, 0x01, 0x12, 0x07] + Array("testing".utf8) + [0x1d, 0, 0, 0x80, 0x3f])
        var negative = ProtobufMessage()
        negative.add(1, -1)
        #expect(negative.bytes == [0x08] + [UInt8](repeating: 0xff, count: 9) + [0x01])
    }

    @Test func theStudysNetworkIsExportedWithEveryWeightAndName() throws {
        let model = try StudyTraining(
            dataset: StudyTrainingTests.shop, settings: StudyTrainingTests.settings(), threads: 1
        ).run()
        let fields = try Fields(model.onnx())
        #expect(fields.numbers[1] == [8])
        let graph = try Fields(try #require(fields.messages[7]?.first))
        let constants = try (graph.messages[5] ?? []).map { try Fields($0) }
        let elements = constants.reduce(0) { $0 + ($1.messages[9]?.first?.count ?? 0) / 4 }
        #expect(elements == model.parameterCount)
        let inputs = try (graph.messages[11] ?? []).map { try Fields($0).text(1) }
        #expect(inputs == ["wide", "dense", "gender", "age"])
        let operations = try (graph.messages[1] ?? []).map { try Fields($0).text(4) }
        #expect(operations.count { $0 == "Gemm" } == 3 && operations.last == "Add")
        let opset = try Fields(try #require(fields.messages[8]?.first))
        #expect(opset.numbers[2] == [17])
        let metadata = try (fields.messages[14] ?? []).map { try Fields($0) }
        #expect(metadata.first { $0.text(1) == "labels" }?.text(2).split(separator: "\n").count == 12)
    }

    @Test func everyOperandOfANodeIsAnInputAConstantOrAnEarlierResult() throws {
        let model = try StudyTraining(
            dataset: StudyTrainingTests.shop, settings: StudyTrainingTests.settings(), threads: 1
        ).run()
        let graph = try Fields(try #require(try Fields(model.onnx()).messages[7]?.first))
        var known = Set(try (graph.messages[11] ?? []).map { try Fields($0).text(1) })
        known.formUnion(try (graph.messages[5] ?? []).map { try Fields($0).text(8) })
        for node in graph.messages[1] ?? [] {
            let fields = try Fields(node)
            for operand in fields.messages[1] ?? [] {
                #expect(known.contains(String(decoding: operand, as: UTF8.self)))
            }
            known.insert(fields.text(2))
        }
        #expect(known.contains("logits"))
    }
}

/// A message taken apart: what the writer is held to.
private struct Fields {
    var numbers: [Int: [UInt64]] = [:]
    var messages: [Int: [[UInt8]]] = [:]

    struct Malformed: Error {}

    init(_ bytes: [UInt8]) throws {
        var position = 0
        func varint() throws -> UInt64 {
            var value: UInt64 = 0
            for shift in stride(from: 0, to: 70, by: 7) {
                guard position < bytes.count else { throw Malformed() }
                position += 1
                value |= UInt64(bytes[position - 1] & 0x7f) << UInt64(shift)
                if bytes[position - 1] < 0x80 { return value }
            }
            throw Malformed()
        }
        while position < bytes.count {
            let tag = try varint()
            switch tag & 7 {
            case 0: numbers[Int(tag >> 3), default: []].append(try varint())
            case 2:
                let count = Int(try varint())
                guard position + count <= bytes.count else { throw Malformed() }
                messages[Int(tag >> 3), default: []].append(Array(bytes[position..<position + count]))
                position += count
            case 5: position += 4
            default: throw Malformed()
            }
        }
    }

    func text(_ field: Int) -> String { String(decoding: messages[field]?.first ?? [], as: UTF8.self) }
}
