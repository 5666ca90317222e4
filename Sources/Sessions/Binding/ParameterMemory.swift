import Locks
import Planning

/// Where each device's copies of the parameters lie, and the slices of the optimizer's state: written by the lanes of that device alone, and
/// between two steps by the host. Other devices read parameters through the transport.
final class ParameterMemory: Sendable {
    private struct Copy: Hashable {
        let parameter: Int
        let device: Int
    }

    /// A slice of the optimizer's state, in the parameter's stored order.
    struct OptimizerSlice {
        let worker: Int
        /// Which of the stored elements of the worker's block of the parameter, padding counted.
        let elements: Range<Int>
        let slotCount: Int
        private let bits: UInt
        private let stride: Int

        init(worker: Int, elements: Range<Int>, slots: SlotMemory) {
            self.worker = worker
            self.elements = elements
            slotCount = slots.slotCount
            bits = UInt(bitPattern: slots.address)
            stride = slots.stride
        }

        /// Where one of the rule's slots of the slice lies.
        func address(ofSlot number: Int) -> UnsafeMutablePointer<Float> {
            guard let address = UnsafeMutablePointer<Float>(bitPattern: bits) else { preconditionFailure("memory at nowhere") }
            return address + number * stride
        }
    }

    private let copies = Guarded<[Copy: UInt]>([:])
    private let optimizerSlices = Guarded<[Int: [OptimizerSlice]]>([:])

    func enter(_ parameter: Int, device: Int, _ address: UnsafeMutableRawPointer) {
        copies.withLock { $0[Copy(parameter: parameter, device: device)] = UInt(bitPattern: address) }
    }

    /// A device's copy of a parameter.
    func address(of parameter: Int, device: Int) -> UnsafeMutableRawPointer {
        guard let bits = copies.withLock({ $0[Copy(parameter: parameter, device: device)] }),
            let address = UnsafeMutableRawPointer(bitPattern: bits)
        else { preconditionFailure("parameter \(parameter) of device \(device) has no memory") }
        return address
    }

    func enter(_ slice: OptimizerSlice, of parameter: Int) {
        optimizerSlices.withLock { $0[parameter, default: []].append(slice) }
    }

    /// All workers' slices of a parameter's optimizer state, by their place.
    func optimizerSlices(of parameter: Int) -> [OptimizerSlice] {
        optimizerSlices.withLock { $0[parameter] ?? [] }
            .sorted { ($0.elements.lowerBound, $0.worker) < ($1.elements.lowerBound, $1.worker) }
    }
}
