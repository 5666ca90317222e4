package import KernelChoices
import Layouts
package import Networks

extension MaxPooling: ComputableOperation {
    package var implementations: [any KernelImplementation] {
        let pass = PoolingPass(.maximum(keepsWinners: keepsWinners), window)
        return [StandardPooling(pass), BatchInnermostPooling(pass)]
    }
}

extension MaxPoolingGradient: ComputableOperation {
    /// Nothing to choose: the winners were written in the forward pass's layout, and the gradients follow it.
    package var implementations: [any KernelImplementation] { [StandardPooling(PoolingPass(.maximumGradient, window))] }
}

extension AveragePooling: ComputableOperation {
    package var implementations: [any KernelImplementation] {
        let pass = PoolingPass(.average(countsPadding: countsPadding), window)
        return [StandardPooling(pass), BatchInnermostPooling(pass)]
    }
}

extension AveragePoolingGradient: ComputableOperation {
    package var implementations: [any KernelImplementation] {
        let pass = PoolingPass(.averageGradient(countsPadding: countsPadding), window)
        return [StandardPooling(pass), BatchInnermostPooling(pass)]
    }
}
