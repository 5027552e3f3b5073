/// Reads `A,B,"C, D"`: names separated by commas, a name that holds a comma in double quotes (a quote inside is
/// doubled, as in CSV).
package enum CommaSeparatedNames {
    /// The names without the spaces around them; empty ones are left out.
    package static func names(in text: String) -> [String] {
        var names: [String] = []
        var name = ""
        var isQuoted = false
        var wasQuoted = false
        var rest = text[...]
        func trimmed(_ text: String) -> String {
            let start = text.drop(while: \.isWhitespace)
            return String(start.reversed().drop(while: \.isWhitespace).reversed())
        }
        func close() {
            let clean = wasQuoted ? name : trimmed(name)
            if !clean.isEmpty { names.append(clean) }
            name = ""
            wasQuoted = false
        }
        while let character = rest.popFirst() {
            switch character {
            case "\"" where isQuoted && rest.first == "\"":
                name.append("\"")
                rest.removeFirst()
            case "\"" where isQuoted: isQuoted = false
            case "\"" where trimmed(name).isEmpty && !wasQuoted:
                isQuoted = true
                wasQuoted = true
                name = ""
            case "," where !isQuoted: close()
            default:
                if !wasQuoted || isQuoted || !character.isWhitespace { name.append(character) }
            }
        }
        close()
        return names
    }
}
