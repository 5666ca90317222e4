import Devices
import Networks

/// Times the ways to compute an operation, on the thread that calls.
struct KernelMeasurement {
    let operation: any ComputableOperation
    let request: KernelRequest

    /// Runs after the first, of which the best counts: at least 3, and as many as 100 where they are done within a few milliseconds.
    private static let repetitions = 3...100
    private static let nanoseconds: UInt64 = 4_000_000

    /// Seconds of a variant: its kernel, and the reorders of those inputs that it wants in another layout than they lie in.
    /// Throws what the library refuses.
    func seconds(_ variant: KernelVariant) throws -> Double {
        var request = request
        request.variant = variant
        let choice = try operation.kernel(for: request)
        var total = try time(choice)
        for (input, wanted) in zip(request.inputs, choice.inputs) {
            guard !input.layout.isAny, !input.layout.isInterchangeable(with: wanted) else { continue }
            total += try time(KernelChoice.reorder(engine: request.engine, from: input.layout, to: wanted))
        }
        return total
    }

    private func time(_ choice: KernelChoice) throws -> Double {
        let inputs = try choice.inputs.map { try Arena(byteCount: $0.byteCount) }
        let outputs = try choice.outputs.map { try Arena(byteCount: $0.byteCount) }
        let scratchpad = try Arena(byteCount: choice.scratchpadBytes)
        for (arena, layout) in zip(inputs, choice.inputs) where layout.type == .f32 || layout.type == .bf16 {
            Self.fill(arena)
        }
        let kernel = try choice.bind(
            KernelMemory(
                stream: try ComputeStream(engine: request.engine), inputs: inputs.map(\.base), outputs: outputs.map(\.base),
                scratchpad: scratchpad.base))
        return try withExtendedLifetime((inputs, outputs, scratchpad)) {
            let step = StepArguments(step: 0, seed: 0, learningRate: 0)
            try kernel.run(step)
            var best = UInt64.max
            let start = monotonicNanoseconds()
            for repetition in 1...Self.repetitions.upperBound {
                let began = monotonicNanoseconds()
                try kernel.run(step)
                let ended = monotonicNanoseconds()
                best = min(best, ended - began)
                if repetition >= Self.repetitions.lowerBound, ended - start > Self.nanoseconds { break }
            }
            return Double(best) / 1e9
        }
    }

    /// Numbers of the size of activations, of single precision and likewise when read as pairs of bfloat16: zeros would make some
    /// processors look faster than they are.
    private static func fill(_ arena: Arena) {
        let numbers = arena.base.assumingMemoryBound(to: Float.self)
        var word: UInt32 = 1
        for index in 0..<arena.byteCount / MemoryLayout<Float>.stride {
            word = word &* 1_664_525 &+ 1_013_904_223
            // A sign and a significand at random, an exponent between 2⁻² and 2⁰, twice.
            numbers[index] = Float(bitPattern: word & 0x807F_807F | 0x3E80_3E80 | word & 0x0080_0080)
        }
    }
}
