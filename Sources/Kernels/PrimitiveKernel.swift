package import KernelChoices
package import OneDNN

/// A kernel that is one primitive of the library.
package final class PrimitiveKernel: Kernel {
    private let primitive: BoundPrimitive
    private let stream: ComputeStream

    package init(_ primitive: BoundPrimitive, stream: ComputeStream) {
        self.primitive = primitive
        self.stream = stream
    }

    package func run(_ step: StepArguments) throws {
        try primitive.execute(on: stream)
    }
}
