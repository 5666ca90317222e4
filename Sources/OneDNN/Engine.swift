import COneDNN
package import Topology

/// oneDNN's view of the processor, and what our loops need to know of it, caches and instructions: kernels are created for it. One per run, passed as a
/// parameter.
///
/// Sendable because the library's engine is immutable after creation and its primitive cache takes its own locks.
package final class Engine: @unchecked Sendable {
    let handle: OpaquePointer
    /// Scratchpads depend on them: an unbound plan and the session that it is for must be made with the same.
    package let caches: CacheSizes
    /// For in-house loops that exist for several.
    package let instructions: InstructionSet

    /// Throws ``OneDNNError`` when the library has no processor engine.
    package init(caches: CacheSizes = .ofThisMachine, instructions: InstructionSet = .best) throws(OneDNNError) {
        self.caches = caches
        self.instructions = instructions
        InstructionSet.libraryIsLimited
        var created: OpaquePointer?
        try OneDNNError.check(onednn_engine_create(&created), "engine")
        guard let created else { throw .failed(operation: "engine", status: "no engine", details: []) }
        handle = created
    }

    deinit { onednn_engine_destroy(handle) }

    /// The version of the library that is running, such as "2.6.3".
    package static var libraryVersion: String {
        var major: Int32 = 0
        var minor: Int32 = 0
        var patch: Int32 = 0
        onednn_library_version(&major, &minor, &patch)
        return "\(major).\(minor).\(patch)"
    }

    /// The most that the library uses of the processor's instructions, in its own words, such as "avx512_core_bf16".
    package static var instructions: String { String(cString: onednn_instructions()) }

    /// Whether the processor has instructions for products in bfloat16.
    package static var processorHasBFloat16: Bool { onednn_processor_has_bf16() != 0 }
}
