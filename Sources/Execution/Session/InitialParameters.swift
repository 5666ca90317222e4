public import Networks
public import Tensors

/// The first values of a graph's parameters.
public enum InitialParameters {
    /// Every parameter's values; element i of parameter p depends on (seed, p, i) alone. Large parameters are filled by several
    /// tasks at once.
    public static func values(of graph: Graph, seed: UInt64) async -> [HostTensor] {
        let piece = 1 << 20
        var values = graph.parameters.map { HostTensor(zeros: $0.shape) }
        await withTaskGroup(of: (Int, Range<Int>, [Float]).self) { group in
            for (index, parameter) in graph.parameters.enumerated() {
                let count = parameter.shape.elementCount
                for start in stride(from: 0, to: count, by: piece) {
                    let range = start..<min(count, start + piece)
                    group.addTask {
                        let part = [Float](unsafeUninitializedCapacity: range.count) { buffer, initialized in
                            let places = UnsafeMutableBufferPointer(rebasing: buffer[0..<range.count])
                            places.initialize(repeating: 0)
                            parameter.initializer.fill(seed: seed, stream: index, range: range, into: places)
                            initialized = range.count
                        }
                        return (index, range, part)
                    }
                }
            }
            for await (index, range, part) in group {
                values[index].values.replaceSubrange(range, with: part)
            }
        }
        return values
    }
}
