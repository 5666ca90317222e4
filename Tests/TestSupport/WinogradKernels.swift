import KernelChoices
import Kernels
import Layouts
import Networks
import OneDNN
import Tensors
package import Testing

/// Whether the library has Winograd's kernels here.
package enum WinogradKernels {
    package static let exist = (try? kernel()) != nil

    private static func kernel() throws -> KernelChoice {
        var request = KernelRequest(
            engine: try Engine(),
            inputs: [
                .init(type: TensorType.examples([1, 16, 8, 8]), layout: .plain([1, 16, 8, 8])),
                .init(type: TensorType.examples([16, 16, 3, 3]), layout: .any([16, 16, 3, 3])),
            ], outputs: [.init(type: TensorType.examples([1, 16, 8, 8]))])
        request.variant = .winograd
        let convolution = Convolution(window: try WindowGeometry(kernel: 3, padding: 1, operation: "test"))
        return try convolution.implementation(for: request).kernel(for: request)
    }
}

extension Trait where Self == ConditionTrait {
    /// The library's Winograd kernels are for AVX-512 and gone from version 3.2 on.
    package static var winogradExists: Self {
        .enabled("this processor or this version of oneDNN has no Winograd kernels") { WinogradKernels.exist }
    }
}
