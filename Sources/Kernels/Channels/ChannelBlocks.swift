import Layouts
import Tensors

/// Images [N, C, …] as they lie: runs of memory, one for each block of channels of each example, a block's channels side by side at each
/// pixel. Row-major images have blocks of one channel, blocked ones of 8 or 16, and where channels are innermost a block is all of them.
struct ChannelBlocks {
    let layout: Layout
    let examples: Int
    let channels: Int
    let pixels: Int
    /// Channels of a block. The last one's lanes beyond C are padding, which holds zeros.
    let block: Int

    /// In the layout in which they are offered, where it is one of these; else row-major.
    init(_ offered: Layout) {
        let layout = offered.type == .f32 ? offered : offered.format(type: .f32)
        let dims = layout.dims
        (examples, channels, pixels) = (dims[0], dims[1], dims.dropFirst(2).reduce(1, *))
        if layout.isInterchangeable(with: .channelsLast(dims)) {
            (self.layout, block) = (layout, channels)
        } else if let channelBlock = layout.channelsInBlock {
            (self.layout, block) = (layout, channelBlock)
        } else {
            (self.layout, block) = (.plain(dims), 1)
        }
    }

    /// Calls `body` with the first element of each run and the number n · C + c of its first channel; of a block of one channel.
    @inline(__always)
    func forEachRow(_ body: (_ start: Int, _ channel: Int) -> Void) {
        for channel in 0..<examples &* channels { body(channel &* pixels, channel) }
    }

    /// Calls `body` with each eight lanes or less of a block: the first element, how many lanes there are in memory, the number n · C + c of
    /// the first channel, and how many of the lanes are channels. From pixel to pixel it is `block` elements.
    @inline(__always)
    func forEachLanesOfChannels(_ body: (_ start: Int, _ width: Int, _ channel: Int, _ count: Int) -> Void) {
        let blocks = (channels &+ block &- 1) / block
        for example in 0..<examples {
            for index in 0..<blocks {
                forEachLanes(of: block) { lane, width in
                    let first = index &* block &+ lane
                    body(
                        (example &* blocks &+ index) &* pixels &* block &+ lane, width, example &* channels &+ first,
                        max(0, min(width, channels &- first)))
                }
            }
        }
    }
}
