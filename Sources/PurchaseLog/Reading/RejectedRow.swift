/// A row that could not be understood, and where it stands.
public struct RejectedRow: Hashable, Sendable {
    public enum Reason: String, Hashable, Sendable, Codable, CaseIterable {
        case tooFewFields = "too_few_fields"
        case tooManyFields = "too_many_fields"
        case missingID = "missing_id"
        case longID = "long_id"
        case unreadableID = "unreadable_id"
        case badNumber = "bad_number"
        case missingCategory = "missing_category"

        /// For people: what is wrong with the row.
        public var explanation: String {
            switch self {
            case .tooFewFields: "the row has fewer fields than the header"
            case .tooManyFields:
                "the row has more fields than the header, and which of them belong together is not certain"
            case .missingID: "the id is blank"
            case .longID: "the id is longer than \(RejectedRow.longestID) bytes"
            case .unreadableID: "the id is no text in the encoding of the file, which --encoding can name"
            case .badNumber: "a whole number was expected"
            case .missingCategory: "the category is blank"
            }
        }
    }

    /// The longest id, in bytes, of a customer or a session: longer ones are what a lost quote has swallowed.
    public static let longestID = 255

    /// The file.
    public var path: String
    /// From 1; the header's is 1.
    public var line: Int
    /// The field, from 1, that is to blame; 1 where the row as a whole is.
    public var column: Int
    public var reason: Reason
    /// The row as it stands in the file, decoded as far as possible.
    public var text: String
}
