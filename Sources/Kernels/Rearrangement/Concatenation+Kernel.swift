package import KernelChoices
package import Networks
import Tensors

extension Concatenation: ComputableOperation, KernelImplementation {
    package func kernel(for request: KernelRequest) throws -> KernelChoice {
        let whole = AxisRuns(request.outputs[0].type.shape, axis: axis)
        let parts = request.inputs.map { AxisRuns($0.type.shape, axis: axis) }
        return request.rowMajorLoop { memory in
            let y = memory.output(0)
            var copies: [(from: UnsafeMutablePointer<Float>, length: Int, offset: Int)] = []
            for (index, part) in parts.enumerated() {
                let end = copies.last.map { $0.offset + $0.length } ?? 0
                copies.append((memory.input(index), part.length, end))
            }
            return { [copies] _ in
                for copy in copies {
                    var (from, to) = (copy.from, y + copy.offset)
                    for _ in 0..<whole.count {
                        to.update(from: from, count: copy.length)
                        from += copy.length
                        to += whole.length
                    }
                }
            }
        }
    }
}

extension Slice: ComputableOperation, KernelImplementation {
    /// Copies words: labels are as wide as numbers.
    package func kernel(for request: KernelRequest) throws -> KernelChoice {
        let whole = AxisRuns(request.inputs[0].type.shape, axis: axis)
        let part = AxisRuns(request.outputs[0].type.shape, axis: axis)
        let offset = range.lowerBound * part.elementsPerIndex
        return request.rowMajorLoop { memory in
            let (x, y) = (memory.inputs[0], memory.outputs[0])
            return { _ in
                var from = x.assumingMemoryBound(to: UInt32.self) + offset
                var to = y.assumingMemoryBound(to: UInt32.self)
                for _ in 0..<part.count {
                    to.update(from: from, count: part.length)
                    from += whole.length
                    to += part.length
                }
            }
        }
    }
}

/// A row-major tensor as runs of consecutive elements, one for each index of the axes before `axis`.
private struct AxisRuns {
    let count: Int
    /// Elements of a run: the extents of `axis` and all after it.
    let length: Int
    /// Elements that share one index of `axis` within a run.
    let elementsPerIndex: Int

    init(_ shape: Shape, axis: Int) {
        count = shape.dimensions[..<axis].reduce(1, *)
        elementsPerIndex = shape.dimensions[(axis + 1)...].reduce(1, *)
        length = shape[axis] * elementsPerIndex
    }
}
