import CEdit
import Shop

/// A prompt: who is talking and what is in the cart, then the mark to type behind.
struct Prompt: Hashable {
    /// All of it, as it is read.
    var text: String
    /// How many characters of `text`, from the front, are told apart by colour.
    var colouredCount: Int

    init(text: String, colouredCount: Int = 0) {
        self.text = text
        self.colouredCount = colouredCount
    }

    /// For libedit: escape sequences stand between marks, each before a character that takes a column.
    func wideText(colour: Bool) -> [wchar_t] {
        guard colour, colouredCount > 0, colouredCount < text.count else {
            return text.unicodeScalars.map { wchar_t($0.value) }
        }
        let literal = Unicode.Scalar(UInt32(cedit_literal)).map(String.init) ?? ""
        let start = literal + "\u{1B}[36m" + literal
        let end = literal + "\u{1B}[0m" + literal
        let marked = start + text.prefix(colouredCount) + end + text.dropFirst(colouredCount)
        return marked.unicodeScalars.map { wchar_t($0.value) }
    }
}
