package import KernelChoices
package import Layouts
package import Networks
package import OneDNN
package import Topology

extension Engine: KernelEngine {
    package func computable(_ operation: any Networks.Operation) -> (any ComputableOperation)? { operation.computable }

    package func reorder(from: Layout, to: Layout) throws -> KernelChoice { try .reorder(engine: self, from: from, to: to) }

    package func contest(
        among implementations: [any KernelImplementation], for request: KernelRequest
    ) throws -> KernelContest {
        let measurement = try KernelMeasurement(request, implementations)
        return KernelContest(implementations.map(\.variant)) { try measurement.seconds($0) }
    }

    /// For plans that are made on the calling thread: the library makes its kernels for as many threads as the caller has, and lanes
    /// have one.
    package static func forPlanning(caches: CacheSizes = .ofThisMachine) throws(OneDNNError) -> Engine {
        ComputeThread.useOneOpenMPThread()
        return try Engine(caches: caches)
    }
}

extension ComputeStream: KernelStream {}

// The kernels of this target are made for the library's engine, and for no other.

extension KernelRequest {
    var libraryEngine: Engine {
        guard let engine = engine as? Engine else {
            preconditionFailure("a kernel of the target Kernels is made for oneDNN's engine, not for a \(Swift.type(of: engine))")
        }
        return engine
    }

    /// For in-house loops that exist for several.
    var instructions: InstructionSet { libraryEngine.instructions }
}

extension KernelMemory {
    var libraryStream: ComputeStream {
        guard let stream = stream as? ComputeStream else {
            preconditionFailure("a kernel of the target Kernels runs on oneDNN's stream, not on a \(Swift.type(of: stream))")
        }
        return stream
    }
}
