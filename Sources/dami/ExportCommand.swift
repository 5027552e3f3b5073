import ArgumentParser
import Foundation
import Shop
import WideDeep

/// `dami export`: a model's network for other runtimes.
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write a model's network for ONNX Runtime.",
        discussion: """
            The graph (opset 17) takes the features that dami encodes, named in its documentation strings, and gives the \
            logits of all labels, whose names stand in the file's metadata as "labels", one a line.
            """)

    @Option(help: "The model. (default: shop.model in dami's home)") var model: String?
    @Option(help: "The ONNX file to write.") var onnx: String

    func run() throws {
        let path = model ?? DamiHome.model
        let bytes = try OnnxExport.bytes(of: try ModelFile(path: path))
        let file = try AtomicFile(path: onnx)
        try bytes.withUnsafeBytes { try file.write($0) }
        try file.commit()
        note("\(onnx): \(bytes.count) bytes")
    }
}
