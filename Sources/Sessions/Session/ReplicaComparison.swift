import Layouts
import Networks
import Parallelism
import Planning

/// Two devices' copies of the same block of a parameter that are not the same.
package struct ReplicaDifference: Sendable, Hashable {
    package let parameter: String
    package let device: Int
    /// The device whose copy it is compared with: the first that holds the block.
    package let first: Int
    /// The first differing element's index in the whole parameter, and its values on `first` and on `device`.
    package let index: [Int]
    package let expected: Float
    package let found: Float
    /// The elements that differ.
    package let count: Int

    package init(
        parameter: String, device: Int, first: Int, index: [Int], expected: Float, found: Float, count: Int
    ) {
        (self.parameter, self.device, self.first, self.index) = (parameter, device, first, index)
        (self.expected, self.found, self.count) = (expected, found, count)
    }
}

/// Compares a device's copies of parameters with the first device's that holds them, bit by bit.
struct ReplicaComparison {
    let placed: PlacedGraph
    /// A lane of the device.
    let worker: Int
    let layouts: [Int: Layout]
    let transport: any Transport
    let parameters: ParameterMemory

    init(_ transfer: ParameterTransfer) {
        (placed, worker, layouts) = (transfer.placed, transfer.worker, transfer.layouts)
        (transport, parameters) = (transfer.transport, transfer.parameters)
    }

    /// The differences, and the bytes compared. Reads other devices' memory: nobody may write to it meanwhile.
    func run() -> (differences: [ReplicaDifference], bytes: Int) {
        let device = placed.mesh.device(of: worker)
        var differences: [ReplicaDifference] = []
        var bytes = 0
        for (parameter, layout) in layouts {
            let first = placed.mesh.device(of: firstHolder(of: parameter))
            guard first != device else { continue }
            let count = layout.byteCount / MemoryLayout<Float>.stride
            let expected = transport.numbers(.parameter(parameter, device: first), by: worker)
            let found = parameters.address(of: parameter, device: device).assumingMemoryBound(to: Float.self)
            bytes += layout.byteCount
            let places = (0..<count).filter {
                expected[$0].bitPattern != found[$0].bitPattern && layout.index(ofElement: $0) != nil
            }
            guard let place = places.first, let index = layout.index(ofElement: place) else { continue }
            let origin = placed.ranges(of: placed.parameters[parameter], worker: worker).map(\.lowerBound)
            differences.append(
                ReplicaDifference(
                    parameter: placed.graph.parameters[parameter].name, device: device, first: first,
                    index: zip(index, origin).map(+), expected: expected[place], found: found[place], count: places.count))
        }
        return (differences, bytes)
    }

    /// The worker at the beginning of every axis along which the parameter is not divided.
    private func firstHolder(of parameter: Int) -> Int {
        let placements = placed[placed.parameters[parameter]].placements
        let coordinates = placed.mesh.coordinates(of: worker)
        return placed.mesh.worker(
            at: coordinates.indices.map { if case .split = placements[$0] { coordinates[$0] } else { 0 } })
    }
}
