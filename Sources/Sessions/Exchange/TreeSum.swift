import Parallelism

/// Adds vectors in the order of a `SumTree`, whatever their length.
///
/// The vectors are nodes of the tree that together cover it: the terms themselves, or partial sums that a worker has added
/// already. The order depends on the tree alone, so the sum has the same bits whoever computes which part of it.
package final class TreeSum {
    /// For each vector, in order: how many additions become possible with it.
    private let additions: [Int]
    /// Four or eight terms, each pair of which is added as soon as both are there: in one pass, without partial sums. Else 0.
    private let balanced: Int
    private let partial: UnsafeMutablePointer<Float>
    /// The vectors and partial sums that wait for their neighbours.
    private let stack: UnsafeMutablePointer<UnsafePointer<Float>>

    /// Elements handled at a time: small enough that the partial sums stay in the first-level cache.
    static let chunk = 1024

    /// A sum of `count` single terms.
    convenience init(count: Int) {
        self.init(nodes: (0..<count).map { $0..<$0 + 1 }, of: SumTree(count: count))
    }

    /// - Parameter nodes: the nodes that the vectors stand for, in order; together all of the tree.
    init(nodes: [Range<Int>], of tree: SumTree) {
        var waiting = [Range<Int>]()
        var depth = 1
        var additions = [Int]()
        for node in nodes {
            additions.append(tree.push(node, on: &waiting).count)
            depth = max(depth, waiting.count + 1)
        }
        precondition(waiting == [0..<tree.count], "the vectors are not the whole tree")
        self.additions = additions
        balanced = additions == [0, 1, 0, 2] ? 4 : additions == [0, 1, 0, 2, 0, 1, 0, 3] ? 8 : 0
        partial = .allocate(capacity: depth * Self.chunk)
        partial.initialize(repeating: 0, count: depth * Self.chunk)
        stack = .allocate(capacity: depth + 1)
        stack.initialize(repeating: UnsafePointer(partial), count: depth + 1)
    }

    deinit {
        partial.deallocate()
        stack.deallocate()
    }

    /// Writes the sum of `length` elements, at most `chunk`, of each vector from `offset` on to `destination`, which may be
    /// one of the vectors.
    @inline(__always)
    func sum(
        _ vectors: UnsafePointer<UnsafePointer<Float>>, offset: Int, length: Int, into destination: UnsafeMutablePointer<Float>
    ) {
        let count = additions.count
        if count == 1 {
            destination.update(from: vectors[0] + offset, count: length)
            return
        }
        if count == 2 {
            Self.add(vectors[0] + offset, vectors[1] + offset, length, into: destination)
            return
        }
        if balanced == 4 {
            let (a, b, c, d) = (vectors[0] + offset, vectors[1] + offset, vectors[2] + offset, vectors[3] + offset)
            for i in 0..<length { destination[i] = (a[i] + b[i]) + (c[i] + d[i]) }
            return
        }
        if balanced == 8 {
            let (a, b, c, d) = (vectors[0] + offset, vectors[1] + offset, vectors[2] + offset, vectors[3] + offset)
            let (e, f, g, h) = (vectors[4] + offset, vectors[5] + offset, vectors[6] + offset, vectors[7] + offset)
            for i in 0..<length {
                destination[i] = ((a[i] + b[i]) + (c[i] + d[i])) + ((e[i] + f[i]) + (g[i] + h[i]))
            }
            return
        }
        var height = 0
        for index in 0..<count {
            stack[height] = vectors[index] + offset
            height += 1
            for _ in 0..<additions[index] {
                height -= 1
                // Only the last addition leaves one: it may write where a vector lies, since nothing is read after it.
                let isLast = index == count - 1 && height == 1
                let place = isLast ? destination : partial + (height - 1) * Self.chunk
                Self.add(stack[height - 1], stack[height], length, into: place)
                stack[height - 1] = UnsafePointer(place)
            }
        }
    }

    @inline(__always)
    private static func add(
        _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ length: Int, into destination: UnsafeMutablePointer<Float>
    ) {
        for i in 0..<length { destination[i] = a[i] + b[i] }
    }
}
