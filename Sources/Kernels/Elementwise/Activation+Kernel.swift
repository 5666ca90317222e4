package import KernelChoices
import Layouts
import Networks
import OneDNN
import Tensors

extension Activation: ComputableOperation, KernelImplementation {
    package func kernel(for request: KernelRequest) throws -> KernelChoice {
        var layout = request.inputs[0].layout
        if case .tanh(let amplitude, let slope) = function, function != .tanh {
            if layout.type != .f32 { layout = layout.format(type: .f32) }
            // The library's tangent, which is vectorised, between two scalings of ours; in place, so that it stays in the cache.
            let tangent = try PrimitiveDescriptor.eltwiseForward(
                engine: request.libraryEngine, kind: .tanhUsingDestination, data: layout, training: true)
            let count = layout.byteCount / MemoryLayout<Float>.stride
            return KernelChoice(
                inputs: [layout], outputs: [layout], scratchpadBytes: tangent.scratchpadBytes, reuse: [0],
                origin: .composition, implementation: tangent.implementation
            ) { memory in
                let inPlace = KernelMemory(
                    stream: memory.stream, inputs: memory.outputs, outputs: memory.outputs, scratchpad: memory.scratchpad)
                return ScaledTangentKernel(
                    amplitude: amplitude, slope: slope, count: count,
                    x: UnsafePointer(memory.inputs[0].assumingMemoryBound(to: Float.self)),
                    y: memory.outputs[0].assumingMemoryBound(to: Float.self),
                    tangent: try tangent.kernel(inPlace, inputs: [.source], outputs: [.destination]))
            }
        }
        let descriptor = try PrimitiveDescriptor.eltwiseForward(
            engine: request.libraryEngine, kind: libraryKind, data: layout, training: true)
        return descriptor.choice(inputs: [.source], outputs: [.destination], reuse: [0])
    }

    fileprivate var libraryKind: EltwiseKind {
        switch function {
        case .relu: .reluUsingDestination
        case .tanh: .tanhUsingDestination
        case .sigmoid: .logisticUsingDestination
        case .gelu: .gelu
        }
    }
}

extension ActivationGradient: ComputableOperation, KernelImplementation {
    package func kernel(for request: KernelRequest) throws -> KernelChoice {
        var layout = request.inputs[1].layout
        if case .tanh(let amplitude, let slope) = function, function != .tanh {
            if layout.type != .f32 { layout = layout.format(type: .f32) }
            let count = layout.byteCount / MemoryLayout<Float>.stride
            return KernelChoice(
                inputs: [layout, layout], outputs: [layout], reuse: [0], origin: .loop, implementation: "loop:elementwise"
            ) { memory in
                let dy = UnsafePointer(memory.inputs[0].assumingMemoryBound(to: Float.self))
                let y = UnsafePointer(memory.inputs[1].assumingMemoryBound(to: Float.self))
                let dx = memory.outputs[0].assumingMemoryBound(to: Float.self)
                // d/dx a·tanh(s·x) = s·(a − y²/a)
                let inverse = 1 / amplitude
                return LoopKernel { _ in
                    for i in 0..<count { dx[i] = dy[i] * slope * (amplitude - y[i] * y[i] * inverse) }
                }
            }
        }
        let descriptor = try PrimitiveDescriptor.eltwiseBackward(
            engine: request.libraryEngine, kind: Activation(function).libraryKind, data: layout, gradient: layout)
        return descriptor.choice(
            inputs: [.diffDestination, function.hasSlopeOfOutput ? .destination : .source], outputs: [.diffSource], reuse: [0])
    }
}

/// amplitude · tanh(slope · x), element by element.
private final class ScaledTangentKernel: Kernel {
    private let amplitude: Float
    private let slope: Float
    private let count: Int
    private let x: UnsafePointer<Float>
    private let y: UnsafeMutablePointer<Float>
    private let tangent: PrimitiveKernel

    init(
        amplitude: Float, slope: Float, count: Int, x: UnsafePointer<Float>, y: UnsafeMutablePointer<Float>,
        tangent: PrimitiveKernel
    ) {
        self.amplitude = amplitude
        self.slope = slope
        self.count = count
        self.x = x
        self.y = y
        self.tangent = tangent
    }

    func run(_ step: StepArguments) throws {
        for i in 0..<count { y[i] = slope * x[i] }
        try tangent.run(step)
        for i in 0..<count { y[i] *= amplitude }
    }
}
