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

    /// Puts tensors side by side along `axis`. Arguments: multiple(0), multiple(1), ..., destination. Without a destination layout
    /// the library chooses one that fits the sources.
    package static func concat(
        engine: Engine, _ sources: [Layout], axis: Int, destination: Layout? = nil
    ) throws(OneDNNError) -> PrimitiveDescriptor {
        let handles = sources.map { Optional($0.storage.handle) }
        return try PrimitiveDescriptor(
            "concatenation along axis \(axis)", engine: engine, roles: roles(sources) + [("destination", destination)],
            candidates: sources.indices.map { .multiple($0) } + [.destination]
        ) { created in
            onednn_concat_create(
                engine.handle, Int32(axis), Int32(sources.count), handles, destination?.storage.handle, &created)
        }
    }

    /// destination = Σ scale · source. Arguments: multiple(0), multiple(1), ..., destination, which may be the first source's memory.
    package static func sum(
        engine: Engine, _ sources: [Layout], scales: [Float]? = nil, destination: Layout? = nil
    ) throws(OneDNNError) -> PrimitiveDescriptor {
        precondition(scales == nil || scales?.count == sources.count, "a sum has one scale for each source")
        let handles = sources.map { Optional($0.storage.handle) }
        let factors = scales ?? Array(repeating: 1, count: sources.count)
        return try PrimitiveDescriptor(
            "sum", engine: engine, roles: roles(sources) + [("destination", destination)],
            candidates: sources.indices.map { .multiple($0) } + [.destination]
        ) { created in
            onednn_sum_create(
                engine.handle, Int32(sources.count), factors, handles, destination?.storage.handle, &created)
        }
    }

    private static func roles(_ sources: [Layout]) -> [(String, Layout?)] {
        sources.enumerated().map { ("source \($0.offset)", $0.element) }
    }
}
