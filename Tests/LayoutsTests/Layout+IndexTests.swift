import Layouts
import Testing

@Suite struct LayoutIndexTests {
    static let layouts: [Layout?] = [
        .plain([3, 5, 2, 4]), .plain([7]), .channelsLast([2, 5, 3, 3]), .named("aBcd16b", [2, 32, 3, 2]),
        .named("aBcd16b", [2, 17, 3, 2]), .named("aBcd8b", [1, 8, 1, 1]), .named("ABcd16b16a", [33, 20, 3, 3]),
        .named("Abcd16a", [20, 3, 2, 2]), .named("AB16b64a", [70, 20]),
    ]

    /// Every place in memory is some element's or padding, and every element's place leads back to it.
    @Test(arguments: layouts) func placesLeadBackToTheirElements(layout: Layout?) throws {
        let layout = try #require(layout, "the library knows this layout")
        let found = (0..<layout.byteCount / 4).compactMap { place in
            layout.index(ofElement: place).map { (place: place, index: $0) }
        }
        #expect(found.count == layout.dims.reduce(1, *))
        #expect(found.allSatisfy { layout.elementOffset(of: $0.index) == $0.place })
        #expect(layout.index(ofElement: layout.byteCount / 4) == nil)
    }
}
