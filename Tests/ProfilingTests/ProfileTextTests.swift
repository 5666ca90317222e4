import Profiling
import Testing
import partrain

/// What a person reads of a profile whose figures are known.
@Suite struct ProfileTextTests {
    /// A line's cells: more than one blank is between two.
    private func cells(_ text: String) -> [[String]] {
        text.split(separator: "\n").map { line in
            var cells = [""]
            var blanks = 0
            for character in line {
                if character == " " {
                    blanks += 1
                    continue
                }
                if blanks > 1 { cells.append("") } else if blanks == 1 { cells[cells.count - 1] += " " }
                blanks = 0
                cells[cells.count - 1].append(character)
            }
            return cells.filter { !$0.isEmpty }
        }
    }

    private let figures = ["time", "share", "work", "speed", "bytes", "of roof"]
    private let units = ["ms", "%", "GFLOP", "GFLOP/s", "GB/s", "%"]

    /// Without the rules.
    private func table(_ grouping: StepProfile.Grouping, alone: Bool = false) -> [[String]] {
        cells(
            ProfileTable(MadeUpSteps.profile(alone: alone ? MadeUpSteps.alone : nil).step, by: grouping, width: nil).description
        ).filter { !$0[0].hasPrefix("─") }
    }

    @Test func byKind() {
        let table = table(.kind)
        #expect(table[0] == ["kind"] + figures && table[1] == units)
        #expect(
            Array(table[2...]) == [
                ["forward", "49.000", "52.7", "6.00", "122", "37", "12"],
                ["update", "4.000", "4.3", "0.32", "80", "50", "8"],
                ["exchange", "4.000", "4.3", "30", "3"],
                ["wait", "8.000", "8.6"],
                ["input", "14.000", "15.1", "11", "1"],
                ["overhead", "12.000", "12.9"],
                ["irregular", "2.000", "2.2"],
                ["step", "93.000", "100.0", "6.32", "68", "25", "7"],
            ])
    }

    @Test func byLayer() {
        let table = table(.layer)
        #expect(table[0] == ["layer", "forward", "update", "exchange", "input"] + figures)
        #expect(table[1] == ["ms", "ms", "ms", "ms"] + units)
        #expect(
            Array(table[2...]) == [
                ["images", "11.000", "11.000", "11.8", "15", "1"],
                ["conv1", "49.000", "4.000", "4.000", "57.000", "61.3", "6.32", "111", "37", "11"],
                ["host", "3.000", "3.000", "3.2"],
                ["wait", "8.000", "8.6"], ["overhead", "12.000", "12.9"], ["irregular", "2.000", "2.2"],
                ["step", "49.000", "4.000", "4.000", "14.000", "93.000", "100.0", "6.32", "68", "25", "7"],
            ])
    }

    @Test func byOperation() {
        let rows = table(.operation, alone: true)
        #expect(
            rows.contains(
                [
                    "conv1", "convolution", "49.000", "18.000", "52.7", "6.00", "122", "37", "12", "jit:avx512_core",
                    "abcd → aBcd16b",
                ]), "\(rows)")
        #expect(rows.contains(["conv1", "update conv1.weight", "4.000", "2.000", "4.3", "0.32", "80", "50", "8"]), "\(rows)")
        #expect(rows.contains(["wait", "for other workers", "8.000", "8.6"]), "\(rows)")
        #expect(rows.last == ["step", "93.000", "20.000", "100.0", "6.32", "68", "25", "7"])
    }

    /// The machine, the steps, what was chosen, and how much longer a step takes than its kernels.
    @Test func theTextAroundTheTable() {
        let lines = ProfileText(MadeUpSteps.profile(alone: MadeUpSteps.alone), by: .kind, width: nil).description
            .split(separator: "\n").map(String.init)
        for line in [
            "machine     2 cores  2000 GFLOP/s f32 (AVX-512) · 4000 bf16 · memory GB/s: 1000 read, 2000 copy, 1500 triad · "
                + "spread 50.0 %, memory 50.0 %",
            "network     lenet5, 1,234 classes, batch 32",
            "parallel    mode data · 2 devices of 1 core · products in f32 · 4 micro-batches",
            "steps       3 after 1: median 93.0 ms (80.0 to 128.0), 344 images/s",
            "traffic     2.1 GiB read and written in a step; 1.3 GiB, 60.5 %, if neighbours did on the way what is a mere pass over memory",
            "kernels     conv1: winograd for convolution 5×5 (standard 61.20 ms, winograd 40.10 ms)",
            "            the library's primitives     18.0 ms   5.167 ×",
            "            and compositions of them     18.0 ms   5.167 ×",
            "            and reorders                 18.0 ms   5.167 ×",
            "            and our loops                20.0 ms   4.650 ×",
            "figures     times, work and bytes are those of a mean worker of 2",
        ] {
            #expect(lines.contains(line), "\(line) is missing in:\n\(lines.joined(separator: "\n"))")
        }
    }
}
