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
}
