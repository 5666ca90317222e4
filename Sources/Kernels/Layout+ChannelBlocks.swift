import Layouts
import OneDNN
import Tensors

// The layouts that convolutions by AVX-512 are made for: channels in blocks of as many as a vector holds.
extension Layout {
    /// Channels of a block.
    static let channelBlock = 16

    /// Images [N, C, H, W] in blocks of channels, innermost: by default the library's nChw16c.
    static func channelBlocked(_ shape: Shape, type: ElementKind = .f32, block: Int = channelBlock) -> Layout {
        guard let layout = named("aBcd\(block)b", shape.dimensions, type: type) else {
            preconditionFailure("oneDNN has no blocks of channels")
        }
        return layout
    }

    /// Channels of a block where the library's kernels have a choice.
    static func channelBlock(for instructions: InstructionSet) -> Int { instructions == .avx512 ? channelBlock : 8 }

    /// Weights [K, C / groups, R, S] of all groups, one group behind the other, in blocks of inputs × outputs, outputs innermost.
    static func blockedWeights(_ shape: Shape, groups: Int) -> Layout {
        let block = channelBlock
        let name = groups > 1 ? "aBCde\(block)c\(block)b" : "ABcd\(block)b\(block)a"
        guard let layout = named(name, libraryWeight(shape, groups: groups)) else {
            preconditionFailure("oneDNN has no blocked weights")
        }
        return layout
    }

    /// Whether the inputs and outputs of each group fill whole blocks, of weights [K, C / groups, R, S].
    static func fillsChannelBlocks(_ weight: Shape, groups: Int) -> Bool {
        weight.rank == 4 && weight[1] % channelBlock == 0 && weight[0] % (groups * channelBlock) == 0
    }

    /// How many channels of a pixel lie side by side, where images [N, C, H, W] are blocked by channels and by nothing else.
    var channelsInBlock: Int? {
        guard innerBlocks.count == 1, innerBlocks[0].dim == 1, innerBlocks[0].size % 4 == 0,
            let blocked = Layout.named("aBcd\(innerBlocks[0].size)b", dims, type: type), isInterchangeable(with: blocked)
        else { return nil }
        return innerBlocks[0].size
    }
}
