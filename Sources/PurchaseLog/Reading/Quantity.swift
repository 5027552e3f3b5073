/// How many were bought, to the millionth: things that are weighed have fractions, and a sum of them must not depend on
/// how a binary fraction is rounded.
struct Quantity: Hashable {
    var millionths: Int64

    static let one: Int64 = 1_000_000
    private static let largest = Int64(Int32.max) * one

    /// The sum, within what ``rounded`` can hold.
    static func + (a: Quantity, b: Quantity) -> Quantity {
        Quantity(millionths: max(-largest, min(largest, a.millionths + b.millionths)))
    }

    /// The nearest whole number; of two the one that is farther from zero, so that a return undoes a purchase.
    var rounded: Int32 {
        let half = Self.one / 2
        return Int32(clamping: (millionths + (millionths < 0 ? -half : half)) / Self.one)
    }
}
