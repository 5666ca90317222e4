import OneDNN
import Testing

/// A convolution's shapes, with the loop that all of its passes share.
struct ConvolutionCase: CustomTestStringConvertible {
    var batch = 1
    var groups = 1
    /// Of all groups together.
    var inputs: Int
    var outputs: Int
    var size: [Int]
    var kernel: [Int]
    var strides = [1, 1]
    var dilations = [1, 1]
    var begin = [0, 0]
    var end = [0, 0]

    var source: [Int] { [batch, inputs] + size }
    var destination: [Int] { [batch, outputs] + outputSize }
    var weights: [Int] {
        groups == 1 ? [outputs, inputs] + kernel : [groups, outputs / groups, inputs / groups] + kernel
    }
    var outputSize: [Int] {
        (0..<2).map { (size[$0] + begin[$0] + end[$0] - dilations[$0] * (kernel[$0] - 1) - 1) / strides[$0] + 1 }
    }
    var geometry: ConvolutionGeometry {
        ConvolutionGeometry(strides: strides, dilations: dilations, paddingBegin: begin, paddingEnd: end)
    }
    var testDescription: String {
        "N\(batch) G\(groups) C\(inputs) K\(outputs) in \(size) kernel \(kernel) strides \(strides) dilations \(dilations) "
            + "padding \(begin) \(end)"
    }

    /// Calls `body` with the row-major indices in source, weights and destination of every product in the convolution.
    func forEachProduct(_ body: (_ source: Int, _ weight: Int, _ destination: Int) -> Void) {
        let (groupInputs, groupOutputs) = (inputs / groups, outputs / groups)
        let out = outputSize
        for n in 0..<batch {
            for k in 0..<outputs {
                for c in 0..<groupInputs {
                    let channel = k / groupOutputs * groupInputs + c
                    for (r, s) in pairs(kernel) {
                        for (y, x) in pairs(out) {
                            let h = y * strides[0] + r * dilations[0] - begin[0]
                            let w = x * strides[1] + s * dilations[1] - begin[1]
                            guard (0..<size[0]).contains(h), (0..<size[1]).contains(w) else { continue }
                            body(
                                ((n * inputs + channel) * size[0] + h) * size[1] + w,
                                ((k * groupInputs + c) * kernel[0] + r) * kernel[1] + s,
                                ((n * outputs + k) * out[0] + y) * out[1] + x)
                        }
                    }
                }
            }
        }
    }

    private func pairs(_ size: [Int]) -> [(Int, Int)] {
        (0..<size[0]).flatMap { first in (0..<size[1]).map { (first, $0) } }
    }

    static let named: [ConvolutionCase] = [
        ConvolutionCase(inputs: 1, outputs: 1, size: [1, 1], kernel: [1, 1]),
        ConvolutionCase(batch: 2, inputs: 3, outputs: 24, size: [31, 31], kernel: [11, 11], strides: [4, 4]),
        ConvolutionCase(batch: 2, inputs: 16, outputs: 32, size: [13, 13], kernel: [3, 3], begin: [1, 1], end: [1, 1]),
        ConvolutionCase(
            batch: 2, groups: 2, inputs: 32, outputs: 64, size: [9, 9], kernel: [5, 5], begin: [2, 2], end: [2, 2]),
        ConvolutionCase(
            batch: 3, groups: 16, inputs: 16, outputs: 16, size: [7, 8], kernel: [3, 3], begin: [1, 1], end: [1, 1]),
        ConvolutionCase(groups: 5, inputs: 5, outputs: 10, size: [6, 6], kernel: [3, 2]),
        ConvolutionCase(
            inputs: 17, outputs: 19, size: [11, 10], kernel: [3, 3], dilations: [2, 2], begin: [2, 2], end: [2, 2]),
        ConvolutionCase(inputs: 6, outputs: 20, size: [8, 9], kernel: [2, 4], strides: [2, 1], begin: [0, 2], end: [1, 1]),
    ]

    static let random: [ConvolutionCase] = (0..<24).map { seed in
        var numbers = RandomNumbers(seed: seed)
        let groups = numbers.pick([1, 1, 1, 2, 3])
        let kernel = [numbers.pick([1, 2, 3, 5]), numbers.pick([1, 3, 4])]
        let dilation = numbers.pick([1, 1, 2])
        let begin = kernel.map { Int.random(in: 0...($0 / 2), using: &numbers) }
        let end = kernel.map { Int.random(in: 0...($0 / 2), using: &numbers) }
        return ConvolutionCase(
            batch: numbers.pick([1, 2, 3]), groups: groups, inputs: groups * numbers.pick([1, 3, 8, 16, 17]),
            outputs: groups * numbers.pick([1, 5, 16, 20, 32]),
            size: kernel.map { dilation * ($0 - 1) + 1 + Int.random(in: 0...7, using: &numbers) }, kernel: kernel,
            strides: [numbers.pick([1, 1, 2]), numbers.pick([1, 2, 3])], dilations: [dilation, dilation], begin: begin, end: end)
    }
}
