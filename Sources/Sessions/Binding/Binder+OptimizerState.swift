import Networks
import Parallelism
import Planning

extension Binder {
    /// The optimizer's state of a slice, entered so that the host can have it and set it.
    func slots(of parameter: Int, slice: Range<Int>) throws -> SlotMemory {
        let slots = try memory.slots(of: parameter, slots: placed.rules[parameter]?.slots.count ?? 0, count: slice.count)
        parameters.enter(ParameterMemory.OptimizerSlice(worker: worker, elements: slice, slots: slots), of: parameter)
        return slots
    }
}
