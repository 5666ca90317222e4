package import KernelChoices
package import Networks
import OneDNN

extension Convolution: ComputableOperation {
    package var implementations: [any KernelImplementation] {
        let pass = ConvolutionPass(.training, window, groups: groups)
        return [
            LibraryConvolution(pass), SpaceToDepthConvolution(pass), WinogradConvolution(pass), WinogradLoop(pass),
            BatchInnermostConvolution(pass),
        ]
    }
}

extension ConvolutionDataGradient: ComputableOperation {
    package var implementations: [any KernelImplementation] {
        let pass = ConvolutionPass(.backwardData, window, groups: groups)
        return [
            LibraryConvolution(pass), WinogradConvolution(pass), WinogradLoop(pass), BatchInnermostConvolution(pass),
            FlippedConvolution(pass),
            FlippedConvolution(pass, isChannelsLast: true),
        ]
    }
}

extension ConvolutionWeightGradient: ComputableOperation {
    package var implementations: [any KernelImplementation] {
        let pass = ConvolutionPass(.backwardWeights, window, groups: groups)
        return [
            LibraryConvolution(pass), SpaceToDepthConvolution(pass), WinogradConvolution(pass), WinogradLoop(pass),
            BatchInnermostConvolution(pass),
            ImagePairs(pass),
        ]
    }
}
