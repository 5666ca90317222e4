import KernelChoices
import Layouts
import OneDNN
import Tensors

/// A convolution by pieces, bound to memory: for each piece and group the copies in, the primitive, and what is done with its result.
final class WinogradKernel: Kernel {
    private enum Action {
        /// Runs of memory from one place to another: as many as a piece has images.
        case copy(Runs, length: Int, count: Int)
        case execute(BoundPrimitive)
        case add(UnsafePointer<Float>, to: UnsafeMutablePointer<Float>, count: Int)
    }

    /// Where runs of memory come from and go to, with the distance from each to the next.
    private struct Runs {
        let source: UnsafeMutablePointer<Float>
        let sourceStride: Int
        let destination: UnsafeMutablePointer<Float>
        let destinationStride: Int
    }

    private var actions: [Action] = []
    private let stream: ComputeStream

    init(_ pieces: WinogradPieces, _ memory: KernelMemory) throws {
        stream = memory.libraryStream
        let problem = pieces.problem
        let places = Places(pieces, memory)
        for start in pieces.starts {
            for group in 0..<problem.groups {
                try add(pieces, places, start: start, group: group)
            }
        }
    }

    func run(_ step: StepArguments) throws {
        for action in actions {
            switch action {
            case .execute(let primitive):
                try primitive.execute(on: stream)
            case .copy(let runs, let length, let count):
                for image in 0..<count {
                    (runs.destination + image * runs.destinationStride).update(
                        from: runs.source + image * runs.sourceStride, count: length)
                }
            case .add(let term, let sum, let count):
                for index in 0..<count { sum[index] += term[index] }
            }
        }
    }

    /// Copies a run of each of `count` images.
    private func copy(
        _ from: UnsafeMutablePointer<Float>, _ fromStride: Int, _ to: UnsafeMutablePointer<Float>, _ toStride: Int,
        _ length: Int, _ count: Int
    ) {
        guard from != to else { return }
        let runs = Runs(source: from, sourceStride: fromStride, destination: to, destinationStride: toStride)
        actions.append(.copy(runs, length: length, count: count))
    }

    private func add(_ pieces: WinogradPieces, _ places: Places, start: Int, group: Int) throws {
        let problem = pieces.problem
        let count = pieces.images(from: start)
        var source = places.source(start, group)
        var destination = places.destination(start, group)
        let (sourceHome, destinationHome) = (source, destination)
        if problem.groups > 1 {
            (source, destination) = (places.sourceCopy, places.destinationCopy)
        }
        let (sourceRun, destinationRun) = (places.sourceRun, places.destinationRun)
        let groups = problem.groups
        let weights = places.weights + group * pieces.weightElements
        let bias = places.bias.map { $0 + group * (problem.destination[1] / groups) }
        var arguments: [(Argument, UnsafeMutablePointer<Float>)] = []
        switch problem.pass {
        case .inference, .training:
            copy(sourceHome, sourceRun * groups, source, sourceRun, sourceRun, count)
            arguments = [(.source, source), (.weights, weights), (.destination, destination)]
            if let bias { arguments.append((.bias, bias)) }
        case .backwardData:
            copy(destinationHome, destinationRun * groups, destination, destinationRun, destinationRun, count)
            arguments = [(.diffSource, source), (.weights, weights), (.diffDestination, destination)]
        case .backwardWeights:
            copy(sourceHome, sourceRun * groups, source, sourceRun, sourceRun, count)
            copy(destinationHome, destinationRun * groups, destination, destinationRun, destinationRun, count)
            let isFirst = start == 0
            arguments = [
                (.source, source), (.diffWeights, isFirst ? weights : places.weightCopy), (.diffDestination, destination),
            ]
            if let bias { arguments.append((.diffBias, isFirst ? bias : places.biasCopy)) }
        }
        let descriptor = pieces.descriptor(from: start)
        var addresses = arguments.map { ($0.0, UnsafeMutableRawPointer($0.1)) }
        if descriptor.layout(of: .scratchpad) != nil { addresses.append((.scratchpad, places.scratchpad)) }
        actions.append(.execute(try BoundPrimitive(descriptor, addresses)))
        switch problem.pass {
        case .inference, .training:
            copy(destination, destinationRun, destinationHome, destinationRun * groups, destinationRun, count)
        case .backwardData:
            copy(source, sourceRun, sourceHome, sourceRun * groups, sourceRun, count)
        case .backwardWeights where start > 0:
            actions.append(.add(places.weightCopy, to: weights, count: pieces.weightElements))
            if let bias { actions.append(.add(places.biasCopy, to: bias, count: problem.destination[1] / groups)) }
        case .backwardWeights: break
        }
    }

    /// Where a convolution's tensors and copies lie.
    private struct Places {
        /// Elements of one group's channels in one image.
        let sourceRun, destinationRun: Int
        let weights: UnsafeMutablePointer<Float>
        let bias: UnsafeMutablePointer<Float>?
        let scratchpad: UnsafeMutableRawPointer
        let sourceCopy, destinationCopy, weightCopy, biasCopy: UnsafeMutablePointer<Float>
        private let sourceBase, destinationBase: UnsafeMutablePointer<Float>
        private let groups: Int

        init(_ pieces: WinogradPieces, _ memory: KernelMemory) {
            let problem = pieces.problem
            groups = problem.groups
            sourceRun = problem.source.elementCount / problem.source[0] / groups
            destinationRun = problem.destination.elementCount / problem.destination[0] / groups
            func floats(_ address: UnsafeMutableRawPointer) -> UnsafeMutablePointer<Float> {
                address.assumingMemoryBound(to: Float.self)
            }
            let hasBias = problem.hasBias
            switch problem.pass {
            case .inference, .training:
                (sourceBase, weights) = (floats(memory.inputs[0]), floats(memory.inputs[1]))
                bias = hasBias ? floats(memory.inputs[2]) : nil
                destinationBase = floats(memory.outputs[0])
            case .backwardData:
                (destinationBase, weights) = (floats(memory.inputs[0]), floats(memory.inputs[1]))
                bias = nil
                sourceBase = floats(memory.outputs[0])
            case .backwardWeights:
                (sourceBase, destinationBase) = (floats(memory.inputs[0]), floats(memory.inputs[1]))
                weights = floats(memory.outputs[0])
                bias = hasBias ? floats(memory.outputs[1]) : nil
            }
            scratchpad = memory.scratchpad
            sourceCopy = floats(memory.scratchpad + pieces.sourceCopy)
            destinationCopy = floats(memory.scratchpad + pieces.destinationCopy)
            weightCopy = floats(memory.scratchpad + pieces.weightCopy)
            biasCopy = floats(memory.scratchpad + pieces.biasCopy)
        }

        func source(_ image: Int, _ group: Int) -> UnsafeMutablePointer<Float> {
            sourceBase + (image * groups + group) * sourceRun
        }

        func destination(_ image: Int, _ group: Int) -> UnsafeMutablePointer<Float> {
            destinationBase + (image * groups + group) * destinationRun
        }
    }
}
