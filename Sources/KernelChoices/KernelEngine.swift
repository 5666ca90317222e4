package import Layouts
package import Networks

/// Who makes kernels. A planner asks it, and knows neither a library nor a processor.
package protocol KernelEngine: Sendable {
    /// The operation with the ways to compute it; nil where there are none.
    func computable(_ operation: any Networks.Operation) -> (any ComputableOperation)?

    /// A copy from one layout to another. Throws what the library refuses.
    func reorder(from: Layout, to: Layout) throws -> KernelChoice

    /// Times ways to compute an operation, on the thread that calls. Throws where there is no memory for it.
    func contest(among implementations: [any KernelImplementation], for request: KernelRequest) throws -> KernelContest
}

/// What an engine's kernels run on: one for each lane, and on its thread alone.
package protocol KernelStream: AnyObject {}
