import COneDNN
package import Layouts

extension PrimitiveDescriptor {
    /// Copies a tensor into another layout or number format, padding zeroed. Arguments: source, destination.
    package static func reorder(
        engine: Engine, from source: Layout, to destination: Layout
    ) throws(OneDNNError) -> PrimitiveDescriptor {
        try PrimitiveDescriptor(
            "reorder", engine: engine, roles: [("source", source), ("destination", destination)],
            candidates: [.source, .destination]
        ) { handles, created in
            onednn_reorder_create(engine.handle, handles[0], handles[1], &created)
        }
    }
}
