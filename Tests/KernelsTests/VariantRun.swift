import KernelChoices
import Kernels
import Layouts
import Networks
import OneDNN
import ReferenceKernels
import Tensors
import TestSupport
import Testing

/// An operation computed in one of its ways on tensors in row-major order, which are brought into the kernel's layouts, and back.
struct VariantRun {
    /// Row-major, in single precision.
    let outputs: [[Float]]
    /// In which number format each output was written.
    let formats: [ElementKind]
    let implementation: String

    /// - Parameters:
    ///   - precision: where the library has no kernel for it, single precision is taken, as a session does.
    ///   - groups: of a convolution.
    init(
        _ operation: any Networks.Operation, _ operands: [Operand], variant: KernelVariant, precision: Precision,
        instructions: InstructionSet = .best, activation: FusedActivation? = nil, groups: Int = 1
    ) throws {
        ComputeThread.prepare()
        let engine = try Engine(instructions: instructions)
        let computable = try #require(operation.computable, "no kernel for \(operation.name)")
        var request = try Self.request(operation, operands, engine, activation, groups, variant)
        request.precision = precision
        let choice: KernelChoice
        do {
            choice = try computable.implementation(for: request).kernel(for: request)
        } catch  where precision != .f32 {
            request.precision = .f32
            choice = try computable.implementation(for: request).kernel(for: request)
        }
        let laid = try zip(operands, choice.inputs).map { operand, layout in
            try Self.moved(operand, from: .plain(layout.dims), to: layout)
        }
        let taken = request
        let run = try KernelRun(operation, laid, layouts: choice.inputs, activation: activation, instructions: instructions) {
            ($0.variant, $0.precision) = (taken.variant, taken.precision)
        }
        for (layout, asked) in zip(run.choice.inputs + run.choice.outputs, choice.inputs + choice.outputs) {
            #expect(layout.isInterchangeable(with: asked), "\(operation.name) by \(variant) now wants \(layout), not \(asked)")
        }
        outputs = try zip(run.outputs, choice.outputs).map { values, layout in
            var operand = Operand([values.count], values)
            operand = try Self.moved(operand, from: layout, to: .plain(layout.dims))
            return operand.values
        }
        formats = choice.outputs.map(\.type)
        implementation = choice.implementation
    }

    /// The ways there are on this processor.
    static func variants(
        _ operation: any Networks.Operation, _ operands: [Operand], precision: Precision, groups: Int = 1
    ) throws -> [KernelVariant] {
        let computable = try #require(operation.computable, "no kernel for \(operation.name)")
        let engine = try Engine()
        return try KernelVariant.allCases.filter { variant in
            var request = try request(operation, operands, engine, nil, groups, variant)
            request.precision = precision
            guard computable.variants(for: request).contains(variant) else { return false }
            return variant == .standard || (try? computable.implementation(for: request).kernel(for: request)) != nil
        }
    }

    /// As a plan asks: images row by row; weights however the kernel wants them, but for the loop over a dense layer's weights, which takes
    /// them as the library's forward kernels do.
    private static func request(
        _ operation: any Networks.Operation, _ operands: [Operand], _ engine: Engine, _ activation: FusedActivation?,
        _ groups: Int,
        _ variant: KernelVariant
    ) throws -> KernelRequest {
        let isConvolution = operation is Convolution || operation is ConvolutionDataGradient
        let isDense = operation is InnerProduct || operation is InnerProductDataGradient
        let inputs = try operands.enumerated().map { index, operand in
            let dims = operand.type.shape.dimensions
            guard index == 1, isConvolution || isDense else {
                return KernelRequest.Input(type: operand.type, layout: .plain(dims))
            }
            let axes = groups > 1 ? [groups, dims[0] / groups] + dims.dropFirst() : dims
            let layout = try isDense && variant == .batchInnermost ? #require(Layout.named("AB16b64a", dims)) : .any(axes)
            return KernelRequest.Input(type: operand.type, layout: layout)
        }
        let outputs = try operation.outputTypes(for: operands.map(\.type)).map { KernelRequest.Output(type: $0) }
        var request = KernelRequest(engine: engine, inputs: inputs, outputs: outputs, activation: activation)
        request.variant = variant
        return request
    }

    private static func moved(_ operand: Operand, from: Layout, to: Layout) throws -> Operand {
        guard !from.isInterchangeable(with: to) else { return operand }
        let run = try KernelRun(reordering: operand, from: from, to: to, .best)
        var moved = operand
        moved.words = run.outputs[0].map(\.bitPattern)
        return moved
    }
}

/// A layer's forward operation and its gradients, with operands for each.
struct Passes {
    struct Pass {
        let operation: any Networks.Operation
        let operands: [Operand]
    }

    let forward, data, weights: Pass

    /// - Parameters:
    ///   - x: the shape of the input, the batch first.
    ///   - values: an operand of a shape, drawn by a number.
    init(
        _ operation: any Networks.Operation, x: Shape, parameters: [Shape], values: (Shape, UInt32) -> Operand
    ) throws {
        let layer = Applied(operation, parameters: parameters, name: "tested")
        let images = x.rank == 2 ? [x[1], 1, 1] : Shape(Array(x.dimensions.dropFirst()))
        let network = probe(images) {
            if x.rank == 2 { Flatten() }
            layer
        }
        let training = try TrainingGraph(of: try network.graph(batchSize: x[0], purpose: .training)).graph
        let nodes = training.nodes.filter { $0.layer == "tested" }
        let operands = ([x] + parameters).enumerated().map { values($1, UInt32($0)) }
        let dy = values(try operation.outputTypes(for: operands.map(\.type))[0].shape, 9)
        forward = Pass(operation: operation, operands: operands)
        data = Pass(
            operation: try #require(
                nodes.first { $0.operation is ConvolutionDataGradient || $0.operation is InnerProductDataGradient }
            ).operation, operands: [dy, operands[1]])
        weights = Pass(
            operation: try #require(
                nodes.first { $0.operation is ConvolutionWeightGradient || $0.operation is InnerProductWeightGradient }
            ).operation, operands: [operands[0], dy])
    }

    var all: [Pass] { [forward, data, weights] }
}

extension Passes.Pass {
    /// By the plain loop in double precision.
    func reference() throws -> [[Double]] {
        try #require(operation as? any ReferenceComputable).reference(
            operands.map { ReferenceTensor($0.type.shape, $0.values.map(Double.init)) }, step: ReferenceStep(seed: 0)
        ).map(\.values)
    }
}
