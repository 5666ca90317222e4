package import KernelChoices
package import Networks
import Tensors

/// The kernel of an operation that brings its own loop.
struct LoopOperationKernel: ComputableOperation, KernelImplementation {
    let operation: any LoopOperation

    package var name: String { operation.name }
    package var attributes: String { operation.attributes }

    package func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] {
        try operation.outputTypes(for: inputs)
    }

    package func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule] {
        operation.placementRules(inputs: inputs, outputs: outputs, parts: parts)
    }

    package func kernel(for request: KernelRequest) throws -> KernelChoice {
        let (operation, inputs, outputs) = (operation, request.inputs.map(\.type), request.outputs.map(\.type))
        return request.rowMajorLoop { memory in
            { step in
                operation.compute(
                    OperationBlock<Float>(
                        inputTypes: inputs, outputTypes: outputs, inputs: memory.inputs, outputs: memory.outputs,
                        seed: step.seed, step: step.step))
            }
        }
    }
}

extension Operation {
    /// The operation with its kernels: those of this package, or its own loop. Nil where there are neither.
    package var computable: (any ComputableOperation)? {
        (self as? any ComputableOperation) ?? (self as? any LoopOperation).map(LoopOperationKernel.init)
    }
}
