public import Networks
import Tensors

extension PlacedGraph {
    /// The block of a value that `worker` holds in a micro-step.
    public func local(_ id: PlacedID, worker: Int, microStep: Int = 0) -> LocalTensor {
        let value = self[id]
        let shape = Shape(ranges(of: id, worker: worker, microStep: microStep).map(\.count))
        return LocalTensor(name: value.name, type: value.type.with(shape), placements: value.placements)
    }

    /// A node's operation as `worker` does it in a micro-step.
    public func localOperation(
        _ node: NodeID, shardings: [PlacementRule.Sharding], outputs: [PlacedID], worker: Int, microStep: Int
    ) -> any Operation {
        let parts = shardings.indices.filter { shardings[$0] != .nothing && mesh.extents[$0] > 1 }
        guard !parts.isEmpty || schedule.microBatches > 1 else { return graph.node(node).operation }
        return graph.node(node).operation.localized(
            to: LocalBlock(
                shardings: parts.map { (shardings[$0], mesh.extents[$0]) }, outputShapes: outputs.map { self[$0].type.shape },
                outputRanges: outputs.map { ranges(of: $0, worker: worker, microStep: microStep) }))
    }

    /// The slice of a parameter's elements that `worker` updates when the workers along `axes` share the update.
    public func slice(of parameter: Int, axes: [Int], worker: Int) -> Range<Int> {
        let elements = local(parameters[parameter], worker: worker).type.shape.elementCount
        return slice(ofElements: elements, axes: axes, worker: worker)
    }

    /// The slice of `elements` elements that is `worker`'s among the workers along `axes`. Slices begin at multiples of
    /// 16 elements, a cache line of single precision, so that no two workers write to one line.
    public func slice(ofElements elements: Int, axes: [Int], worker: Int) -> Range<Int> {
        let (position, count) = mesh.place(of: worker, along: axes)
        let lines = BalancedPartition(of: (elements + 15) / 16, into: count)[position]
        return min(elements, lines.lowerBound * 16)..<min(elements, lines.upperBound * 16)
    }

    /// The workers along `axes` that stand on other devices than `worker`.
    func otherDevices(axes: [Int], worker: Int) -> [Int] {
        mesh.group(of: worker, along: axes).filter { mesh.device(of: $0) != mesh.device(of: worker) }
    }

    /// What `worker` receives from other devices in a collective on activations.
    func exchange(
        _ kind: CollectiveKind, axes: [Int], input: PlacedID, output: PlacedID, worker: Int, microStep: Int
    ) -> ExchangeCount {
        guard kind != .slice else { return ExchangeCount() }
        let wanted = ranges(of: output, worker: worker, microStep: microStep)
        var count = ExchangeCount()
        for peer in otherDevices(axes: axes, worker: worker) {
            let offered = ranges(of: input, worker: peer, microStep: microStep)
            let elements = zip(wanted, offered).reduce(1) { $0 * $1.0.clamped(to: $1.1).count }
            guard elements > 0 else { continue }
            count = count + ExchangeCount(messages: 1, bytes: elements * self[output].type.element.byteCount)
        }
        return count
    }
}
