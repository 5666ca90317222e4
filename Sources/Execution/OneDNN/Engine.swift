import COneDNN

/// oneDNN's view of the processor: primitives are created for it. One per run, passed as a parameter.
///
/// Sendable because the library's engine is immutable after creation and its primitive cache takes its own locks.
package final class Engine: @unchecked Sendable {
    let handle: OpaquePointer

    /// Throws ``OneDNNError`` when the library has no processor engine.
    package init() throws(OneDNNError) {
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
}
