import Networks
import Parallelism
import Tensors

/// The optimizer's state lies in slices of the parameters' stored order, one with each worker that updates a slice. One
/// parameter after the other, a device's block of it is put together and brought from that order to rows, or back.
extension ParameterTransfer {
    /// Writes the slices of all lanes of this device.
    func setOptimizerState(_ values: [HostTensor]) throws {
        for parameter in layouts.keys.sorted() {
            let slices = book.optimizerSlices(of: parameter).filter { placed.mesh.device(of: $0.worker) == device }
            guard let layout = layouts[parameter], !slices.isEmpty else { continue }
            let stored = try Arena(byteCount: layout.byteCount)
            var block = values[parameter].block(placed.ranges(of: placed.parameters[parameter], worker: worker))
            try block.values.withUnsafeMutableBytes { rows in
                guard let address = rows.baseAddress else { return }
                try copy(from: .plain(layout.dims), address, to: layout, stored.base)
            }
            let elements = stored.base.assumingMemoryBound(to: Float.self)
            for slice in slices {
                slice.address.update(from: elements + slice.elements.lowerBound, count: slice.elements.count)
            }
        }
    }

    /// Delivers the state of the blocks of parameters that no earlier worker holds as well.
    func forEachOptimizerState(
        _ deliver: (_ parameter: Int, _ ranges: [Range<Int>], _ block: HostTensor) -> Void
    ) throws {
        for parameter in layouts.keys.sorted() {
            let place = placed.parameters[parameter]
            guard let layout = layouts[parameter],
                isFirst(placed.mesh.coordinates(of: worker), where: placed[place].placements)
            else { continue }
            let ranges = placed.ranges(of: place, worker: worker)
            // Workers that update the same slice have the same bits of it.
            let slices = book.optimizerSlices(of: parameter).filter { placed.ranges(of: place, worker: $0.worker) == ranges }
            guard !slices.isEmpty else { continue }
            let stored = try Arena(byteCount: layout.byteCount)
            let elements = stored.base.assumingMemoryBound(to: Float.self)
            for slice in slices {
                (elements + slice.elements.lowerBound).update(from: slice.address, count: slice.elements.count)
            }
            deliver(parameter, ranges, try read(layout, at: stored.base, parameter: parameter))
        }
    }
}
