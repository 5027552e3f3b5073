import Foundation
import Shop
import WideDeep

/// A page that a command writes at its end. Its place is looked at before the work: minutes of it must not end at a
/// mistyped folder.
struct PageFile {
    let path: String

    /// - Parameter option: what named the file on the command line.
    /// - Throws: ``PageFileError`` where no such file can be written.
    init(_ path: String, option: String) throws {
        self.path = path
        var isDirectory: ObjCBool = false
        if path.isEmpty
            || FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
        {
            throw PageFileError.isDirectory(option: option, path: path)
        }
        let parent = (path as NSString).deletingLastPathComponent
        let directory = parent.isEmpty ? "." : parent
        guard FileManager.default.fileExists(atPath: directory, isDirectory: &isDirectory), isDirectory.boolValue,
            FileManager.default.isWritableFile(atPath: directory)
        else { throw PageFileError.unwritable(option: option, path: path, directory: directory) }
    }

    /// Writes the page, whole or not at all, and tells the user.
    func write(_ page: String, called name: String) throws {
        let file = try AtomicFile(path: path)
        try Array(page.utf8).withUnsafeBytes { try file.write($0) }
        try file.commit()
        note("\(path): \(name)")
    }
}

/// Why a page can't be written.
enum PageFileError: ReportableError {
    case isDirectory(option: String, path: String)
    case unwritable(option: String, path: String, directory: String)

    var message: String {
        switch self {
        case .isDirectory(let option, let path):
            "\(option) \(path): names a directory; name the file to write"
        case .unwritable(let option, let path, let directory):
            "\(option) \(path): the directory \(directory) does not exist or cannot be written to"
        }
    }
}
