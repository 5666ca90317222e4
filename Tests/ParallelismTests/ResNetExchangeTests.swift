import ModelZoo
import Networks
import Parallelism
import Testing

/// What ResNet-50 exchanges where its channels are divided, against what one would write down by hand.
@Suite struct ResNetExchangeTests {
    /// A convolution by output channels reads all channels: its input is gathered, once for a block's first convolution and its shortcut, and the
    /// input's gradient is summed and divided again. Normalisation, ReLU, pooling and the addition of the shortcut exchange nothing.
    @Test func modelModeExchangesTheInputsOfConvolutions() throws {
        let batch = 4
        let network = try ModelZoo.network(named: "resnet50")
        let training = try TrainingGraph(of: network.graph(batchSize: batch, purpose: .training).fusingNormalizations())
        let placed = try Partitioner.place(training, strategy: ParallelMode.model, devices: 2)
        for program in Program.all(of: placed) {
            var found: [CollectiveKind: [Int]] = [:]
            for instruction in program.instructions {
                guard case .exchange(let kind) = instruction.kind, instruction.received.messages > 0 else { continue }
                #expect(instruction.received.messages == 1)
                found[kind, default: []].append(instruction.received.bytes)
            }
            // The dense layer's input, and the scores for the loss, whose gradient is divided without an exchange.
            let gathered = Self.convolutionInputs + [2048, 1000]
            let summed = (Self.convolutionInputs + [2048]).reversed()
            // Of each tensor a device has half.
            #expect(found[.allGather] == gathered.map { batch * $0 * 4 / 2 })
            #expect(found[.reduceScatter] == summed.map { batch * $0 * 4 / 2 })
            #expect(found.count == 2 && gathered.count == 50 && summed.count == 49)
        }
    }

    /// Elements of an image's tensors before the convolutions of the blocks, in their order.
    private static var convolutionInputs: [Int] {
        var (channels, extent) = (64, 56)
        var sizes: [Int] = []
        for (width, blocks, stride) in [(64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2)] {
            for block in 0..<blocks {
                let smaller = block == 0 ? extent / stride : extent
                sizes += [channels * extent * extent, width * extent * extent, width * smaller * smaller]
                (channels, extent) = (4 * width, smaller)
            }
        }
        return sizes
    }
}
