import KernelChoices
import Layouts
import Tensors

/// A convolution over phases, bound to memory.
final class SpaceToDepthKernel<Element: SpaceToDepthElement>: Kernel {
    private struct Piece {
        let images: UnsafePointer<Float>
        let count: Int
        let kernel: any Kernel
    }

    private let phases: SpaceToDepth
    private let isForward: Bool
    private var pieces: [Piece] = []
    private let reorder: (any Kernel)?
    private let imageElements: Int
    /// Row-major.
    private let weights: UnsafeMutablePointer<Float>
    private let phasedImages: UnsafeMutablePointer<Element>
    private let phasedWeights: UnsafeMutablePointer<Float>
    private let sum, part: (weights: UnsafeMutablePointer<Float>, bias: UnsafeMutablePointer<Float>?)
    private let counts: (weights: Int, bias: Int)

    init(_ plan: SpaceToDepthPieces, _ memory: KernelMemory) throws {
        let problem = plan.problem
        phases = plan.phases
        isForward = problem.isForward
        imageElements = problem.source.elementCount / problem.source[0]
        counts = (isForward ? 0 : plan.kernelWeightElements, problem.destination[1])
        weights = isForward ? memory.input(1) : memory.output(0)
        let bias = problem.hasBias ? (isForward ? memory.input(2) : memory.output(1)) : nil
        func place(_ offset: Int) -> UnsafeMutablePointer<Float> {
            (memory.scratchpad + offset).assumingMemoryBound(to: Float.self)
        }
        phasedImages = (memory.scratchpad + plan.images).assumingMemoryBound(to: Element.self)
        phasedWeights = place(plan.phasedWeights)
        sum = (place(plan.kernelWeights), bias)
        part = (place(plan.weightsPart), bias.map { _ in place(plan.biasPart) })
        let (from, to) = isForward ? (plan.phasedWeights, plan.kernelWeights) : (plan.kernelWeights, plan.phasedWeights)
        reorder = try plan.reorder?.bind(
            KernelMemory(
                stream: memory.stream, inputs: [memory.scratchpad + from], outputs: [memory.scratchpad + to],
                scratchpad: memory.scratchpad))
        let imageBytes = problem.destination.elementCount / problem.destination[0] * MemoryLayout<Element>.stride
        let results = isForward ? memory.outputs[0] : memory.inputs[1]
        for start in plan.starts {
            let result = results + start * imageBytes
            let copy = UnsafeMutableRawPointer(phasedImages)
            let own = isForward || start == 0 ? sum : part
            let ownWeights = UnsafeMutableRawPointer(own.weights)
            let ownBias = own.bias.map { [UnsafeMutableRawPointer($0)] } ?? []
            let kernel = try plan.choice(from: start).bind(
                KernelMemory(
                    stream: memory.stream, inputs: isForward ? [copy, ownWeights] + ownBias : [copy, result],
                    outputs: isForward ? [result] : [ownWeights] + ownBias, scratchpad: memory.scratchpad))
            pieces.append(
                Piece(
                    images: UnsafePointer(memory.input(0) + start * imageElements), count: plan.images(from: start),
                    kernel: kernel))
        }
    }

    func run(_ step: StepArguments) throws {
        if isForward {
            phases.gatherWeights(weights, into: phasedWeights)
            try reorder?.run(step)
        }
        for (number, piece) in pieces.enumerated() {
            for image in 0..<piece.count {
                phases.gather(
                    piece.images + image * imageElements, into: phasedImages + image * phases.elementsOfAnImage)
            }
            try piece.kernel.run(step)
            guard !isForward, number > 0 else { continue }
            for index in 0..<counts.weights { sum.weights[index] += part.weights[index] }
            if let bias = sum.bias, let part = part.bias {
                for index in 0..<counts.bias { bias[index] += part[index] }
            }
        }
        if !isForward {
            try reorder?.run(step)
            phases.scatterWeights(phasedWeights, into: weights)
        }
    }
}
