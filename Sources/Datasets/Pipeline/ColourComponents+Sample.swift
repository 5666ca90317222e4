import ImageFiles
import Locks
import Tensors

extension ColourComponents {
    /// How many images stand for a set: enough that the components settle, few enough to decode before the first step.
    static let sampleLimit = 2048

    /// The components over the training images, or over `sampleLimit` of them at even distances.
    ///
    /// The sums are integers, so the result does not depend on `threads`. Throws the error of the first bad image.
    init(sampledFrom store: ImageStore, threads: Int) throws(DatasetError) {
        let available = store.dataset.exampleCount(store.split)
        let sample = min(available, Self.sampleLimit)
        let channels = store.dataset.imageShape[0]
        let shared = Guarded((moments: ColourMoments(channels: channels), failure: (index: Int, error: DatasetError)?.none))

        @Sendable func add(every stride: Int, from first: Int) {
            let bytes = store.dataset.imageShape.elementCount
            let scratch = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: bytes)
            defer { scratch.deallocate() }
            var moments = ColourMoments(channels: channels)
            for place in Swift.stride(from: first, to: sample, by: stride) {
                let index = place * available / sample
                do throws(DatasetError) {
                    try store.withImage(index, scratch: scratch) { image in
                        moments.add(UnsafeBufferPointer(start: image, count: bytes))
                    }
                } catch {
                    shared.withLock { shared in
                        if index < shared.failure?.index ?? .max { shared.failure = (index, error) }
                    }
                    return
                }
            }
            shared.withLock { $0.moments.add(moments) }
        }

        var running = [InputThread]()
        for first in 1..<max(threads, 2) where first < threads {
            running.append(try InputThread { add(every: threads, from: first) })
        }
        add(every: threads, from: 0)
        running.removeAll()  // joins
        let (moments, failure) = shared.withLock { $0 }
        if let failure { throw failure.error }
        self.init(of: moments)
    }
}
