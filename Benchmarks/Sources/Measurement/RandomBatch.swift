public import Tensors

/// A batch in memory, made up once and used in every step, so that no input is ever waited for.
///
/// `@unchecked Sendable`: written in `init` and only read until `deinit`.
public final class RandomBatch: @unchecked Sendable {
    public let count: Int
    let images: UnsafeMutablePointer<Float>
    let labels: UnsafeMutablePointer<Int32>

    /// `count` images [N, C, H, W] of normal numbers, each with one of `classes` labels.
    public init(count: Int, shape: Shape, classes: Int) {
        self.count = count
        let elements = count * shape.elementCount
        images = .allocate(capacity: elements)
        RandomSource(seed: 1, purpose: .synthesis)
            .fillNormal(range: 0..<elements, into: UnsafeMutableBufferPointer(start: images, count: elements))
        labels = .allocate(capacity: count)
        let random = RandomSource(seed: 1, purpose: .synthesis, stream: 1)
        for index in 0..<count { (labels + index).initialize(to: Int32(random.integer(index: index, below: classes))) }
    }

    deinit {
        images.deallocate()
        labels.deallocate()
    }
}
