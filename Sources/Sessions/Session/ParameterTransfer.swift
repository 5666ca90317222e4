import KernelChoices
import Kernels
import Layouts
import Networks
import OneDNN
import Parallelism
import Planning
import Tensors

/// Moves parameters between the host's row-major form and a worker's memory and layouts.
struct ParameterTransfer {
    let placed: PlacedGraph
    let worker: Int
    let layouts: [Int: Layout]
    let engine: Engine
    let stream: ComputeStream
    let transport: any Transport
    let parameters: ParameterMemory

    var device: Int { placed.mesh.device(of: worker) }

    /// Writes this device's blocks of all parameters.
    func set(_ values: [HostTensor], staging: StagingBuffer) throws {
        for parameter in layouts.keys.sorted() {
            try values[parameter].values.withUnsafeBufferPointer { whole in
                guard let base = whole.baseAddress else { return }
                try set(parameter, from: UnsafeMutablePointer(mutating: base), staging: staging)
            }
        }
    }

    /// Writes this device's block of a parameter whose values lie at `whole`, row-major. They are only read.
    func set(_ parameter: Int, from whole: UnsafeMutablePointer<Float>, staging: StagingBuffer) throws {
        guard let layout = layouts[parameter] else { return }
        try put(whole, of: parameter, in: layout, to: parameters.address(of: parameter, device: device), staging: staging)
    }

    /// Writes this device's block of what lies at `whole`, shaped as a parameter is, to `destination` in a layout.
    func put(
        _ whole: UnsafeMutablePointer<Float>, of parameter: Int, in layout: Layout, to destination: UnsafeMutableRawPointer,
        staging: StagingBuffer
    ) throws {
        let place = placed.parameters[parameter]
        let shape = placed[place].type.shape
        let ranges = placed.ranges(of: place, worker: worker)
        if let run = shape.run(of: ranges) {
            try copy(from: .plain(layout.dims), whole + run.lowerBound, to: layout, destination)
            return
        }
        let room = try staging.room(ranges.reduce(1) { $0 * $1.count } * MemoryLayout<Float>.stride)
        try withExtendedLifetime(room) {
            var next = room.base.assumingMemoryBound(to: Float.self)
            shape.forEachRow(of: ranges) { row in
                next.update(from: whole + row.lowerBound, count: row.count)
                next += row.count
            }
            try copy(from: .plain(layout.dims), room.base, to: layout, destination)
        }
    }

    /// Writes what lies at `source`, in a layout of this worker's block of a parameter, to its place in the whole, row-major.
    func get(
        _ parameter: Int, in layout: Layout, at source: UnsafeMutableRawPointer, to whole: UnsafeMutablePointer<Float>,
        staging: StagingBuffer
    ) throws {
        let place = placed.parameters[parameter]
        let shape = placed[place].type.shape
        let ranges = placed.ranges(of: place, worker: worker)
        if let run = shape.run(of: ranges) {
            try copy(from: layout, source, to: .plain(layout.dims), whole + run.lowerBound)
            return
        }
        let room = try staging.room(ranges.reduce(1) { $0 * $1.count } * MemoryLayout<Float>.stride)
        try withExtendedLifetime(room) {
            try copy(from: layout, source, to: .plain(layout.dims), room.base)
            var next = UnsafePointer(room.base.assumingMemoryBound(to: Float.self))
            shape.forEachRow(of: ranges) { row in
                (whole + row.lowerBound).update(from: next, count: row.count)
                next += row.count
            }
        }
    }

    /// Whether no earlier worker holds the same block of a parameter.
    func isFirstHolder(of parameter: Int) -> Bool {
        isFirst(placed.mesh.coordinates(of: worker), where: placed[placed.parameters[parameter]].placements)
    }

    /// This worker's blocks of the gradients of the last step, summed over the workers that hold terms.
    func ownGradients() throws -> [(parameter: Int, ranges: [Range<Int>], block: HostTensor)] {
        var result: [(parameter: Int, ranges: [Range<Int>], block: HostTensor)] = []
        for instruction in placed.instructions {
            guard case .update(let parameter, _, let axes) = instruction, let layout = layouts[parameter] else { continue }
            guard placed.graph.parameters[parameter].kind != .state, isFirstHolder(of: parameter) else { continue }
            let ranges = placed.ranges(of: placed.parameters[parameter], worker: worker)
            let holders = axes.isEmpty ? [worker] : placed.mesh.group(of: worker, along: axes)
            var total = HostTensor(zeros: Shape(ranges.map(\.count)))
            for holder in holders {
                for node in placed.partialSums(axes: axes, worker: holder) {
                    let source = transport.readable(
                        .partialSum(.gradient(parameter: parameter), worker: holder, first: node.lowerBound), by: worker)
                    let part = try read(layout, at: source, parameter: parameter)
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

    func read(_ layout: Layout, at address: UnsafeRawPointer, parameter: Int) throws -> HostTensor {
        let shape = placed.local(placed.parameters[parameter], worker: worker).type.shape
        var block = HostTensor(zeros: shape)
        try block.values.withUnsafeMutableBytes { destination in
            guard let place = destination.baseAddress else { return }
            try copy(from: layout, UnsafeMutableRawPointer(mutating: address), to: .plain(layout.dims), place)
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
