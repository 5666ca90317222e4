import KernelChoices
import Layouts
import Networks
import Parallelism
import Planning
import Tensors

extension Binder {
    /// The worker's sum over the batch: of its own partial sums and of those that its peers have, along the tree of all micro-batches.
    func bindSum(
        _ item: UnboundPlan.Item, _ number: Int, _ axes: [Int], _ input: PlacedID, _ output: PlacedID
    ) -> any Kernel {
        let parts = partialSums(of: .statistic(input), axes)
        let ranges = placed.ranges(of: output, worker: worker)
        let block = ExchangeBlock(ranges: ranges)
        let sources = parts.map { ExchangeKernel.Source(block: block, address: $0.address) }
        let destination = memory.address(of: item.outputs[0], in: purpose).assumingMemoryBound(to: Float.self)
        let kernel = ExchangeKernel(
            reduces: true, block: block, destination: destination, sources: sources, nodes: parts.map(\.node))
        let result = ExchangeResult(
            address: destination, count: block.elementCount, layout: .plain(ranges.map(\.count)), offset: 0,
            origin: ranges.map(\.lowerBound))
        return inspector?.inspected(
            kernel, .allReduce, of: output, item: number, result: result, sources: sources, nodes: parts.map(\.node),
            isExchange: placed.mesh.group(of: worker, along: axes).count > 1) ?? kernel
    }
}
