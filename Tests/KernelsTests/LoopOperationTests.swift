import Networks
import ReferenceKernels
import Tensors
import Testing

/// The package's own operations that say by a loop how they are computed: in double precision it is the plain loop that kernels are held to.
@Suite struct LoopOperationTests {
    static let cases: [(operation: any Networks.Operation, inputs: [TensorType])] = [
        (RadialBasis(), [.examples([3, 21]), .weight([5, 21])]),
        (RadialBasisGradient(), [.examples([3, 5]), .examples([3, 21]), .weight([5, 21])]),
        (ChannelSelection(indices: [3, 0, 0, 2]), [.examples([2, 4, 3, 5])]),
        (ChannelSelectionGradient(indices: [3, 0, 0, 2], channels: 5), [.examples([2, 4, 3, 5])]),
    ]

    @Test(arguments: cases.indices) func aLoopInDoublePrecisionIsThePlainOne(index: Int) throws {
        let (operation, types) = Self.cases[index]
        let loop = try #require(operation as? any LoopOperation)
        let reference = try #require(operation as? any ReferenceComputable)
        let outputTypes = try operation.outputTypes(for: types)
        let inputs = types.enumerated().map { stream, type in
            ReferenceTensor(HostTensor(type.shape, Operand(random: type.shape, stream: UInt32(stream)).values))
        }
        let expected = reference.reference(inputs, step: ReferenceStep(seed: 1))
        let actual = loop.loopOutputs(inputs, types: (types, outputTypes), step: ReferenceStep(seed: 1))
        #expect(actual.map(\.shape) == expected.map(\.shape))
        for (a, b) in zip(actual.flatMap(\.values), expected.flatMap(\.values)) {
            // Sums of up to 21 terms of a few units each, in another order.
            #expect(abs(a - b) <= 1e-13)
        }
    }
}
