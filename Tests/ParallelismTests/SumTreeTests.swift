import Parallelism
import Testing

@Suite struct SumTreeTests {
    /// The drawing above `SumTree`: seven terms.
    @Test func sevenSummandsAreAddedAsDrawn() {
        let tree = SumTree(count: 7)
        var stack = [Range<Int>]()
        let additions = (0..<7).map { term in
            tree.push(term..<term + 1, on: &stack).map { "\($0.left)+\($0.right)" }
        }
        #expect(
            additions == [
                [], ["0..<1+1..<2"], [], ["2..<3+3..<4", "0..<2+2..<4"], [], ["4..<5+5..<6"], ["4..<6+6..<7", "0..<4+4..<7"],
            ])
        #expect(stack == [0..<7])
    }

    /// However the terms are divided among workers, every worker ends with nodes of the tree, few of them, and the nodes
    /// of all workers add up to the whole along the tree's own branches.
    @Test(arguments: 1...33) func everyDivisionEndsInTheSameTree(count: Int) {
        let tree = SumTree(count: count)
        let whole = Self.branches(tree, nodes: (0..<count).map { $0..<$0 + 1 })
        for workers in 1...count {
            let partition = BalancedPartition(of: count, into: workers)
            var branches = Set<[Range<Int>]>()
            var nodes = [Range<Int>]()
            for worker in 0..<workers {
                let own = tree.nodes(covering: partition[worker])
                let logarithm = Int.bitWidth - partition[worker].count.leadingZeroBitCount
                #expect(own.count <= 2 * logarithm)
                branches.formUnion(Self.branches(tree, nodes: partition[worker].map { $0..<$0 + 1 }))
                nodes += own
            }
            branches.formUnion(Self.branches(tree, nodes: nodes))
            #expect(branches == whole, "\(workers) workers")
        }
    }

    /// All additions on the way through `nodes`.
    private static func branches(_ tree: SumTree, nodes: [Range<Int>]) -> Set<[Range<Int>]> {
        var stack = [Range<Int>]()
        return Set(nodes.flatMap { tree.push($0, on: &stack).map { [$0.left, $0.right] } })
    }
}
