import Locks

/// The addresses at which workers read each other's memory: entered by their owners before a signal, read behind a wait for it.
package final class AddressBook: Sendable {
    package enum Entry: Hashable, Sendable {
        /// The source of a collective, by its place among a plan's instructions.
        case exchange(PlanPurpose, instruction: Int, microStep: Int, worker: Int)
        /// A worker's partial sum of a parameter's gradient, by the first term in it.
        case gradient(parameter: Int, worker: Int, first: Int)
        /// The sums of the squares of a worker's part of a parameter's gradient and of the parameter.
        case squares(parameter: Int, worker: Int)
        /// A device's copy of a parameter.
        case parameter(Int, device: Int)
    }

    private let addresses = Guarded<[Entry: UInt]>([:])

    package init() {}

    package func enter(_ entry: Entry, _ address: UnsafeMutableRawPointer) {
        addresses.withLock { $0[entry] = UInt(bitPattern: address) }
    }

    /// A slice of the optimizer's state, in the parameter's stored order.
    package struct OptimizerSlice {
        package let worker: Int
        /// Which of the stored elements of the worker's block of the parameter, padding counted.
        package let elements: Range<Int>
        private let bits: UInt
        private let stride: Int
        package let slotCount: Int

        package init(worker: Int, elements: Range<Int>, slots: SlotMemory) {
            self.worker = worker
            self.elements = elements
            bits = UInt(bitPattern: slots.address)
            stride = slots.stride
            slotCount = slots.slotCount
        }

        /// Where one of the rule's slots of the slice lies.
        package func address(ofSlot number: Int) -> UnsafeMutablePointer<Float> {
            guard let address = UnsafeMutablePointer<Float>(bitPattern: bits) else { preconditionFailure("memory at nowhere") }
            return address + number * stride
        }
    }

    private let optimizerSlices = Guarded<[Int: [OptimizerSlice]]>([:])

    package func enter(_ slice: OptimizerSlice, of parameter: Int) {
        optimizerSlices.withLock { $0[parameter, default: []].append(slice) }
    }

    /// All workers' slices of a parameter's optimizer state, by their place.
    package func optimizerSlices(of parameter: Int) -> [OptimizerSlice] {
        optimizerSlices.withLock { $0[parameter] ?? [] }
            .sorted { ($0.elements.lowerBound, $0.worker) < ($1.elements.lowerBound, $1.worker) }
    }

    package func look(_ entry: Entry) -> UnsafeMutableRawPointer {
        guard let bits = addresses.withLock({ $0[entry] }), let address = UnsafeMutableRawPointer(bitPattern: bits) else {
            preconditionFailure("\(entry) was not entered before it is read")
        }
        return address
    }
}
