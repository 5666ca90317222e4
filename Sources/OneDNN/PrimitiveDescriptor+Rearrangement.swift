import COneDNN

extension PrimitiveDescriptor {
    /// Copies a tensor into another layout or number format, padding zeroed. Arguments: source, destination.
    package static func reorder(
        engine: Engine, from source: Layout, to destination: Layout
    ) throws(OneDNNError) -> PrimitiveDescriptor {
        try PrimitiveDescriptor(
            "reorder", engine: engine, roles: [("source", source), ("destination", destination)],
            candidates: [.source, .destination]
        ) { created in
            onednn_reorder_create(engine.handle, source.storage.handle, destination.storage.handle, &created)
        }
    }
}
