package import KernelChoices
package import Networks
package import OneDNN
import Tensors

/// A convolution or one of its gradients with all that decides how it is computed.
package struct ConvolutionProblem {
    /// Forward is `training`.
    let pass: Pass
    var window: WindowGeometry
    let groups: Int
    /// [N, C, H, W], or its gradient.
    var source: Shape
    /// [K, C / groups, R, S], or its gradient.
    var weight: Shape
    /// [N, K, H′, W′], or its gradient.
    var destination: Shape
    let hasBias: Bool
    /// What is to be applied to the output of the forward pass.
    let activation: FusedActivation?
    let precision: Precision
    let engine: Engine
    let instructions: InstructionSet

    /// - Parameter request: its tensors are, by the pass: x, weights and perhaps a bias to y; ∂y and weights to ∂x; x and ∂y to ∂weights
    ///   and perhaps ∂bias.
    package init(_ pass: Pass, _ window: WindowGeometry, groups: Int, _ request: KernelRequest) {
        self.pass = pass
        self.window = window
        self.groups = groups
        let (inputs, outputs) = (request.inputs.map(\.type.shape), request.outputs.map(\.type.shape))
        switch pass {
        case .inference, .training: (source, weight, destination) = (inputs[0], inputs[1], outputs[0])
        case .backwardData: (source, weight, destination) = (outputs[0], inputs[1], inputs[0])
        case .backwardWeights: (source, weight, destination) = (inputs[0], outputs[0], inputs[1])
        }
        hasBias = pass == .backwardWeights ? outputs.count == 2 : inputs.count == 3
        activation = request.activation
        precision = request.precision
        engine = request.libraryEngine
        instructions = request.instructions
    }

    var isForward: Bool { pass == .inference || pass == .training }
    var geometry: ConvolutionGeometry { ConvolutionGeometry(window) }
    /// The weights' axes as the library has them.
    var libraryWeight: [Int] { Kernels.libraryWeight(weight, groups: groups) }
}

extension ConvolutionGeometry {
    init(_ window: WindowGeometry) {
        self.init(
            strides: window.stride, dilations: window.dilation, paddingBegin: window.paddingBegin, paddingEnd: window.paddingEnd)
    }
}

/// The library gives groups an axis of their own: [K, C/G, R, S] is its [G, K/G, C/G, R, S], the same elements in the same order.
func libraryWeight(_ shape: Shape, groups: Int) -> [Int] {
    groups == 1 ? shape.dimensions : [groups, shape[0] / groups] + shape.dimensions.dropFirst()
}
