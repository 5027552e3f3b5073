import Shop

/// What can be wrong with a structured act from the protocol.
public enum ActError: ReportableError, Hashable {
    /// The request does not have the form of an act: which act and slot, what was expected.
    case malformed(String)
    /// An item is in no catalog of this shop.
    case unknownItem(String)

    /// The protocol's error code.
    public var code: String {
        switch self {
        case .malformed: "bad_request"
        case .unknownItem: "unknown_item"
        }
    }

    public var message: String {
        switch self {
        case .malformed(let what): what
        case .unknownItem(let name): "\(quoted(name)) is no subcategory of this shop"
        }
    }
}

/// A name in quotes, shortened and without control characters, as an error message may show it.
func quoted(_ text: String) -> String {
    let clean = text.unicodeScalars.filter { $0.properties.generalCategory != .control }.prefix(60)
    return "\u{201C}" + String(String.UnicodeScalarView(clean)) + "\u{201D}"
}
