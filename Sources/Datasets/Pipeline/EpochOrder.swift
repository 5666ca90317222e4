import Locks
import Tensors

/// Which example stands where in an epoch: shuffled anew for each epoch of training, by index in validation.
final class EpochOrder: Sendable {
    private let source: RandomSource?
    private let count: Int
    /// The last two epochs asked for: at an epoch's end the batches of the next are already begun.
    private let known = Guarded<[(epoch: Int, order: [Int])]>([])

    /// The order of `count` examples, shuffled by `seed` if there is one.
    init(count: Int, shuffledBy seed: UInt64?) {
        self.count = count
        source = seed.map { RandomSource(seed: $0, purpose: .shuffling) }
    }

    /// The examples of `epoch` in order. Cost: O(count) the first time.
    func order(epoch: Int) -> [Int] {
        known.withLock { known in
            if let hit = known.first(where: { $0.epoch == epoch }) { return hit.order }
            let order = source?.permutation(step: epoch, of: count) ?? Array(0..<count)
            if known.count == 2 { known.removeFirst() }
            known.append((epoch, order))
            return order
        }
    }
}
