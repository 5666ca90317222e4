import KernelChoices
import Networks
import Parallelism
import Planning
import Tensors

extension Binder {
    /// The partial sums that all workers of `axes` have, in the order of the tree.
    func partialSums(of sum: BatchSum, _ axes: [Int]) -> [(node: Range<Int>, address: UnsafePointer<Float>)] {
        let holders = axes.isEmpty ? [worker] : placed.mesh.group(of: worker, along: axes)
        return holders.flatMap { holder in
            placed.partialSums(axes: axes, worker: holder).map { node in
                (
                    node: node,
                    address: transport.numbers(
                        .partialSum(sum, worker: holder, first: node.lowerBound), by: self.worker)
                )
            }
        }.sorted { $0.node.lowerBound < $1.node.lowerBound }
    }

    func bindSquares(_ parameter: Int, _ axes: [Int], _ destination: UnsafeMutableRawPointer) -> any Kernel {
        let slice = unbound.updatedSlice(parameter, axes: axes, in: placed, worker: worker)
        let parts = partialSums(of: .gradient(parameter: parameter), axes)
        let weights = memory.parameterAddress(parameter).assumingMemoryBound(to: Float.self)
        return SquaresKernel(
            gradients: parts.map { $0.address + slice.lowerBound },
            sum: TreeSum(nodes: parts.map(\.node), of: placed.terms(axes: axes, worker: worker).tree),
            weights: UnsafePointer(weights + slice.lowerBound), count: slice.count, into: SumsOfSquares(at: destination))
    }

    func bindNorms(_ norms: Norms) -> any Kernel {
        let parts = placed.squares.map { parameter, axes in
            let sums = placed.partHolders(of: parameter, axes: axes).map {
                SumsOfSquares(reading: transport.readable(.squares(parameter: parameter, worker: $0), by: worker))
            }
            return NormsKernel.Part(parameter: parameter, sums: sums)
        }
        return NormsKernel(parts, clipping: placed.clipping, into: norms)
    }
}
