import Shop
import TestSupport
import Testing

@testable import Features

struct StudyEncoderTests {
    /// Sums one number an item, in the items' order.
    private struct Sums: BasketEmbedding {
        var dimensions: Int { 2 }
        func embed(_ items: [ItemID], into vector: UnsafeMutablePointer<Float>) {
            vector[0] = items.reduce(0) { $0 + 1 / Float($1 + 3) }
            vector[1] = Float(items.count)
        }
    }

    private static func encoder(categories: Int, items: Int) -> StudyEncoder {
        let catalog = Catalog(
            subcategories: (0..<items).map {
                Subcategory(name: "i\($0)", middleCategory: nil, category: "c" + String(100 + $0 % categories))
            })
        return StudyEncoder(
            schema: StudySchema(catalog: catalog, basketDimensions: 2), catalog: catalog, embedding: Sums())
    }

    @Test func thirtySevenCategoriesMakeTheStudysNumberOfColumnsAndInputs() {
        let catalog = Catalog(
            subcategories: (0..<37).map { Subcategory(name: "i\($0)", middleCategory: nil, category: "c\($0)") })
        let schema = StudySchema(catalog: catalog)
        #expect(schema.wideColumns == 37 + 37 * 36 / 2 * 15)
        #expect(schema.deepInputs == 347)
    }

    @Test func everyColumnHasANameOfItsOwn() {
        let schema = Self.encoder(categories: 5, items: 10).schema
        let names = (0..<schema.wideColumns).map { schema.name(ofColumn: $0) }
        #expect(Set(names).count == names.count)
        #expect(names[0] == "c100" && names[5] == "c100 +c101_01" && names.last == "c103 +c104_33")
    }

    @Test func countsAreCrossedInPairsCappedAtThree() {
        let encoder = Self.encoder(categories: 3, items: 30)
        let features = encoder.encode(Context(cart: [0, 3, 6, 9, 12, 2]))
        let names = features.wide.map { encoder.schema.name(ofColumn: Int($0)) }
        #expect(names == ["c100", "c102", "c100 +c101_30", "c100 +c102_31", "c101 +c102_01"])
        #expect(features.dense.suffix(3) == [1, 0, 1])
    }

    @Test func anEmptyContextHasNoColumnsAndUnknownProfileRows() {
        let features = Self.encoder(categories: 3, items: 6).encode(Context())
        #expect(features.wide.isEmpty && features.dense.allSatisfy { $0 == 0 })
        #expect(features.gender == 0 && features.age == 0)
    }

    @Test func theCartStandsForAContextAndElseTheLatestBasket() {
        let encoder = Self.encoder(categories: 3, items: 6)
        let history = [Basket(items: [0]), Basket(items: [1, 2])]
        #expect(encoder.encode(Context(history: history)) == encoder.encode(Context(cart: [1, 2])))
        #expect(encoder.encode(Context(history: history, cart: [5])) == encoder.encode(Context(cart: [5])))
    }

    @Test(arguments: 0..<20)
    func aBasketThatGrowsAndShrinksEncodesAsFromScratch(seed: UInt64) {
        let encoder = Self.encoder(categories: 4, items: 40)
        var random = SplitMix(state: seed)
        var state = encoder.begin(Profile(gender: .female, age: 40))
        var items: [ItemID] = []
        for _ in 0..<25 {
            let item = Int(random.next() % 40)
            if let index = items.firstIndex(of: item) {
                items.remove(at: index)
                state.remove(item, by: encoder)
            } else {
                items.append(item)
                state.add(item, by: encoder)
            }
            let scratch = encoder.encode(Context(profile: Profile(gender: .female, age: 40), cart: items))
            #expect(encoder.features(of: state) == scratch)
            #expect(scratch.wide == scratch.wide.sorted())
        }
    }

    @Test func itemsOutsideTheCatalogAreIgnored() {
        let encoder = Self.encoder(categories: 3, items: 6)
        #expect(encoder.encode(Context(cart: [-1, 99])).wide.isEmpty)
    }
}
