import Layouts
import Testing

@Suite("Layouts say where elements lie")
struct LayoutTests {
    @Test func plain() {
        let layout = Layout.plain([2, 20, 3, 5])
        #expect(layout.description == "abcd f32 2x20x3x5")
        #expect(layout.isPlain && !layout.isPadded && !layout.isAny && !layout.isOpaque)
        #expect(layout.byteCount == 2400)
        #expect(layout.elementStrides == [300, 15, 5, 1])
        #expect(layout.innerBlocks.isEmpty)
    }

    @Test func channelsLast() {
        let layout = Layout.channelsLast([2, 20, 3, 5])
        #expect(layout.description == "acdb f32 2x20x3x5")
        #expect(!layout.isPlain && layout.innerBlocks.isEmpty)
        #expect(layout.elementOffset(of: [1, 2, 1, 3]) == 300 + 1 * 100 + 3 * 20 + 2)
    }

    @Test func blocked() throws {
        let layout = try #require(Layout.named("aBcd16b", [2, 20, 3, 5]))
        #expect(layout.description == "aBcd16b f32 2x20x3x5")
        #expect(layout.paddedDims == [2, 32, 3, 5] && layout.isPadded && !layout.isPlain)
        #expect(layout.byteCount == 2 * 32 * 15 * 4)
        #expect(layout.innerBlocks.map(\.dim) == [1] && layout.innerBlocks.map(\.size) == [16])
        #expect(layout.elementOffset(of: [1, 17, 2, 4]) == 480 + 240 + 14 * 16 + 1)
    }

    @Test func open() {
        let layout = Layout.any([4, 3], type: .bf16)
        #expect(layout.isAny && layout.byteCount == 0 && layout.elementStrides.isEmpty)
        #expect(layout.description == "any bf16 4x3")
        #expect(layout.elementOffset(of: [0, 0]) == nil)
    }

    @Test func equality() throws {
        #expect(Layout.plain([2, 3]) == Layout.plain([2, 3]))
        #expect(Layout.plain([2, 3]) != Layout.plain([3, 2]))
        #expect(Layout.plain([2, 3]) != Layout.plain([2, 3], type: .i32))
        #expect(Layout.plain([2, 3, 4, 4]) != Layout.channelsLast([2, 3, 4, 4]))
        #expect(Layout.named("abcd", [2, 3, 4, 4]) == Layout.plain([2, 3, 4, 4]))
        // One pixel: the order of channels and pixels means nothing.
        #expect(Layout.plain([2, 32, 1, 1]).isInterchangeable(with: .channelsLast([2, 32, 1, 1])))
        #expect(Layout.plain([2, 32, 1, 1]).isInterchangeable(with: try #require(Layout.named("aBcd16b", [2, 32, 1, 1]))))
        #expect(!Layout.plain([2, 32, 2, 1]).isInterchangeable(with: .channelsLast([2, 32, 2, 1])))
    }

    @Test func theOrderOfDimensionsOfSizeOneMeansNothing() {
        #expect(Layout.named("cabd", [2, 3, 2, 4]) != .plain([2, 3, 2, 4]))
        #expect(Layout.named("cabd", [2, 3, 1, 4]) == .plain([2, 3, 1, 4]))
    }

    /// What nobody but the library knows, the library is asked about.
    @Test func opaqueOnesAreComparedByTheirDescriptors() {
        final class Descriptor: LibraryLayout {
            let kind: Int
            init(_ kind: Int) { self.kind = kind }
            func isEqual(to other: any LibraryLayout) -> Bool { (other as? Descriptor)?.kind == kind }
        }
        func opaque(_ library: (any LibraryLayout)?) -> Layout {
            Layout(
                dims: [16, 16, 3, 3], paddedDims: [16, 16, 3, 3], type: .f32, format: .opaque, elementStrides: [],
                innerBlocks: [],
                firstElement: 0, byteCount: 36864, library: library)
        }
        #expect(opaque(Descriptor(1)) == opaque(Descriptor(1)))
        #expect(opaque(Descriptor(1)) != opaque(Descriptor(2)))
        #expect(opaque(nil) != opaque(nil) && opaque(Descriptor(1)) != opaque(nil))
        #expect(opaque(Descriptor(1)) != .plain([16, 16, 3, 3]) && !opaque(Descriptor(1)).isPlain)
        #expect(opaque(Descriptor(1)).isInterchangeable(with: opaque(Descriptor(1))))
        #expect(opaque(Descriptor(1)).format(type: .f32) == .plain([16, 16, 3, 3]))
    }
}
