import Kernels
package import OneDNN
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

/// A block of a tensor seen as a matrix: a row for each index of axis 0, and in each row the channels, `inner` elements each.
package struct ExchangeBlock: Sendable, Equatable {
    /// Global indices along axis 0.
    package let rows: Range<Int>
    /// Global indices along axis 1; 0..<1 where there is no axis 1.
    package let channels: Range<Int>
    /// Elements of one row and channel.
    package let inner: Int

    package init(ranges: [Range<Int>]) {
        rows = ranges.first ?? 0..<1
        channels = ranges.count > 1 ? ranges[1] : 0..<1
        inner = ranges.dropFirst(2).reduce(1) { $0 * $1.count }
    }

    private init(rows: Range<Int>, channels: Range<Int>, inner: Int) {
        self.rows = rows
        self.channels = channels
        self.inner = inner
    }

    package func intersection(_ other: ExchangeBlock) -> ExchangeBlock {
        ExchangeBlock(rows: rows.clamped(to: other.rows), channels: channels.clamped(to: other.channels), inner: inner)
    }

    package var isEmpty: Bool { rows.isEmpty || channels.isEmpty }

    /// Elements from one row to the next.
    package var rowStride: Int { channels.count * inner }

    /// Where a block within this one begins, elements from this one's beginning.
    package func offset(of part: ExchangeBlock) -> Int {
        (part.rows.lowerBound - rows.lowerBound) * rowStride + (part.channels.lowerBound - channels.lowerBound) * inner
    }
}
