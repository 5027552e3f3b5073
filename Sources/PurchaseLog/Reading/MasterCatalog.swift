import Shop

extension Catalog {
    /// Every subcategory of a Master file, in the order first seen: a shop's names without its baskets.
    ///
    /// - Throws: what reading a Master file throws in a preparation: file, line and what to do.
    public init(contentsOfMaster path: String) throws {
        let master = try MasterLog(LogBytes(path: path), advanced: { _, _ in })
        self.init(subcategories: master.subcategories)
    }
}
