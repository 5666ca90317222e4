import KernelChoices
package import Layouts
import Tensors

/// How a tensor lies in memory while it is exchanged, such that a run of channels of one example is a run of memory.
///
/// Either row-major, or in blocks of `block` channels without padding; in both, an example's channels c₀..<c₁ take the
/// places c₀·inner..<c₁·inner (in the blocked case for c₀, c₁ on block borders), inner being H·W.
package enum ExchangeFormat: Sendable, Equatable {
    case plain
    case blocked(Int)

    /// The format of a tensor whose blocks on all devices hold a multiple of `channels` channels.
    init(of layout: Layout, channels: [Int]) {
        self = .plain
        guard layout.dims.count == 4, layout.innerBlocks.count == 1, let block = layout.innerBlocks.first?.size else { return }
        guard channels.allSatisfy({ $0 % block == 0 }),
            Self.blocked(block).layout(layout.dims).isInterchangeable(with: layout.format(type: .f32))
        else { return }
        self = .blocked(block)
    }

    package func layout(_ dims: [Int]) -> Layout {
        switch self {
        case .plain: return .plain(dims)
        case .blocked(let block):
            guard let layout = Layout.named("aBcd\(block)b", dims) else { return .plain(dims) }
            return layout
        }
    }
}
