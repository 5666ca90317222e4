import Networks
import Parallelism
import Tensors

/// Moves parameters between the host's row-major form and a worker's memory and layouts.
struct ParameterTransfer {
    let placed: PlacedGraph
    let worker: Int
    let layouts: [Int: Layout]
    let engine: Engine
    let stream: ComputeStream
    let book: AddressBook

    var device: Int { placed.mesh.device(of: worker) }

    /// Writes this device's blocks of all parameters.
    func set(_ values: [HostTensor]) throws {
        for (parameter, layout) in layouts {
            let ranges = placed.ranges(of: placed.parameters[parameter], worker: worker)
            var block = values[parameter].block(ranges)
            try block.values.withUnsafeMutableBytes { source in
                guard let address = source.baseAddress else { return }
                try copy(
                    from: .plain(layout.dims), address, to: layout, book.look(.parameter(parameter, device: device)))
            }
        }
    }

    /// The blocks of parameters that no earlier worker holds as well.
    func ownParameters() throws -> [(parameter: Int, ranges: [Range<Int>], block: HostTensor)] {
        try layouts.compactMap { parameter, layout in
            let placements = placed[placed.parameters[parameter]].placements
            let coordinates = placed.mesh.coordinates(of: worker)
            guard isFirst(coordinates, where: placements) else { return nil }
            let block = try read(layout, at: book.look(.parameter(parameter, device: device)), parameter: parameter)
            return (parameter, placed.ranges(of: placed.parameters[parameter], worker: worker), block)
        }
    }

    /// This worker's blocks of the gradients of the last step, summed over the workers that hold summands.
    func ownGradients() throws -> [(parameter: Int, ranges: [Range<Int>], block: HostTensor)] {
        var result: [(parameter: Int, ranges: [Range<Int>], block: HostTensor)] = []
        for instruction in placed.instructions {
            guard case .update(let parameter, _, let axes) = instruction, let layout = layouts[parameter] else { continue }
            let placements = placed[placed.parameters[parameter]].placements
            guard isFirst(placed.mesh.coordinates(of: worker), where: placements) else { continue }
            let ranges = placed.ranges(of: placed.parameters[parameter], worker: worker)
            let holders = axes.isEmpty ? [worker] : placed.mesh.group(of: worker, along: axes)
            var total = HostTensor(zeros: Shape(ranges.map(\.count)))
            for holder in holders {
                for node in placed.partialSums(axes: axes, worker: holder) {
                    let entry = AddressBook.Entry.gradient(parameter: parameter, worker: holder, first: node.lowerBound)
                    let part = try read(layout, at: book.look(entry), parameter: parameter)
                    for index in total.values.indices { total.values[index] += part.values[index] }
                }
            }
            result.append((parameter, ranges, total))
        }
        return result
    }

    func isFirst(_ coordinates: [Int], where placements: [Placement]) -> Bool {
        coordinates.indices.allSatisfy {
            if case .split = placements[$0] { true } else { coordinates[$0] == 0 }
        }
    }

    func read(_ layout: Layout, at address: UnsafeMutableRawPointer, parameter: Int) throws -> HostTensor {
        let shape = placed.local(placed.parameters[parameter], worker: worker).type.shape
        var block = HostTensor(zeros: shape)
        try block.values.withUnsafeMutableBytes { destination in
            guard let place = destination.baseAddress else { return }
            try copy(from: layout, address, to: .plain(layout.dims), place)
        }
        return block
    }

    func copy(
        from: Layout, _ source: UnsafeMutableRawPointer, to: Layout, _ destination: UnsafeMutableRawPointer
    ) throws {
        let choice = try KernelChoice.reorder(engine: engine, from: from, to: to)
        let scratchpad = try Arena(byteCount: choice.scratchpadBytes)
        let kernel = try choice.bind(
            KernelMemory(stream: stream, inputs: [source], outputs: [destination], scratchpad: scratchpad.base))
        try withExtendedLifetime(scratchpad) { try kernel.run(StepArguments(step: 0, seed: 0, learningRate: 0)) }
    }
}
