import Networks
import Tensors

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension Activation: ComputableOperation {
    package func kernel(for request: KernelRequest) throws -> KernelChoice {
        let layout = request.inputs[0].layout
        if case .tanh(let amplitude, let slope) = function, function != .tanh {
            let count = layout.byteCount / MemoryLayout<Float>.stride
            return KernelChoice(inputs: [layout], outputs: [layout], reuse: [0], implementation: "loop") { memory in
                let x = UnsafePointer(memory.inputs[0].assumingMemoryBound(to: Float.self))
                let y = memory.outputs[0].assumingMemoryBound(to: Float.self)
                return LoopKernel { _ in
                    for i in 0..<count { y[i] = amplitude * tanhf(slope * x[i]) }
                }
            }
        }
        let descriptor = try PrimitiveDescriptor.eltwiseForward(
            engine: request.engine, kind: libraryKind, data: layout, training: true)
        return descriptor.choice(inputs: [.source], outputs: [.destination], reuse: [0])
    }

    fileprivate var libraryKind: EltwiseKind {
        switch function {
        case .relu: .reluUsingDestination
        case .tanh: .tanhUsingDestination
        case .sigmoid: .logisticUsingDestination
        }
    }
}

extension ActivationGradient: ComputableOperation {
    package func kernel(for request: KernelRequest) throws -> KernelChoice {
        let layout = request.inputs[1].layout
        if case .tanh(let amplitude, let slope) = function, function != .tanh {
            let count = layout.byteCount / MemoryLayout<Float>.stride
            return KernelChoice(inputs: [layout, layout], outputs: [layout], reuse: [0], implementation: "loop") { memory in
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
            engine: request.engine, kind: Activation(function).libraryKind, data: layout, gradient: layout)
        return descriptor.choice(inputs: [.diffDestination, .destination], outputs: [.diffSource], reuse: [0])
    }
}
