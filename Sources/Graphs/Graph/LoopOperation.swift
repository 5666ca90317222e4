public import Tensors

/// An operation that says itself how it is computed: by a plain loop over its block, row-major, on one core.
///
/// This is the door for operations of other packages: what conforms trains in every mode. The planner brings inputs into rows and calls
/// the loop on each worker's block. The loop is written once for both kinds of numbers, so that `GradientCheck` can hold a gradient to
/// differences in double precision:
///
///     public func compute(_ block: OperationBlock<Float>) { scale(block) }
///     public func compute(_ block: OperationBlock<Double>) { scale(block) }
///
///     private func scale<Number>(_ block: OperationBlock<Number>) {
///         let (x, y) = (block.input(0), block.output(0))
///         for i in x.indices { y[i] = 2 * x[i] }
///     }
public protocol LoopOperation: Operation {
    /// Writes the outputs of a block: every element of each. Called on a worker's own thread, in each step; allocates nothing, if steps are
    /// to allocate nothing.
    func compute(_ block: OperationBlock<Float>)

    /// The same in double precision, for checks.
    func compute(_ block: OperationBlock<Double>)
}

/// The memory of an operation on one worker's block, for the time of one call.
public struct OperationBlock<Number: BinaryFloatingPoint> {
    public let inputTypes: [TensorType]
    public let outputTypes: [TensorType]
    /// The run's.
    public let seed: UInt64
    /// The training step, counted from 0.
    public let step: Int
    private let inputs: [UnsafeMutableRawPointer]
    private let outputs: [UnsafeMutableRawPointer]

    /// - Parameters:
    ///   - inputs: row-major, of the inputs' types and `Number` where those are not whole numbers.
    ///   - outputs: the same.
    package init(
        inputTypes: [TensorType], outputTypes: [TensorType], inputs: [UnsafeMutableRawPointer],
        outputs: [UnsafeMutableRawPointer], seed: UInt64, step: Int
    ) {
        self.inputTypes = inputTypes
        self.outputTypes = outputTypes
        self.inputs = inputs
        self.outputs = outputs
        self.seed = seed
        self.step = step
    }

    /// An input's numbers, row-major.
    public func input(_ index: Int) -> UnsafeBufferPointer<Number> {
        precondition(inputTypes[index].element == .float32, "input \(index) is of \(inputTypes[index].element.rawValue)")
        return UnsafeBufferPointer(
            start: UnsafePointer(inputs[index].assumingMemoryBound(to: Number.self)), count: inputTypes[index].shape.elementCount)
    }

    /// The whole numbers of an input that has such: labels, say.
    public func integers(_ index: Int) -> UnsafeBufferPointer<Int32> {
        precondition(inputTypes[index].element == .int32, "input \(index) is of \(inputTypes[index].element.rawValue)")
        return UnsafeBufferPointer(
            start: UnsafePointer(inputs[index].assumingMemoryBound(to: Int32.self)), count: inputTypes[index].shape.elementCount)
    }

    /// Where an output's numbers go, row-major.
    public func output(_ index: Int) -> UnsafeMutableBufferPointer<Number> {
        precondition(outputTypes[index].element == .float32, "output \(index) is of \(outputTypes[index].element.rawValue)")
        return UnsafeMutableBufferPointer(
            start: outputs[index].assumingMemoryBound(to: Number.self), count: outputTypes[index].shape.elementCount)
    }
}
