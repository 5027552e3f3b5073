import Shop

/// What can be wrong with a model file. Each message names the file and says what to do.
public enum ModelFileError: ReportableError, Equatable {
    /// The file can't be opened, read or written: the system's own words.
    case system(path: String, action: String, reason: String)
    /// The bytes are not a safetensors file, or not a whole one.
    case damaged(path: String, reason: String)
    /// A safetensors file, but not one of dami's.
    case foreign(path: String)
    /// Written by a newer dami.
    case newer(path: String, version: Int, supported: Int)
    /// A tensor or a metadata entry that this kind of model needs is missing or has another type or shape.
    case unfit(path: String, reason: String)

    public var message: String {
        switch self {
        case .system(let path, let action, let reason): "\(path.quotedForMessage): cannot \(action): \(reason)"
        case .damaged(let path, let reason):
            "\(path.quotedForMessage): damaged model file: \(reason); train it again or copy it again"
        case .foreign(let path):
            "\(path.quotedForMessage): a safetensors file, but not a dami model; make one with dami train"
        case .newer(let path, let version, let supported):
            "\(path.quotedForMessage): model format \(version) is newer than this dami reads (\(supported)); update dami or train again"
        case .unfit(let path, let reason): "\(path.quotedForMessage): \(reason); train it again with this version"
        }
    }
}

extension String {
    /// For use in a one-line message: control characters shown as spaces, very long text cut.
    var quotedForMessage: String {
        let shown = unicodeScalars.map { $0.properties.generalCategory == .control ? " " : Character($0) }
        return shown.count > 200 ? String(shown.prefix(200)) + "…" : String(shown)
    }
}
