import COneDNN
package import Layouts

/// One operation on fixed shapes and layouts, compiled: creating it generates code (milliseconds), running it does not.
///
/// Every descriptor is in user scratchpad mode, so one descriptor may run on several lanes at once, each with memory of its own.
/// Sendable because nothing in it is written after creation and the library documents execution as thread-safe in this mode.
package final class PrimitiveDescriptor: @unchecked Sendable {
    let handle: OpaquePointer
    let engine: Engine
    /// What it computes, such as "convolution forward".
    package let operation: String
    /// The tensors it takes, each with the layout it must have.
    package let arguments: [(argument: Argument, layout: Layout)]
    /// The library's name of the kernel, such as "jit:avx512_core".
    package let implementation: String

    /// Whether it multiplies by the processor's matrix unit, which the library tells by the implementation's name alone.
    package var usesMatrixUnit: Bool { implementation.contains("amx") }

    /// Whether the library has nothing better than its plain loop, hundreds of times slower than a kernel. It tells so by the name, too.
    package var isPlainLoop: Bool { implementation.hasPrefix("ref") }

    /// Creates through `create`, which is given the descriptors of the layouts in `roles`, in their order; the names there are for the
    /// error message. `candidates` are the arguments it may turn out to take.
    init(
        _ operation: String, engine: Engine, roles: [(String, Layout?)], candidates: [Argument],
        create: ([OpaquePointer?], inout OpaquePointer?) -> Int32
    ) throws(OneDNNError) {
        var descriptors: [LayoutDescriptor?] = []
        for case (_, let layout) in roles {
            if let layout { descriptors.append(try LayoutDescriptor.of(layout)) } else { descriptors.append(nil) }
        }
        var created: OpaquePointer?
        let status = withExtendedLifetime((engine, descriptors)) { create(descriptors.map { $0?.handle }, &created) }
        func details() -> [String] { roles.compactMap { role, layout in layout.map { "\(role): \($0)" } } }
        try OneDNNError.check(status, operation, details: details())
        guard let created else { throw .failed(operation: operation, status: "nothing created", details: details()) }
        var arguments: [(Argument, Layout)] = []
        for argument in candidates + [.workspace, .scratchpad] {
            var found: OpaquePointer?
            let status = onednn_primitive_layout(created, argument.number, &found)
            guard status == 0 else {
                onednn_primitive_destroy(created)
                throw .failed(operation: operation, status: String(cString: onednn_status_name(status)), details: details())
            }
            if let found { arguments.append((argument, LayoutDescriptor(owning: found).layout)) }
        }
        handle = created
        self.engine = engine
        self.operation = operation
        self.arguments = arguments
        implementation = String(cString: onednn_primitive_implementation(created))
    }

    deinit { onednn_primitive_destroy(handle) }

    /// The layout that a tensor must have; nil when this primitive takes no such tensor.
    package func layout(of argument: Argument) -> Layout? {
        arguments.first { $0.argument == argument }?.layout
    }

    /// Bytes of scratchpad that each execution needs; 0 when none.
    package var scratchpadBytes: Int { layout(of: .scratchpad)?.byteCount ?? 0 }
}
