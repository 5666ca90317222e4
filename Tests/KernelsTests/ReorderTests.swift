import CKernels
import KernelChoices
import Layouts
import Networks
import OneDNN
import Tensors
import TestSupport
import Testing

/// Copies between layouts that are in-house loops, against the library's.
@Suite struct ReorderTests {
    /// Weights that become bfloat16: blocks that are full and that are not, what lies in the middle between two, infinities and what
    /// is no number.
    @Test(
        arguments: [
            ("AB16b64a", "AB8b64a2b", [128, 48]), ("AB16b32a", "AB8b32a2b", [96, 32]),
            ("AB16b16a", "AB8b16a2b", [16, 80]), ("AB16b64a", "AB8b64a2b", [100, 37]),
            ("ABcd16b16a", "ABcd8b16a2b", [32, 16, 3, 3]),
            ("aBCde16c16b", "aBCde8c16b2c", [2, 16, 48, 5, 1]), ("ABcd16b16a", "ABcd8b16a2b", [20, 30, 2, 2]),
        ], InstructionSet.available)
    func weightsAreConvertedAsTheLibraryDoes(test: (from: String, to: String, dims: [Int]), instructions: InstructionSet) throws {
        let from = try #require(Layout.named(test.from, test.dims))
        let to = try #require(Layout.named(test.to, test.dims, type: .bf16))
        let bench = try KernelBench()
        var x = Operand(random: Shape(test.dims))
        for (index, bits) in [
            0x7F80_0000, 0xFF80_0000, 0x7FC0_0000, 0x3F80_8000, 0x3F81_8000, 0x3F80_8001, 0x0000_0001, 0x7F7F_FFFF,
        ]
        .enumerated() {
            x.words[7 * index] = UInt32(bits)
        }
        let source = try bench.tensor(x.values, from)
        x.words = source.rawFloats.map(\.bitPattern)
        let run = try KernelRun(reordering: x, from: from, to: to, instructions)
        #expect(run.choice.origin == .loop)
        #expect(run.outputs[0].map(\.bitPattern) == (try bench.reordered(source, to: to).rawFloats.map(\.bitPattern)))
    }

    @Test(arguments: [0, 1, 5, 16, 57], InstructionSet.available)
    func squaresAreSortedByPhase(squares: Int, instructions: InstructionSet) {
        let row = 4 * squares + 3
        let source = (0..<max(1, 4 * row)).map { Float($0) * 1.0009765625 }
        var (single, narrow) = (
            [Float](repeating: .nan, count: 16 * squares + 1), [UInt16](repeating: 9, count: 16 * squares + 1)
        )
        ckernels_phases_of_four(instructions.rawValue, Int64(squares), source, Int64(row), &single)
        ckernels_phases_of_four_in_bfloat16(instructions.rawValue, Int64(squares), source, Int64(row), &narrow)
        for square in 0..<squares {
            for phase in 0..<16 {
                let value = source[phase / 4 * row + 4 * square + phase % 4]
                #expect(single[16 * square + phase] == value)
                #expect(abs(Float(bitPattern: UInt32(narrow[16 * square + phase]) << 16) - value) <= value * 0x1p-8)
            }
        }
        #expect(single[16 * squares].isNaN && narrow[16 * squares] == 9)
    }
}
