import Layouts
import Networks
import Parallelism
import Planning
import Tensors

/// The optimizer's state lies in slices of the parameters' stored order, one with each worker that updates a slice. One
/// parameter after the other, a device's block of it is put together and brought from that order to rows, or back.
extension ParameterTransfer {
    /// Writes the slices of all lanes of this device, of each slot.
    func setOptimizerState(_ slots: [[HostTensor]], staging: StagingBuffer) throws {
        for (slot, values) in slots.enumerated() { try setOptimizerState(values, slot: slot, staging: staging) }
    }

    private func setOptimizerState(_ values: [HostTensor], slot: Int, staging: StagingBuffer) throws {
        for parameter in layouts.keys.sorted() {
            let slices = parameters.optimizerSlices(of: parameter).filter { placed.mesh.device(of: $0.worker) == device }
            guard let layout = layouts[parameter], !slices.isEmpty else { continue }
            let stored = try staging.room(layout.byteCount)
            try withExtendedLifetime(stored) {
                try values[parameter].values.withUnsafeBufferPointer { whole in
                    guard let base = whole.baseAddress else { return }
                    try put(
                        UnsafeMutablePointer(mutating: base), of: parameter, in: layout, to: stored.base,
                        staging: staging.after(stored))
                }
                let elements = stored.base.assumingMemoryBound(to: Float.self)
                for slice in slices {
                    slice.address(ofSlot: slot).update(from: elements + slice.elements.lowerBound, count: slice.elements.count)
                }
            }
        }
    }

    /// Exchanges the elements of a parameter that this worker updates for a slot of them.
    func exchangeWeights(of parameter: Int, slot: Int) {
        let weights = parameters.address(of: parameter, device: device).assumingMemoryBound(to: Float.self)
        for slice in parameters.optimizerSlices(of: parameter) where slice.worker == worker && slot < slice.slotCount {
            let (kept, own) = (slice.address(ofSlot: slot), weights + slice.elements.lowerBound)
            for index in 0..<slice.elements.count { swap(&kept[index], &own[index]) }
        }
    }

    /// Puts the state of this worker's block of a parameter together, in the stored order, for `body`, which is given what is left of
    /// the staging buffer as well. Nothing is done where nobody trains the parameter.
    func withStoredState(
        of parameter: Int, slot: Int, staging: StagingBuffer, _ body: (UnsafeMutableRawPointer, StagingBuffer) throws -> Void
    ) throws {
        let ranges = placed.ranges(of: placed.parameters[parameter], worker: worker)
        // Workers that update the same slice have the same bits of it.
        let slices = parameters.optimizerSlices(of: parameter).filter {
            placed.ranges(of: placed.parameters[parameter], worker: $0.worker) == ranges
        }
        guard let layout = layouts[parameter], !slices.isEmpty else { return }
        let stored = try staging.room(layout.byteCount)
        try withExtendedLifetime(stored) {
            let elements = stored.base.assumingMemoryBound(to: Float.self)
            for slice in slices {
                (elements + slice.elements.lowerBound).update(from: slice.address(ofSlot: slot), count: slice.elements.count)
            }
            try body(stored.base, staging.after(stored))
        }
    }
}
