import Tensors

/// Random tensors one after the other, the same for a seed on every run.
struct ReferenceDraws {
    private let source: RandomSource
    private var index = 0

    init(seed: UInt64) {
        source = RandomSource(seed: seed, purpose: .synthesis, stream: 4)
    }

    /// Standard normal numbers.
    mutating func normal(_ shape: Shape) -> ReferenceTensor {
        defer { index += shape.elementCount }
        return ReferenceTensor(shape, (0..<shape.elementCount).map { Double(source.normal(index: index + $0)) })
    }

    /// Whole numbers in `0..<count`.
    mutating func classes(_ shape: Shape, count: Int) -> ReferenceTensor {
        defer { index += shape.elementCount }
        return ReferenceTensor(
            shape, (0..<shape.elementCount).map { Double(source.integer(index: index + $0, below: count)) })
    }
}
