import KernelChoices
import Layouts
import Networks
import Parallelism
import Planning
import Tensors

extension Binder {
    func bindSum(
        _ item: UnboundPlan.Item, _ number: Int, _ axes: [Int], _ input: PlacedID, _ output: PlacedID
    ) -> any Kernel {
        let parts = partialSums(of: .statistic(input), axes)
        let nodes = parts.map(\.node)
        let ranges = placed.ranges(of: output, worker: worker)
        let destination = memory.address(of: item.outputs[0], in: purpose).assumingMemoryBound(to: Float.self)
        let count = ranges.reduce(1) { $0 * $1.count }
        let kernel = BatchSumKernel(
            parts.map(\.address), sum: TreeSum(nodes: nodes, of: placed.terms(axes: axes, worker: worker).tree),
            into: destination,
            count: count)
        guard let inspector else { return kernel }
        let block = ExchangeBlock(ranges: ranges)
        let result = ExchangeResult(
            address: destination, count: count, layout: .plain(ranges.map(\.count)), offset: 0, origin: ranges.map(\.lowerBound))
        return inspector.inspected(
            kernel, sumOf: output, item: number, result: result,
            sources: parts.map { ExchangeKernel.Source(block: block, address: $0.address) }, terms: nodes,
            isExchange: placed.mesh.group(of: worker, along: axes).count > 1)
    }
}
