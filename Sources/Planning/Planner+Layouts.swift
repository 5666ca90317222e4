import KernelChoices
import Layouts
import Parallelism
import Tensors

/// In which layouts tensors lie, and which copies in other layouts there are.
extension Planner {
    mutating func decideParameter(_ id: PlacedID, _ layout: Layout) {
        guard let parameter = parameterOfPlace[id], plan.parameterLayouts[parameter] == nil else { return }
        // Parameters are in single precision, whatever the kernels read.
        plan.parameterLayouts[parameter] = layout.type == .f32 ? layout : layout.format(type: .f32)
    }

    func parameterLayout(_ parameter: Int) -> Layout {
        guard let layout = plan.parameterLayouts[parameter] else {
            preconditionFailure("an update of a parameter that nobody reads")
        }
        return layout
    }

    mutating func parameterHome(_ id: PlacedID) -> (buffer: UnboundPlan.BufferID, layout: Layout)? {
        if let home = homes[id] { return home }
        guard let parameter = parameterOfPlace[id], let layout = plan.parameterLayouts[parameter] else { return nil }
        let buffer = newBuffer(layout.byteCount, storage: .parameter(parameter))
        homes[id] = (buffer, layout)
        return (buffer, layout)
    }

    func offered(_ id: PlacedID) -> Layout {
        if let home = homes[id] { return home.layout }
        let dims = placed.local(id, worker: worker, microStep: microStep).type.shape.dimensions
        guard let parameter = parameterOfPlace[id] else { preconditionFailure("\(placed[id].name) is read before it is made") }
        return plan.parameterLayouts[parameter] ?? .any(dims)
    }

    /// The value's buffer in a layout: its home if that is it, a copy made before, or a reorder added now, for the instruction.
    mutating func obtain(_ id: PlacedID, in layout: Layout, for instruction: Instruction) throws -> UnboundPlan.BufferID {
        guard let home = parameterHome(id) else { preconditionFailure("\(placed[id].name) is read before it is made") }
        if home.layout.isInterchangeable(with: layout) { return home.buffer }
        if let copy = others[id]?.first(where: { $0.layout.isInterchangeable(with: layout) }) { return copy.buffer }
        let choice = try engine.reorder(from: home.layout, to: layout)
        let buffer = newBuffer(layout.byteCount)
        use(home.buffer)
        plan.items.append(
            UnboundPlan.Item(
                instruction: instruction,
                reordered: UnboundPlan.Reordered(tensor: placed[id].name, layer: placed.layer(of: id)), choice: choice,
                inputs: [home.buffer], outputs: [buffer]))
        plan.reorders.append((placed[id].name, home.layout, layout))
        others[id, default: []].append((buffer, layout))
        return buffer
    }
}
