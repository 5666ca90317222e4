package import KernelChoices
import Layouts
package import Networks
import Tensors

extension Concatenation: ComputableOperation, KernelImplementation {
    /// In blocks of channels, where most of the inputs lie so and all of them fill their blocks, as their last alone need not; else row-major.
    package func kernel(for request: KernelRequest) throws -> KernelChoice {
        let output = request.outputs[0].type
        let block = blockOfMost(request.inputs)
        let whole = AxisRuns(output.shape, axis: axis, block: block ?? 1)
        let parts = request.inputs.map { AxisRuns($0.type.shape, axis: axis, block: block ?? 1) }
        func binding(_ memory: KernelMemory) -> (StepArguments) -> Void {
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
        guard let block else { return request.rowMajorLoop(binding) }
        return request.channelBlockedLoop(block: block, binding)
    }

    /// The channels of a block in which most of the elements lie, if all of them can.
    private func blockOfMost(_ inputs: [KernelRequest.Input]) -> Int? {
        guard axis == 1 else { return nil }
        var elements: [Int: Int] = [:]
        for input in inputs where input.layout.type == .f32 {
            if let block = input.layout.channelsInBlock { elements[block, default: 0] += input.type.shape.elementCount }
        }
        let all = inputs.reduce(0) { $0 + $1.type.shape.elementCount }
        return elements.first { block, count in
            2 * count > all && inputs.dropLast().allSatisfy { $0.type.shape[1] % block == 0 }
        }?.key
    }
}

extension Slice: ComputableOperation, KernelImplementation {
    /// Copies words: labels are as wide as numbers. In blocks of channels, where the input lies so and the slice is made of whole blocks; else
    /// row-major.
    package func kernel(for request: KernelRequest) throws -> KernelChoice {
        let block = blockKept(request.inputs[0])
        let whole = AxisRuns(request.inputs[0].type.shape, axis: axis, block: block ?? 1)
        let part = AxisRuns(request.outputs[0].type.shape, axis: axis, block: block ?? 1)
        let offset = range.lowerBound * part.elementsPerIndex
        func binding(_ memory: KernelMemory) -> (StepArguments) -> Void {
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
        guard let block else { return request.rowMajorLoop(binding) }
        return request.channelBlockedLoop(block: block, binding)
    }

    /// A slice that ends within a block would have other channels where its padding has zeros; after the input's last there are none.
    private func blockKept(_ input: KernelRequest.Input) -> Int? {
        guard axis == 1, input.layout.type == .f32, let block = input.layout.channelsInBlock, range.lowerBound % block == 0,
            range.upperBound % block == 0 || range.upperBound == input.type.shape[1]
        else { return nil }
        return block
    }
}

/// A tensor as runs of consecutive elements, one for each index of the axes before `axis`.
private struct AxisRuns {
    let count: Int
    /// Elements of a run: the extents of `axis`, in whole blocks, and all after it.
    let length: Int
    /// Elements that share one index of `axis` within a run.
    let elementsPerIndex: Int

    /// - Parameter block: how many indices of `axis` lie side by side: 1 where it is row-major.
    init(_ shape: Shape, axis: Int, block: Int) {
        count = shape.dimensions[..<axis].reduce(1, *)
        elementsPerIndex = shape.dimensions[(axis + 1)...].reduce(1, *)
        length = (shape[axis] + block - 1) / block * block * elementsPerIndex
    }
}
