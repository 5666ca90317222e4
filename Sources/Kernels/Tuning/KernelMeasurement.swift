import Devices
import KernelChoices
import Layouts
import Networks
import OneDNN

/// Times the ways to compute an operation, on the thread that calls. Takes as much memory as the largest of them.
package final class KernelMeasurement {
    /// A kernel that is ready to run, with the reorders of those inputs that it wants in another layout than they lie in.
    private struct Contestant {
        let kernels: [any Kernel]
    }

    private let stream: ComputeStream
    private var contestants: [KernelVariant: Contestant] = [:]
    private let inputs, reordered, outputs: [Arena]
    private let scratchpad: Arena
    private let timer = KernelTimer(StepArguments(step: 0, seed: 0, learningRate: 0), now: monotonicNanoseconds)

    /// Throws where there is no memory; what the library refuses is no contestant.
    init(_ request: KernelRequest, _ implementations: [any KernelImplementation]) throws {
        stream = try ComputeStream(engine: request.libraryEngine)
        var choices: [(variant: KernelVariant, choice: KernelChoice, reorders: [(input: Int, choice: KernelChoice)])] = []
        for implementation in implementations {
            guard let choice = try? implementation.kernel(for: request), let reorders = try? Self.reorders(request, choice) else {
                continue
            }
            choices.append((implementation.variant, choice, reorders))
        }
        let kernels = choices.flatMap { [$0.choice] + $0.reorders.map(\.choice) }
        func arenas(_ layouts: [[Layout]]) throws -> [Arena] {
            try (0..<(layouts.map(\.count).max() ?? 0)).map { slot in
                let own = layouts.compactMap { slot < $0.count ? $0[slot] : nil }
                let arena = try Arena(mapping: own.map(\.byteCount).max() ?? 0)
                // Workspaces stay zero.
                if own.allSatisfy({ $0.type == .f32 || $0.type == .bf16 }) { Self.fill(arena.numbers) }
                return arena
            }
        }
        inputs = try arenas(choices.map(\.choice.inputs))
        outputs = try arenas(choices.map(\.choice.outputs))
        reordered = try arenas(
            choices.map { entry in
                request.inputs.indices.map { input in
                    entry.reorders.first { $0.input == input }?.choice.inputs[0] ?? .plain([1])
                }
            })
        scratchpad = try Arena(mapping: kernels.map(\.scratchpadBytes).max() ?? 0)
        for (variant, choice, reorders) in choices {
            contestants[variant] = try? bind(choice, reorders)
        }
    }

    private static func reorders(
        _ request: KernelRequest, _ choice: KernelChoice
    ) throws -> [(input: Int, choice: KernelChoice)] {
        try zip(request.inputs, choice.inputs).enumerated().compactMap { index, pair in
            let (offered, wanted) = (pair.0.layout, pair.1)
            guard !offered.isAny, !offered.isInterchangeable(with: wanted) else { return nil }
            return (index, try .reorder(engine: request.libraryEngine, from: offered, to: wanted))
        }
    }

    private func bind(
        _ choice: KernelChoice, _ reorders: [(input: Int, choice: KernelChoice)]
    ) throws -> Contestant {
        func bound(_ choice: KernelChoice, _ inputs: [Arena], _ outputs: [Arena]) throws -> any Kernel {
            try choice.bind(
                KernelMemory(
                    stream: stream, inputs: inputs.map(\.base), outputs: outputs.map(\.base), scratchpad: scratchpad.base))
        }
        let kernel = try bound(choice, Array(inputs.prefix(choice.inputs.count)), Array(outputs.prefix(choice.outputs.count)))
        return Contestant(
            kernels: try reorders.map { try bound($0.choice, [reordered[$0.input]], [inputs[$0.input]]) } + [kernel])
    }

    /// Seconds of a variant in one round: its kernel, and the reorders of its inputs, each at its best. Nil where it is no contestant.
    func seconds(_ variant: KernelVariant) throws -> Double? {
        guard let contestant = contestants[variant] else { return nil }
        return try timer.bestSeconds(contestant.kernels)
    }

    /// Numbers of the size of activations, of single precision and likewise when read as pairs of bfloat16: zeros would make some
    /// processors look faster than they are.
    package static func fill(_ numbers: UnsafeMutableBufferPointer<Float>) {
        var word: UInt32 = 1
        for index in numbers.indices {
            word = word &* 1_664_525 &+ 1_013_904_223
            // A sign and a significand at random, an exponent between 2⁻² and 2⁰, twice.
            numbers[index] = Float(bitPattern: word & 0x807F_807F | 0x3E80_3E80 | word & 0x0080_0080)
        }
    }
}

extension Arena {
    /// All of it, as numbers of single precision.
    fileprivate var numbers: UnsafeMutableBufferPointer<Float> {
        UnsafeMutableBufferPointer(
            start: base.assumingMemoryBound(to: Float.self), count: byteCount / MemoryLayout<Float>.stride)
    }
}
