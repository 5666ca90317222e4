import ImageFiles
import Locks
import Tensors

/// The decoded images of one split: each is decoded once and kept, as far as a limit of bytes allows.
///
/// The first images by index are kept, not the latest: an epoch visits each once, so what was used last is needed last.
///
/// `@unchecked Sendable`: a place in `memory` is written by the one thread that moved its state from `empty` to `writing`,
/// and read by others only once it is `ready`; the states are behind a lock.
final class ImageStore: @unchecked Sendable {
    let dataset: any ImageDataset
    let split: Split
    private let imageBytes: Int
    private let memory: UnsafeMutableBufferPointer<UInt8>
    private let states: Guarded<[State]>

    private enum State {
        case empty
        case writing
        case ready
    }

    /// Keeps up to `limit` bytes of the images of `split`; the system lends the memory as it is filled.
    init(_ dataset: any ImageDataset, _ split: Split, limit: Int) {
        self.dataset = dataset
        self.split = split
        imageBytes = dataset.imageShape.elementCount
        let kept = Self.keptCount(dataset, split, limit: limit)
        memory = .allocate(capacity: kept * imageBytes)
        states = Guarded([State](repeating: .empty, count: kept))
    }

    /// How many images there is memory for.
    static func keptCount(_ dataset: any ImageDataset, _ split: Split, limit: Int) -> Int {
        dataset.isWorthCaching ? min(dataset.exampleCount(split), max(limit, 0) / dataset.imageShape.elementCount) : 0
    }

    deinit {
        memory.deallocate()
    }

    /// Passes image `index` to `body`, decoding it into `scratch` or the store if it is not kept yet.
    func withImage(
        _ index: Int, scratch: UnsafeMutableBufferPointer<UInt8>, _ body: (UnsafePointer<UInt8>) -> Void
    ) throws(DatasetError) {
        let (state, claimed) = states.withLock { states -> (State, Bool) in
            guard index < states.count else { return (.empty, false) }
            guard states[index] == .empty else { return (states[index], false) }
            states[index] = .writing
            return (.writing, true)
        }
        if state == .ready {
            body(UnsafePointer(place(of: index).baseAddress!))
        } else if claimed {
            do {
                try dataset.decode(index, of: split, into: place(of: index))
            } catch {
                states.withLock { $0[index] = .empty }
                throw error
            }
            states.withLock { $0[index] = .ready }
            body(UnsafePointer(place(of: index).baseAddress!))
        } else {
            try dataset.decode(index, of: split, into: scratch)
            body(UnsafePointer(scratch.baseAddress!))
        }
    }

    private func place(of index: Int) -> UnsafeMutableBufferPointer<UInt8> {
        UnsafeMutableBufferPointer(rebasing: memory[index * imageBytes..<(index + 1) * imageBytes])
    }
}
