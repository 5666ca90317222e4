import Layouts
import OneDNN
import Tensors
import TestSupport
import Testing

/// A layout as a value is what the library makes of its name, and what is made of the value is the library's.
@Suite struct LibraryFormatTests {
    private static let types = ElementKind.allCases

    /// Every format that the library has a name for, whatever the extents: some of one element, some of a few blocks and some more.
    @Test(arguments: 0..<4) func everyNameSaysWhatTheLibraryDoes(seed: Int) throws {
        var cases = RandomCases(seed: seed)
        #expect(LibraryFormat.all.count > 300)
        for format in LibraryFormat.all {
            let rank = format.name.prefix { $0.isLetter }.count
            let most = rank > 6 ? 3 : 70
            let dims = (0..<rank).map { _ in cases.integer(0...2) == 0 ? 1 : cases.integer(1...most) }
            let type = cases.element(of: Self.types)
            let library = try #require(format.layout(dims, type: type), "\(format.name) of \(dims)")
            let value = try #require(Layout.named(format.name, dims, type: type), "\(format.name) of \(dims)")
            expectSame(value, library, format.name)
            let made = try LayoutDescriptor.of(value)
            let own = try #require(library.library)
            #expect(made.isEqual(to: own), "\(value) and \(made.layout)")
            // Nothing that it has come with is needed.
            #expect(try LayoutDescriptor.of(library.withoutLibrary).isEqual(to: own), "\(library)")
            #expect(format.layout(dims + [2], type: type) == nil)
        }
    }

    @Test(arguments: 0..<40) func layoutsByStridesAreTheLibrarys(seed: Int) throws {
        var cases = RandomCases(seed: seed)
        let dims = (0..<cases.integer(2...6)).map { _ in cases.integer(1...9) }
        let type = cases.element(of: Self.types)
        for layout in [Layout.plain(dims, type: type), .channelsLast(dims, type: type), .batchInnermost(dims, type: type)] {
            expectSame(layout, try LayoutDescriptor.of(layout).layout, "\(layout)")
        }
        let open = Layout.any(dims, type: type)
        expectSame(open, try LayoutDescriptor.of(open).layout, "\(open)")
    }

    /// What primitives ask for can be said without their descriptors, too.
    @Test func whatPrimitivesChooseIsAValue() throws {
        let bench = try KernelBench()
        let shape = ConvolutionCase(batch: 2, inputs: 20, outputs: 40, size: [9, 8], kernel: [3, 3])
        let forward = try PrimitiveDescriptor.convolutionForward(
            engine: bench.engine, source: .any(shape.source), weights: .any(shape.weights), bias: nil,
            destination: .any(shape.destination), geometry: shape.geometry, training: true)
        for argument in [Argument.source, .weights, .destination] {
            let layout = try #require(forward.layout(of: argument))
            let own = try #require(layout.library)
            #expect(layout == layout.withoutLibrary)
            #expect(try LayoutDescriptor.of(layout) === own)
            #expect(try LayoutDescriptor.of(layout.withoutLibrary).isEqual(to: own), "\(layout)")
        }
    }

    @Test(.winogradExists) func opaqueOnesAreTheLibrarysAlone() throws {
        let bench = try KernelBench()
        func weights() throws -> Layout {
            let shape = ConvolutionCase(batch: 1, inputs: 16, outputs: 16, size: [8, 8], kernel: [3, 3])
            let forward = try PrimitiveDescriptor.convolutionForward(
                engine: bench.engine, source: .any(shape.source), weights: .any(shape.weights), bias: nil,
                destination: .any(shape.destination), geometry: shape.geometry, algorithm: .winograd, training: false)
            return try #require(forward.layout(of: .weights))
        }
        let (one, other) = (try weights(), try weights())
        guard one.isOpaque else { return #expect(one == other) }
        #expect(one == other && one.isInterchangeable(with: other))
        #expect(one != one.withoutLibrary)
        #expect(throws: OneDNNError.self) { try LayoutDescriptor.of(one.withoutLibrary) }
    }

    @Test func aBlockThatTheLibraryDoesNotKnowIsAnError() throws {
        let strange = try #require(Layout.named("aBcd7b", [2, 9, 3, 3]))
        #expect(throws: OneDNNError.self) { try LayoutDescriptor.of(strange) }
    }

    private func expectSame(_ value: Layout, _ library: Layout, _ name: String) {
        #expect(value.dims == library.dims && value.paddedDims == library.paddedDims, "\(name): \(value) is \(library)")
        #expect(value.type == library.type && value.format == library.format, "\(name): \(value) is \(library)")
        #expect(value.elementStrides == library.elementStrides, "\(name): \(value) is \(library)")
        #expect(value.innerBlocks == library.innerBlocks, "\(name): \(value) is \(library)")
        #expect(value.firstElement == library.firstElement, "\(name): \(value) is \(library)")
        #expect(value.byteCount == library.byteCount, "\(name): \(value) is \(library)")
        #expect(value == library && library == value, "\(name): \(value) is \(library)")
    }
}

extension Layout {
    /// The value alone.
    fileprivate var withoutLibrary: Layout {
        Layout(
            dims: dims, paddedDims: paddedDims, type: type, format: format, elementStrides: elementStrides,
            innerBlocks: innerBlocks,
            firstElement: firstElement, byteCount: byteCount, library: nil)
    }
}
