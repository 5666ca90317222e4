import KernelChoices
import Layouts

extension KernelRequest {
    /// A layout of the kernel's own choice, in the request's precision.
    func any(_ dims: [Int]) -> Layout { .any(dims, type: precision.element) }

    /// The layout in which weights are read: as they lie where that is decided and in the right precision.
    func weights(_ offered: Layout, _ dims: [Int]) -> Layout {
        offered.isAny || offered.type != precision.element ? any(dims) : offered
    }
}
