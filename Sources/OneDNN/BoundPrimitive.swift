import COneDNN

/// A primitive with the memory it works on: what a plan's step executes. Executing allocates nothing on this side.
///
/// It does not own the memory: every address must stay valid, and each tensor must have the layout that the descriptor names.
/// Addresses should be multiples of 64 bytes. Not Sendable: it belongs to the lane whose memory it uses.
package final class BoundPrimitive {
    package let descriptor: PrimitiveDescriptor
    private let handle: OpaquePointer

    /// Throws ``OneDNNError`` when an argument is missing or one too many.
    package init(_ descriptor: PrimitiveDescriptor, _ addresses: [(Argument, UnsafeMutableRawPointer)]) throws(OneDNNError) {
        let needed = descriptor.arguments.map(\.argument)
        let given = addresses.map(\.0)
        if let missing = needed.first(where: { !given.contains($0) }) {
            throw .missingArgument(operation: descriptor.operation, argument: missing, needed: needed)
        }
        if let extra = given.first(where: { !needed.contains($0) }) {
            throw .unexpectedArgument(operation: descriptor.operation, argument: extra, needed: needed)
        }
        var created: OpaquePointer?
        let status = onednn_binding_create(
            descriptor.engine.handle, descriptor.handle, Int32(addresses.count), given.map(\.number),
            addresses.map { Optional($0.1) }, &created)
        try OneDNNError.check(status, "binding of \(descriptor.operation)")
        guard let created else {
            throw .failed(operation: "binding of \(descriptor.operation)", status: "nothing created", details: [])
        }
        self.descriptor = descriptor
        handle = created
    }

    deinit { onednn_binding_destroy(handle) }

    /// Computes; finished when it returns. Call it on a thread that ``ComputeThread/prepare()`` has prepared.
    package func execute(on stream: ComputeStream) throws(OneDNNError) {
        let status = onednn_binding_execute(handle, stream.handle)
        guard status == 0 else {
            throw .failed(
                operation: descriptor.operation, status: String(cString: onednn_status_name(status)),
                details: descriptor.arguments.map { "\($0.argument): \($0.layout)" })
        }
    }
}
