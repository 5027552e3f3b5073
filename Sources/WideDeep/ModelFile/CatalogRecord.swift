import Shop

/// A catalog as the model file's metadata holds it.
struct CatalogRecord: Codable {
    /// How many items, from the front, are labels.
    var labels: Int
    /// `CLAC3_NM`, `CLAC2_NM` (or null), `CLAC1_NM` of each item.
    var subcategories: [[String?]]

    init(_ catalog: Catalog) {
        labels = catalog.labelCount
        subcategories = catalog.subcategories.map { [$0.name, $0.middleCategory, $0.category] }
    }

    /// The catalog, or `nil` where the record is not one: a row of another length, a name twice, too many labels.
    var catalog: Catalog? {
        var rows: [Subcategory] = []
        var names: Set<String> = []
        for row in subcategories {
            guard row.count == 3, let name = row[0], let category = row[2], names.insert(name).inserted else {
                return nil
            }
            rows.append(Subcategory(name: name, middleCategory: row[1], category: category))
        }
        guard (0...rows.count).contains(labels) else { return nil }
        return Catalog(subcategories: rows, labelCount: labels)
    }
}

extension ModelFile {
    /// `seed-v1`, `default`, …
    package var preset: String { header.metadata["preset"] ?? "" }

    /// The catalog that the model was trained on.
    package func catalog() throws(ModelFileError) -> Catalog {
        guard let catalog = try decode(CatalogRecord.self, from: "catalog").catalog else {
            throw ModelFileError.unfit(path: path, reason: "its catalog cannot be read")
        }
        return catalog
    }
}
