/// The geometry of a window that slides over H × W: built once, validated once, passed whole.
///
/// Output extent along an axis: ⌊(extent + paddingBegin + paddingEnd − dilation·(kernel − 1) − 1) / stride⌋ + 1.
public struct WindowGeometry: Sendable, Hashable {
    /// One value per spatial axis: [R, S], elements.
    public let kernel: [Int]
    public let stride: [Int]
    public let paddingBegin: [Int]
    public let paddingEnd: [Int]
    /// 1 means dense.
    public let dilation: [Int]

    private static let mostExtent = 1 << 20

    /// Throws when an extent is not positive or a padding is as large as the window.
    public init(
        kernel: [Int], stride: [Int], paddingBegin: [Int], paddingEnd: [Int], dilation: [Int], operation: String
    ) throws(NetworkError) {
        let counts = Set([kernel.count, stride.count, paddingBegin.count, paddingEnd.count, dilation.count])
        guard counts.count == 1 else {
            throw .window(operation: operation, reason: "kernel, stride, padding and dilation name different numbers of axes")
        }
        let extents = kernel + stride + paddingBegin + paddingEnd + dilation
        guard extents.allSatisfy({ $0 <= Self.mostExtent }) else {
            throw .window(
                operation: operation,
                reason:
                    "kernel, stride, padding and dilation are at most \(Self.mostExtent), larger than any image, not \(extents.max() ?? 0)"
            )
        }
        for axis in kernel.indices {
            guard kernel[axis] > 0 else {
                throw .window(operation: operation, reason: "a kernel of \(kernel[axis]) is not positive")
            }
            guard stride[axis] > 0 else {
                throw .window(operation: operation, reason: "a stride of \(stride[axis]) is not positive")
            }
            guard dilation[axis] > 0 else {
                throw .window(operation: operation, reason: "a dilation of \(dilation[axis]) is not positive (1 is dense)")
            }
            let reach = dilation[axis] * (kernel[axis] - 1) + 1
            guard 0..<reach ~= paddingBegin[axis], paddingEnd[axis] >= 0 else {
                throw .window(
                    operation: operation,
                    reason:
                        "a padding of \(paddingBegin[axis]) does not fit a window of \(reach): some windows would hold padding only"
                )
            }
        }
        self.kernel = kernel
        self.stride = stride
        self.paddingBegin = paddingBegin
        self.paddingEnd = paddingEnd
        self.dilation = dilation
    }

    /// A square window.
    public init(kernel: Int, stride: Int = 1, padding: Int = 0, dilation: Int = 1, operation: String) throws(NetworkError) {
        try self.init(
            kernel: [kernel, kernel], stride: [stride, stride], paddingBegin: [padding, padding],
            paddingEnd: [padding, padding], dilation: [dilation, dilation], operation: operation)
    }

    /// The window with its end padding grown so that the last window that starts inside the input (or its padding at the
    /// beginning) is kept: the convention that rounds output extents up. `input` is [H, W].
    public func roundingUp(for input: [Int], operation: String) throws(NetworkError) -> WindowGeometry {
        var end = paddingEnd
        for axis in kernel.indices {
            let reach = dilation[axis] * (kernel[axis] - 1) + 1
            let room = input[axis] + paddingBegin[axis] + paddingEnd[axis] - reach
            guard room >= 0 else { continue }
            var count = (room + stride[axis] - 1) / stride[axis] + 1
            // A window that would start in the padding at the end is dropped, as PyTorch does.
            if (count - 1) * stride[axis] >= input[axis] + paddingBegin[axis] { count -= 1 }
            let needed = (count - 1) * stride[axis] + reach - input[axis] - paddingBegin[axis]
            end[axis] = max(paddingEnd[axis], needed)
        }
        return try WindowGeometry(
            kernel: kernel, stride: stride, paddingBegin: paddingBegin, paddingEnd: end, dilation: dilation, operation: operation)
    }

    /// The output extents for the input extents [H, W]. Throws when the window is larger than the padded input.
    public func outputExtents(for input: [Int], operation: String) throws(NetworkError) -> [Int] {
        guard input.count == kernel.count else {
            throw .shape(operation: operation, expected: "\(kernel.count) spatial axes", actual: "\(input.count)")
        }
        var output = [Int]()
        for axis in input.indices {
            let reach = dilation[axis] * (kernel[axis] - 1) + 1
            let room = input[axis] + paddingBegin[axis] + paddingEnd[axis] - reach
            guard room >= 0 else {
                throw .window(
                    operation: operation,
                    reason: "a window of \(reach) does not fit an input of \(input[axis]) with padding "
                        + "\(paddingBegin[axis]) + \(paddingEnd[axis]); use a larger image or a smaller kernel")
            }
            output.append(room / stride[axis] + 1)
        }
        return output
    }

    /// Elements under the window.
    public var area: Int { kernel.reduce(1, *) }

    /// `11×11, stride 4, padding 2`
    var summary: String {
        var parts = [kernel.map(String.init).joined(separator: "×")]
        func list(_ values: [Int]) -> String {
            Set(values).count == 1 ? "\(values[0])" : values.map(String.init).joined(separator: "×")
        }
        if stride != stride.map({ _ in 1 }) { parts.append("stride \(list(stride))") }
        if paddingBegin.contains(where: { $0 > 0 }) || paddingEnd.contains(where: { $0 > 0 }) {
            parts.append(
                "padding " + (paddingBegin == paddingEnd ? list(paddingBegin) : "\(list(paddingBegin))/\(list(paddingEnd))"))
        }
        if dilation != dilation.map({ _ in 1 }) { parts.append("dilation \(list(dilation))") }
        return parts.joined(separator: ", ")
    }
}
