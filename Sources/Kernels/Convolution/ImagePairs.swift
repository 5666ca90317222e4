import CKernels
package import KernelChoices
import Layouts
package import Networks
import OneDNN
package import Tensors

/// The gradient of a convolution's weights in bfloat16, by an in-house loop that multiplies two images at a time.
///
/// The instruction takes sums of two products. The library puts neighbours of a row together for it, of which there are often an odd
/// number; of two images every pixel is a pair.
package struct ImagePairs: KernelImplementation {
    private let convolution: ConvolutionPass

    init(_ convolution: ConvolutionPass) {
        self.convolution = convolution
    }

    package var variant: KernelVariant { .imagePairs }

    package func isPossible(for request: KernelRequest) -> Bool {
        let problem = convolution.problem(request)
        return problem.precision == .bf16 && Self.isPossible(problem.window, weight: problem.weight, groups: problem.groups)
    }

    package func kernel(for request: KernelRequest) throws -> KernelChoice { Self.choice(convolution.problem(request)) }

    /// Whether there is a loop for such kernels, and this processor has the instruction.
    package static func isPossible(_ window: WindowGeometry, weight: Shape, groups: Int) -> Bool {
        Layout.fillsChannelBlocks(weight, groups: groups) && (weight[3] == 3 || weight[3] == 5)
            && window.stride.allSatisfy { $0 == 1 }
            && window.dilation.allSatisfy { $0 == 1 } && ckernels_image_pairs_exist() != 0
    }

    static func choice(_ problem: ConvolutionProblem) -> KernelChoice {
        let (window, groups, hasBias) = (problem.window, problem.groups, problem.hasBias)
        let (source, destination) = (problem.source, problem.destination)
        var shape = ckernels_image_pairs()
        (shape.images, shape.groups) = (Int64(source[0]), Int64(groups))
        (shape.inputs, shape.outputs) = (Int64(source[1] / groups), Int64(destination[1] / groups))
        (shape.input_height, shape.input_width) = (Int64(source[2]), Int64(source[3]))
        (shape.output_height, shape.output_width) = (Int64(destination[2]), Int64(destination[3]))
        (shape.kernel_height, shape.kernel_width) = (Int64(window.kernel[0]), Int64(window.kernel[1]))
        (shape.padding_top, shape.padding_left) = (Int64(window.paddingBegin[0]), Int64(window.paddingBegin[1]))
        let weight = Layout.blockedWeights(
            Shape([destination[1], source[1] / groups] + window.kernel), groups: groups)
        return KernelChoice(
            inputs: [source, destination].map { .channelBlocked($0, type: .bf16) },
            outputs: [weight] + (hasBias ? [.plain([destination[1]])] : []),
            scratchpadBytes: Int(ckernels_image_pairs_scratch(&shape)), origin: .loop,
            implementation: "loop:avx512_bf16, pairs of images"
        ) { [shape] memory in
            let inputs = memory.inputs.map { UnsafePointer($0.assumingMemoryBound(to: UInt16.self)) }
            let (weights, bias) = (memory.output(0), hasBias ? memory.output(1) : nil)
            let scratchpad = memory.scratchpad
            return LoopKernel { _ in
                withUnsafePointer(to: shape) {
                    ckernels_image_pairs_weight_gradient($0, inputs[0], inputs[1], weights, bias, scratchpad)
                }
            }
        }
    }
}
