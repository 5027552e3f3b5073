import Testing

@testable import Shop

@Suite struct CatalogMatchTests {
    private func catalog(_ names: [String], labels: Int? = nil) -> Catalog {
        Catalog(
            subcategories: names.map { Subcategory(name: $0, middleCategory: nil, category: "all") }, labelCount: labels
        )
    }

    @Test func aModelOfTheShopMatchesWithoutAWord() throws {
        let shop = catalog(["우유", "식빵", "샴푸"], labels: 2)
        let match = CatalogMatch(model: shop, shop: shop)
        try match.requireOneShop(model: "a.model", shop: "a.db")
        #expect(match.warning(model: "a.model", shop: "a.db") == nil)
    }

    @Test func aShopPreparedAnewMatchesAndWhatItLostIsTold() throws {
        let match = CatalogMatch(
            model: catalog(["우유", "식빵", "샴푸", "린스"]), shop: catalog(["샴푸", "우유", "치즈", "식빵"], labels: 3))
        try match.requireOneShop(model: "a.model", shop: "a.db")
        let warning = try #require(match.warning(model: "a.model", shop: "a.db"))
        #expect(warning.hasPrefix("a.model knows 1 of 4 subcategories that a.db does not have (린스)"))
        #expect(!warning.contains("\n"))
    }

    @Test func lessThanHalfInCommonIsAnotherShop() throws {
        let model = catalog(["a", "b", "c", "d"])
        let half = CatalogMatch(model: model, shop: catalog(["a", "b", "y", "z"]))
        try half.requireOneShop(model: "a.model", shop: "a.db")
        let less = CatalogMatch(model: model, shop: catalog(["a", "x", "y", "z"]))
        #expect(throws: OtherShopError(model: "a.model", shop: "a.db", shared: 1, labels: 4)) {
            try less.requireOneShop(model: "a.model", shop: "a.db")
        }
    }

    @Test func aShopThatHasSoldLittleMayHaveALargeModel() throws {
        let model = catalog((0..<40).map(String.init))
        let match = CatalogMatch(model: model, shop: catalog((0..<40).map(String.init), labels: 3))
        try match.requireOneShop(model: "a.model", shop: "a.db")
        #expect(match.warning(model: "a.model", shop: "a.db") == nil)
    }
}
