import COneDNN

/// The queue that primitives execute on. One per lane; execution is finished when a call returns.
package final class ComputeStream {
    let handle: OpaquePointer
    package let engine: Engine

    /// Throws ``OneDNNError`` when the library cannot make a stream.
    package init(engine: Engine) throws(OneDNNError) {
        var created: OpaquePointer?
        try OneDNNError.check(onednn_stream_create(engine.handle, &created), "stream")
        guard let created else { throw .failed(operation: "stream", status: "no stream", details: []) }
        handle = created
        self.engine = engine
    }

    deinit { onednn_stream_destroy(handle) }
}
