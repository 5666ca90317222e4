import Synchronization

/// The addresses at which workers read each other's memory: entered by their owners before a barrier, read behind it.
final class AddressBook: Sendable {
    enum Entry: Hashable {
        /// The source of a collective, by its place among a plan's instructions.
        case exchange(PlanPurpose, instruction: Int, turn: Int, worker: Int)
        /// A worker's partial sum of a parameter's gradient, by the first summand in it.
        case gradient(parameter: Int, worker: Int, first: Int)
        /// A device's copy of a parameter.
        case parameter(Int, device: Int)
    }

    private let addresses = Mutex<[Entry: UInt]>([:])

    func enter(_ entry: Entry, _ address: UnsafeMutableRawPointer) {
        addresses.withLock { $0[entry] = UInt(bitPattern: address) }
    }

    func look(_ entry: Entry) -> UnsafeMutableRawPointer {
        guard let bits = addresses.withLock({ $0[entry] }), let address = UnsafeMutableRawPointer(bitPattern: bits) else {
            preconditionFailure("\(entry) was not entered before the barrier")
        }
        return address
    }
}
