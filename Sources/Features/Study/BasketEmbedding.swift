import Shop

/// Turns a basket into a dense vector: what the study's encoder needs of Doc2Vec, so that Features depends on no trainer.
///
/// A conformance is a pure function of the basket's items and their order.
package protocol BasketEmbedding: Sendable {
    /// The length of a vector.
    var dimensions: Int { get }

    /// Writes the vector of a basket to `vector[0..<dimensions]`. Items without a vector of their own are passed over; a
    /// basket without any other gives zeros.
    func embed(_ items: [ItemID], into vector: UnsafeMutablePointer<Float>)
}
