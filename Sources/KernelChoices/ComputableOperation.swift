package import Networks

/// An operation that can be computed: the execution side's twin of the operation's file.
package protocol ComputableOperation: Networks.Operation {
    /// The ways to compute it, the standard one first: that is possible for all shapes. No two have the same name.
    ///
    /// Where the first is as fast as another, it is taken; of others that are equally fast the earlier.
    var implementations: [any KernelImplementation] { get }
}

extension ComputableOperation {
    /// The names of the ways that are possible for these shapes, the standard one first.
    package func variants(for request: KernelRequest) -> [KernelVariant] {
        implementations.filter { $0.isPossible(for: request) }.map(\.variant)
    }

    /// The way that `KernelRequest.variant` asks for; the standard one where there is no such, or where it is not possible.
    package func implementation(for request: KernelRequest) -> any KernelImplementation {
        let implementations = implementations
        return implementations.first { $0.variant == request.variant && $0.isPossible(for: request) } ?? implementations[0]
    }
}

/// An operation that there is one way to compute is that way itself.
extension ComputableOperation where Self: KernelImplementation {
    package var implementations: [any KernelImplementation] { [self] }
    package var variant: KernelVariant { .standard }
    package func isPossible(for request: KernelRequest) -> Bool { true }
}
