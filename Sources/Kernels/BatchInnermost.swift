import KernelChoices
import Layouts
import OneDNN
import Tensors

/// Batch-innermost tensors, [C, H, W, N]: a vector holds one pixel of one channel of several images. The library's
/// blocks of channels are mostly padding where there are few; here there is none. In return every element of a batch is far from
/// its neighbours in the same image, so that with many channels the caches see too much at a time.
enum BatchInnermost {
    /// Images come in multiples of the widest vector, on every processor: what is possible is then a question of shapes alone.
    static let images = 16
    /// More channels than these are not worth measuring: the library's blocks are full.
    static let mostChannels = 64

    static func implementation(_ instructions: InstructionSet) -> String { "loop:\(instructions), batch-innermost" }

    /// Whoever brings the layout in must win by more than a hair, since operations behind it that want another one have to pay for that.
    static func costFactor(for request: KernelRequest) -> Double { request.inputs.contains(where: isOffered) ? 1 : 1.4 }

    /// Whether images of `channels` channels may be computed on in this way: in single precision, whatever is asked for. Where narrow
    /// numbers do not pay, measuring finds so.
    static func isPossible(for request: KernelRequest, channels: Int) -> Bool {
        let types = request.inputs.map(\.type) + request.outputs.map(\.type)
        guard let images = types.first(where: { $0.shape.rank == 4 })?.shape[0] else { return false }
        return images > 0 && images % Self.images == 0 && channels <= mostChannels
    }

    /// Whether a tensor lies so; one of a single pixel and channel lies in any order.
    static func isOffered(_ input: KernelRequest.Input) -> Bool {
        input.layout.type == .f32 && input.layout.isBatchInnermost && !input.layout.isPlain
    }
}
