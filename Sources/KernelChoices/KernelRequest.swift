package import Layouts
package import Tensors

/// What a kernel is asked for.
package struct KernelRequest {
    package struct Input {
        /// The block's shape on this worker.
        package let type: TensorType
        /// The layout in which the tensor lies; `any` for a parameter whose layout is this kernel's to decide.
        package let layout: Layout

        package init(type: TensorType, layout: Layout) {
            self.type = type
            self.layout = layout
        }
    }

    package struct Output {
        /// The block's shape on this worker.
        package let type: TensorType
        /// The layout in which the tensor is wanted in the end (a parameter's gradient: the parameter's own), `nil` if free.
        /// A kernel may choose another; the planner then reorders.
        package let wanted: Layout?

        package init(type: TensorType, wanted: Layout? = nil) {
            self.type = type
            self.wanted = wanted
        }
    }

    package let engine: any KernelEngine
    package let inputs: [Input]
    package let outputs: [Output]
    /// An activation that the kernel is to apply to its output as it stores it.
    package let activation: FusedActivation?
    package var variant = KernelVariant.standard
    package var precision = Precision.f32

    package init(engine: any KernelEngine, inputs: [Input], outputs: [Output], activation: FusedActivation? = nil) {
        self.engine = engine
        self.inputs = inputs
        self.outputs = outputs
        self.activation = activation
    }
}
