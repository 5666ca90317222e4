public import Networks
public import Tensors

/// The first values of a graph's parameters.
public enum InitialParameters {
    /// Where values go. Sendable because it is only an address; who writes there, and when, is its owner's to say.
    struct Destination: Sendable {
        private let bits: UInt
        let byteCount: Int

        init(_ address: UnsafeMutableRawPointer, byteCount: Int) {
            bits = UInt(bitPattern: address)
            self.byteCount = byteCount
        }

        var values: UnsafeMutablePointer<Float> {
            guard let address = UnsafeMutablePointer<Float>(bitPattern: bits) else { preconditionFailure("memory at nowhere") }
            return address
        }
    }

    /// Every parameter's values; element i of parameter p depends on (seed, p, i) alone.
    public static func values(of graph: Graph, seed: UInt64) async -> [HostTensor] {
        var values: [HostTensor] = []
        for (index, parameter) in graph.parameters.enumerated() {
            values.append(await self.values(of: parameter, number: index, seed: seed))
        }
        return values
    }

    /// The values of a graph's parameter `number`.
    package static func values(of parameter: Parameter, number: Int, seed: UInt64) async -> HostTensor {
        let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: max(1, parameter.shape.elementCount))
        defer { buffer.deallocate() }
        guard let base = buffer.baseAddress else { preconditionFailure("memory at nowhere") }
        await fill(
            parameter, stream: number, seed: seed, Destination(base, byteCount: buffer.count * MemoryLayout<Float>.stride))
        return HostTensor(parameter.shape, Array(buffer.prefix(parameter.shape.elementCount)))
    }

    /// Writes a parameter's values, row-major. Large parameters are filled by several tasks at once.
    static func fill(_ parameter: Parameter, stream: Int, seed: UInt64, _ destination: Destination) async {
        let piece = 1 << 20
        let count = parameter.shape.elementCount
        await withTaskGroup(of: Void.self) { group in
            for start in stride(from: 0, to: count, by: piece) {
                let range = start..<min(count, start + piece)
                group.addTask {
                    // Pieces do not overlap.
                    let places = UnsafeMutableBufferPointer(start: destination.values + start, count: range.count)
                    places.initialize(repeating: 0)
                    parameter.initializer.fill(seed: seed, stream: stream, range: range, into: places)
                }
            }
        }
    }
}
