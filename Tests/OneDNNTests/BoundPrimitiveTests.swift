import Layouts
import OneDNN
import TestSupport
import Testing

@Suite("A primitive is bound to exactly the tensors it takes")
struct BoundPrimitiveTests {
    @Test func missingAndUnexpected() throws {
        let bench = try KernelBench()
        let relu = try PrimitiveDescriptor.eltwiseForward(engine: bench.engine, kind: .relu, data: .plain([4]), training: true)
        let tensor = TensorMemory(.plain([4]))
        let missing = #expect(throws: OneDNNError.self) { try BoundPrimitive(relu, [(.source, tensor.address)]) }
        #expect(missing?.description == "oneDNN relu forward was bound without destination; it needs source, destination")
        let extra = #expect(throws: OneDNNError.self) {
            try BoundPrimitive(
                relu, [(.source, tensor.address), (.destination, tensor.address), (.diffBias, tensor.address)])
        }
        #expect(
            extra?.description
                == "oneDNN relu forward was bound to bias gradient, which it does not take; it needs source, destination")
    }

    @Test("Binding touches no memory, not even padding")
    func bindingWritesNothing() throws {
        let bench = try KernelBench()
        let layout = try #require(Layout.named("aBcd16b", [1, 3, 2, 2]))
        let relu = try PrimitiveDescriptor.eltwiseForward(engine: bench.engine, kind: .relu, data: layout, training: true)
        let (source, destination) = (TensorMemory(layout), TensorMemory(layout))
        let bound = try BoundPrimitive(relu, [(.source, source.address), (.destination, destination.address)])
        #expect(source.rawFloats.allSatisfy(\.isNaN) && destination.rawFloats.allSatisfy(\.isNaN))
        #expect(bound.descriptor.implementation == relu.implementation)
    }

    @Test("The same descriptor on the same data gives the same bits")
    func repeatable() throws {
        let bench = try KernelBench()
        let shape = ConvolutionCase(batch: 4, inputs: 24, outputs: 40, size: [14, 14], kernel: [3, 3])
        var numbers = RandomNumbers(seed: 2)
        let backward = try PrimitiveDescriptor.convolutionBackwardWeights(
            engine: bench.engine, source: .any(shape.source), diffWeights: .any(shape.weights), diffBias: nil,
            diffDestination: .any(shape.destination), geometry: shape.geometry)
        let given: [Argument: TensorMemory] = [
            .source: try bench.tensor(numbers.floats(shape.source.reduce(1, *)), .plain(shape.source)),
            .diffDestination: try bench.tensor(
                numbers.floats(shape.destination.reduce(1, *)), .plain(shape.destination)),
        ]
        let first = try bench.run(backward, given)[.diffWeights].map(bench.values)
        let second = try bench.run(backward, given)[.diffWeights].map(bench.values)
        #expect(first != nil && first == second)
    }
}
