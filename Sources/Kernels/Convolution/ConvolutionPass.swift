import KernelChoices
import Networks
import OneDNN

/// A convolution or one of its gradients, whatever the shapes: what all its kernels are told.
struct ConvolutionPass: Sendable {
    /// Forward is `training`.
    let pass: Pass
    let window: WindowGeometry
    let groups: Int

    init(_ pass: Pass, _ window: WindowGeometry, groups: Int) {
        self.pass = pass
        self.window = window
        self.groups = groups
    }

    func problem(_ request: KernelRequest) -> ConvolutionProblem {
        ConvolutionProblem(pass, window, groups: groups, request)
    }
}
