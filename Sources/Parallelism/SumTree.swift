/// The order in which the terms of a gradient are added: neighbours pairwise, then the pairs, and so on.
///
///     0   1   2   3   4   5   6
///     └─┬─┘   └─┬─┘   └─┬─┘   │
///       └───┬───┘       └──┬──┘
///           └──────┬───────┘
///
/// A node is the run of terms below it. The tree depends on their number alone, so a sum has the same bits whoever adds which
/// part of it.
public struct SumTree: Sendable, Hashable {
    public let count: Int

    public init(count: Int) {
        precondition(count > 0, "a sum of nothing")
        self.count = count
    }

    /// The node above two neighbouring nodes, if the tree adds them to each other.
    func parent(of left: Range<Int>, _ right: Range<Int>) -> Range<Int>? {
        let width = left.count
        guard left.upperBound == right.lowerBound, width.nonzeroBitCount == 1, left.lowerBound % (2 * width) == 0,
            right.upperBound == min(right.lowerBound + width, count)
        else { return nil }
        return left.lowerBound..<right.upperBound
    }

    /// The nodes that remain when the terms `run` come one after another and are added as soon as the tree allows.
    /// At most 2·log₂ of the run's length, and never more than that plus one at a time on the way.
    public func nodes(covering run: Range<Int>) -> [Range<Int>] {
        var stack = [Range<Int>]()
        for term in run { _ = push(term..<term + 1, on: &stack) }
        return stack
    }

    /// Puts the next node on a stack of nodes and adds nodes as long as the tree has them under one. The additions are given in their
    /// order: the right node is added to the left.
    public func push(_ node: Range<Int>, on stack: inout [Range<Int>]) -> [(left: Range<Int>, right: Range<Int>)] {
        var additions: [(left: Range<Int>, right: Range<Int>)] = []
        stack.append(node)
        while stack.count > 1, let parent = parent(of: stack[stack.count - 2], stack[stack.count - 1]) {
            additions.append((stack[stack.count - 2], stack[stack.count - 1]))
            stack.removeLast()
            stack[stack.count - 1] = parent
        }
        return additions
    }
}
